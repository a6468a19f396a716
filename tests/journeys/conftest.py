"""One service on which cases are entered afterwards, each once, for every journey that only looks at them."""

from collections.abc import AsyncIterator

import pytest

from service.case_files import read_case
from service.simulation import simulated_service
from tests.journeys.playing import FIRST_DAY, Entered, Journey, played_on

LIVE_UNTIL = {name: read_case(name).sample_until for name in ("C-10", "D-12")}
"""Where the live cases stand in the sample data; what follows lies ahead of them."""


@pytest.fixture(scope="session")
async def entered(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Entered]:
    """A case by its name, entered afterwards: played when it is first asked for."""
    played: dict[str, Journey] = {}
    async with simulated_service(tmp_path_factory.mktemp("entered"), FIRST_DAY) as simulation:

        async def entered_once(name: str) -> Journey:
            if name not in played:
                played[name] = await played_on(simulation, name, until=LIVE_UNTIL.get(name))
            return played[name]

        yield entered_once
