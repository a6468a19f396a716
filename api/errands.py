"""An errand: something a signed-in person wants done once, be it an act of the process or a paper."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.counter import Counter, TheCounter
from api.fields import Body, Day, Prose, Reason
from api.foresight import readable_matter, require
from api.identity import Key, Visitor
from api.process import Sent, send
from domain.acts import Act, Outcome
from domain.bodies import Actor
from domain.policy import may
from domain.stages import ConsultationState
from records.capacities import SignedIn
from records.pen import Pen

A = TypeVar("A", bound=Act)
Answer = Mapping[str, Any]


class ActBody(Body):
    """What every act may say: the day on which it happened (today when left out), and a note."""

    occurred_on: Day | None = None
    note: Prose = ""


class ReasonBody(ActBody):
    """An act that must say why."""

    reason: Reason


class OutcomeShown(BaseModel):
    """The consultation as it stands after the act."""

    consultation_id: str
    state: ConsultationState
    state_label: str
    version: int
    is_suspended: bool
    next_wake_at: datetime | None
    waiting_for: str
    made_id: str | None


class Accepted(BaseModel):
    """The act was accepted and is being recorded; ask again at ``poll_at``."""

    consultation_id: str
    poll_at: str


@dataclass(frozen=True)
class Errand:
    """Who wants it, and the key that makes it count once."""

    counter: Counter
    visitor: SignedIn
    key: str
    path: str

    @property
    def by(self) -> Actor:
        """In what capacity they ask."""
        return self.visitor.actor

    def act(self, act_type: type[A], body: ActBody, **more: Any) -> A:
        """The act with what the body says, done by the visitor, today when the body names no day."""
        said = {name: getattr(body, name) for name in type(body).model_fields}
        said["occurred_on"] = body.occurred_on or self.counter.today
        return act_type(by=self.by, **{**said, **more})

    async def send(self, consultation_id: str, act: Act, location: str = "") -> JSONResponse:
        """Send an act to the process of its consultation and answer with what became of it."""
        sent = await send(self.counter, consultation_id, act, self.key)
        return sent_response(sent, location or f"/api/v1/consultations/{consultation_id}")

    def write(
        self,
        act: str,
        said: object,
        location: str,
        permits: Iterable[Callable[[Pen], None]],
        write: "Writing",
    ) -> JSONResponse:
        """Write a paper once and answer with the ids it got. ``location`` may name them in braces."""
        checks = tuple(permits)

        def permitted(pen: Pen) -> Answer:
            for check in checks:
                check(pen)
            return write(pen)

        body = {"path": self.path, "said": _jsonable(said)}
        answer = self.counter.desk.once(
            self.by, self.counter.now(), key=self.key, act=act, body=body, write=permitted
        )
        return JSONResponse(dict(answer), status_code=201, headers={"Location": location.format(**answer)})

    def write_for(
        self,
        consultation_id: str,
        act: str,
        said: object,
        write: "Writing",
        *,
        permit: str = "prepare_papers",
        part: str = "",
    ) -> JSONResponse:
        """Write a paper of one consultation, where the policy lets the visitor prepare it."""
        location = f"/api/v1/consultations/{consultation_id}{part and '/' + part}"
        return self.write(act, said, location, [self.bound_to(consultation_id, permit)], write)

    def bound_to(self, consultation_id: str, permit: str) -> Callable[[Pen], None]:
        """A check that the visitor may do this for the consultation; 404 where they may not know of it."""

        def check(pen: Pen) -> None:
            matter = readable_matter(pen.session, self.by, consultation_id, pen.today)
            require(may(self.by, permit, matter))

        return check


Writing = Callable[[Pen], Answer]


def _errand(request: Request, counter: TheCounter, visitor: Visitor, key: Key) -> Errand:
    return Errand(counter, visitor, key, request.url.path)


AnErrand = Annotated[Errand, Depends(_errand)]


def sent_response(sent: Sent, location: str) -> JSONResponse:
    """201 with the new state, or 202 with the place to look for it."""
    if sent.outcome is None:
        accepted = Accepted(consultation_id=sent.consultation_id, poll_at=sent.poll_at)
        headers = {"Location": sent.poll_at, "Retry-After": "1"}
        return JSONResponse(accepted.model_dump(mode="json"), status_code=202, headers=headers)
    shown = outcome_shown(sent.consultation_id, sent.outcome)
    return JSONResponse(shown.model_dump(mode="json"), status_code=201, headers={"Location": location})


def outcome_shown(consultation_id: str, outcome: Outcome) -> OutcomeShown:
    """A recorded outcome as it is shown."""
    if outcome.state is None:
        raise ValueError("only recorded outcomes are shown")
    return OutcomeShown(
        consultation_id=consultation_id,
        state=outcome.state,
        state_label=outcome.state.label,
        version=outcome.version,
        is_suspended=outcome.is_suspended,
        next_wake_at=outcome.next_wake_at,
        waiting_for=outcome.waiting_for,
        made_id=outcome.made_id,
    )


def _jsonable(said: object) -> Any:
    if isinstance(said, BaseModel):
        return said.model_dump(mode="json")
    if is_dataclass(said) and not isinstance(said, type):
        return {name: _jsonable(value) for name, value in asdict(said).items()}
    if isinstance(said, list | tuple):
        return [_jsonable(one) for one in said]
    if isinstance(said, Mapping):
        return {str(name): _jsonable(value) for name, value in said.items()}
    if isinstance(said, date | datetime):
        return said.isoformat()
    return said
