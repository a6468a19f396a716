"""The desk at which papers are written: one transaction each, exactly once by the key of who asks."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.bodies import PUBLIC_ACTOR, Actor
from domain.refusals import RefusalCode, refuse
from records.audit import AuditTrail
from records.base import to_json
from records.deputies import tell_both
from records.pen import Pen
from records.sessions import Register
from records.tables.consultations import RecordedDeed

KEY_CHARACTERS_MAX = 200
ATTEMPTS_MAX = 5

Writing = Callable[[Pen], Mapping[str, Any]]


@dataclass(frozen=True)
class ShownOnce:
    """A secret that the first answer tells and the register never keeps; a repeated request gets None for it."""

    value: Any


class PaperDesk:
    """Writes papers. ``poke`` wakes the post office, after the commit, when letters were put into the outbox.

    ``base_url`` is where the pages are, for letters that lead to one.
    """

    def __init__(
        self,
        register: Register,
        trail: AuditTrail,
        poke: Callable[[], None] | None = None,
        base_url: str = "",
    ) -> None:
        self._register = register
        self._trail = trail
        self._poke = poke
        self._base_url = base_url

    def once(
        self, by: Actor, at: datetime, *, key: str, act: str, body: Mapping[str, Any], write: Writing
    ) -> Mapping[str, Any]:
        """Write once under this key and return what was written; the same request again gets the first answer.

        Raises Refused: KEY_REUSED for a key used for another request, INVALID_INPUT for an unusable key, and
        whatever ``write`` refuses, in which case nothing is kept and the key stays free.
        """
        if not (key.isascii() and key.isprintable() and 0 < len(key) <= KEY_CHARACTERS_MAX):
            message = f"幂等键（Idempotency-Key）应为 1 至 {KEY_CHARACTERS_MAX} 个可见的 ASCII 字符。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="Idempotency-Key")
        # Keyed, because the body may hold a phone number, which a bare digest would give away.
        digest = self._trail.fingerprint(f"{act}\n{to_json(body)}")
        claim = RecordedDeed(
            scope=f"papers/{by.person_id}", key=key, act=act, digest=digest, outcome={}, recorded_at=at
        )
        for _ in range(ATTEMPTS_MAX - 1):
            # Somebody else wrote under the same key or number in this instant: look again what stands there.
            with suppress(IntegrityError):
                return self._once(by, at, claim, write)
        return self._once(by, at, claim, write)

    def anonymously(self, at: datetime, write: Writing) -> Mapping[str, Any]:
        """Write for the public without keeping the request, so that nothing ties its content to its sender.

        Raises whatever ``write`` refuses; what must happen once has to be told by the paper itself.
        """
        with self._register.writing() as session:
            pen = Pen(session, self._trail, PUBLIC_ACTOR, at)
            _, answer = _written(pen, write)
        self._wake(pen)
        return answer

    def _once(self, by: Actor, at: datetime, claim: RecordedDeed, write: Writing) -> Mapping[str, Any]:
        with self._register.writing() as session:
            first = _recorded(session, claim)
            if first is not None:
                return first
            deed = _copy(claim)
            session.add(deed)
            # The claim goes first: a second writer waits here and never runs ``write``.
            session.flush()
            pen = Pen(session, self._trail, by, at, update_id=claim.key, base_url=self._base_url)
            deed.outcome, answer = _written(pen, write)
        self._wake(pen)
        return answer

    def _wake(self, pen: Pen) -> None:
        if pen.letters_written and self._poke is not None:
            self._poke()


def _recorded(session: Session, claim: RecordedDeed) -> Mapping[str, Any] | None:
    first = session.get(RecordedDeed, (claim.scope, claim.key))
    if first is None:
        return None
    if first.digest != claim.digest:
        raise refuse(RefusalCode.KEY_REUSED, "该幂等键（Idempotency-Key）已用于其他内容，请更换。")
    return first.outcome


def _copy(claim: RecordedDeed) -> RecordedDeed:
    return RecordedDeed(
        scope=claim.scope,
        key=claim.key,
        act=claim.act,
        digest=claim.digest,
        outcome={},
        recorded_at=claim.recorded_at,
    )


def _written(pen: Pen, write: Writing) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the register keeps of the answer, and the answer: they differ in what is shown once."""
    written = dict(write(pen))
    pen.session.flush()
    if pen.entries_written == 0:
        raise RuntimeError("a paper was written without an audit entry")
    tell_both(pen)
    remembered = {name: None if isinstance(value, ShownOnce) else value for name, value in written.items()}
    told = {name: value.value if isinstance(value, ShownOnce) else value for name, value in written.items()}
    # Through JSON, so that the first answer equals every later one.
    return json.loads(to_json(remembered)), json.loads(to_json(told))
