"""What the reconciler asks of the workflow engine; `service/engine.py` answers it with Temporal."""

from typing import Protocol

from domain.acts import Outcome


class Engine(Protocol):
    """The running consultations, by their id."""

    async def running_ids(self) -> set[str]:
        """The consultations whose workflow is listed as running. The list may lag by seconds."""

    async def is_running(self, consultation_id: str) -> bool:
        """Whether the workflow runs, asked of itself."""

    async def version_of(self, consultation_id: str) -> int | None:
        """The version of the register that the workflow has seen; None when it cannot be asked now."""

    async def poke(self, consultation_id: str) -> None:
        """Have the workflow look again what is due. Nothing happens where none runs."""

    async def restart(self, consultation_id: str, outcome: Outcome) -> None:
        """Start the workflow where it stands in the register, unless one runs."""
