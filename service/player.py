"""Plays a case over the public HTTP API, and looks after each step whether what was expected came true.

*Afterwards* (补录) every step is posted at once with the day on which it happened. *Live* a clock is moved to the day
first, so that reminders, colours and reports come by themselves; the clock may run in other years than the case.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from domain.calendar import SHANGHAI
from service.callers import Answer, Callers
from service.case_files import CaseFile, Step
from service.expectations import View, unfulfilled
from service.people_file import read_people

ACTS = frozenset(
    {
        "consultations",
        "stage-advances",
        "stage-returns",
        "rejections",
        "suspensions",
        "resumptions",
        "terminations",
        "waivers",
        "approvals",
        "feedback-tasks",
        "acknowledgements",
        "return-requests",
        "decisions",
        "extension-requests",
        "answers",
        "co-handling-answers",
        "verifications",
        "instructions",
        "escalations",
        "evaluations",
        "reworks",
        "unmet-closures",
    }
)
"""Nouns that are process events: they say on which day they happened. Papers carry days of their own."""

PHONE_PREFIX = "1390000"


@dataclass
class Played:
    """How a case went: the ids it made and every expectation that did not come true."""

    case: CaseFile
    made: dict[str, Any] = field(default_factory=dict)
    steps_played: int = 0
    complaints: list[str] = field(default_factory=list)

    @property
    def consultation_id(self) -> str:
        """The consultation that the case opened."""
        return str(self.made["consultation"])


class CaseFailed(Exception):
    """A step was refused that the case expected to succeed; names the step and says why."""


Told = Callable[[Step, Answer | None, list[str]], None]


class Player:
    """Plays one case.

    ``years`` moves every date of the case, ``arrive`` is awaited with the day of a step (live), ``recorded`` holds what
    earlier plays of the same case left under its keys, and ``told`` hears of every step.
    """

    def __init__(
        self,
        case: CaseFile,
        callers: Callers,
        *,
        key_prefix: str = "case",
        years: int = 0,
        arrive: Callable[[date], Awaitable[None]] | None = None,
        recorded: Mapping[str, Mapping[str, Any]] | None = None,
        told: Told | None = None,
    ) -> None:
        self._case = case
        self._callers = callers
        self._key_prefix = key_prefix
        self.years = years
        self._arrive = arrive
        self._recorded = recorded or {}
        self._told = told
        self._bodies: dict[str, str] = {}
        self.played = Played(case)

    async def play(self, until: date | None = None) -> Played:
        """Play every step, or those up to a day; asked again, go on from there. Raises CaseFailed and CallFailed."""
        first = max(self._take_up(), self.played.steps_played)
        for index, step in enumerate(self._case.step):
            if until is not None and step.on > until:
                break
            if index >= first and not (step.is_entered_only and self._arrive is not None):
                await self._play(index, step)
            self.played.steps_played = index + 1
        return self.played

    def view(self, step: Step) -> View:
        """How things stand for whoever looks after that step."""
        return View(
            callers=self._callers,
            reader=self._case.reader,
            actor=step.who,
            consultation_id=self.played.made.get(step.of, ""),
            on=step.on,
            years=self.years,
            is_live=self._arrive is not None,
        )

    def _take_up(self) -> int:
        """What was recorded before is taken as made. Returns the first step that is still to be played."""
        first = 0
        for index, step in enumerate(self._case.step):
            outcome = self._recorded.get(self._key(index))
            if outcome is not None:
                self._keep(step, outcome)
                first = index + 1
        return first

    async def _play(self, index: int, step: Step) -> None:
        if self._arrive is not None:
            await self._arrive(moved(step.on, self.years))
        view = self.view(step)
        answer = None
        if step.do:
            path = await self._path(step, view)
            body = await self._body(step, view)
            answer = await self._callers.post(step.who, path, body, self._key(index))
            if answer.is_refusal and step.expect.refused is None:
                raise CaseFailed(f"{self._where(index, step)} 被拒绝：{_said(answer)}")
            if not answer.is_refusal:
                self._keep(step, answer.body)
        found = await unfulfilled(self.view(step), step.expect, answer)
        complaints = [f"{self._where(index, step)}：{one}" for one in found]
        self.played.complaints += complaints
        if self._told is not None:
            self._told(step, answer, complaints)

    def _key(self, index: int) -> str:
        return f"{self._key_prefix}/{self._case.id}/{index:03d}"

    def _where(self, index: int, step: Step) -> str:
        return f"{self._case.file} step[{index}] {step.on} {step.who} {step.do}"

    def _keep(self, step: Step, answer: Mapping[str, Any]) -> None:
        if step.made:
            self.played.made[step.made] = _made(answer)

    async def _path(self, step: Step, view: View) -> str:
        parts = [
            str(await self._meaning(part[1:], step, view)) if part.startswith("@") else part
            for part in step.do.split("/")
        ]
        path = "/".join(parts)
        return path if path.startswith("/") else f"/consultations/{self.played.made[step.of]}/{path}"

    async def _body(self, step: Step, view: View) -> dict[str, Any]:
        body: dict[str, Any] = await self._resolved(step.body, step, view)
        noun = step.do.rsplit("/", 1)[-1]
        if noun in ACTS or "follow-up-reviews/" in step.do:
            body.setdefault("occurred_on", moved(step.on, self.years).isoformat())
        if noun == "stage-advances":
            body.setdefault("expected_state", (await view.consultation())["state"])
        if noun == "participants":
            body["participants"] = _people(body["participants"])
        return body

    async def _resolved(self, value: Any, step: Step, view: View) -> Any:
        match value:
            case str() if value.startswith("@"):
                return await self._meaning(value[1:], step, view)
            case datetime():
                return moved(value, self.years).replace(tzinfo=SHANGHAI).isoformat()
            case date():
                return moved(value, self.years).isoformat()
            case dict():
                return {name: await self._resolved(inner, step, view) for name, inner in value.items()}
            case list() | tuple():
                return [await self._resolved(inner, step, view) for inner in value]
            case _:
                return value

    async def _meaning(self, name: str, step: Step, view: View) -> Any:
        if name == "on":
            return moved(step.on, self.years).isoformat()
        if name in self.played.made:
            return self.played.made[name]
        kind, _, number = name.partition(":")
        match kind:
            case "task":
                return (await view.task_of_item(int(number)))["id"]
            case "review":
                return (await view.review(int(number)))["id"]
            case "escalation":
                return (await view.escalation_about(int(number)))["id"]
            case "participant":
                return await self._participant(step, number)
            case "person":
                return await self._colleague(step.who, number)
            case "plan":
                return await self._plan_item(step.who, number)
        return await self._meaning_of_body(name)

    async def _meaning_of_body(self, name: str) -> str:
        if name not in self._bodies:
            self._bodies[name] = await self._body_named(name)
        return self._bodies[name]

    async def _body_named(self, name: str) -> str:
        for path in ("/organisations", "/rooms"):
            page = await self._callers.read(self._case.reader, path, q=name)
            for item in page["items"]:
                if item["name"] == name:
                    return str(item["id"])
        raise CaseFailed(f"{self._case.file}：没有名为“{name}”的单位或协商议事室")

    async def _participant(self, step: Step, name: str) -> str:
        path = f"/consultations/{self.played.made[step.of]}/participants"
        for one in await self._callers.read(self._case.reader, path):
            if one["name"] == name:
                return str(one["id"])
        raise CaseFailed(f"{self._case.file}：参会人员中没有“{name}”")

    async def _plan_item(self, who: str, title: str) -> str:
        for plan in (await self._callers.read(who, "/annual-plans"))["items"]:
            for item in await self._callers.read(who, f"/annual-plans/{plan['id']}/items"):
                if item["title"] == title:
                    return str(item["id"])
        raise CaseFailed(f"{self._case.file}：年度协商计划中没有“{title}”")

    async def _colleague(self, who: str, sign_in_name: str) -> str:
        employers = {person.sign_in_name: body.name for body, person in read_people().people}
        body_id = await self._meaning_of_body(employers[sign_in_name])
        page = await self._callers.read(who, "/people", organisation_id=body_id)
        for person in page["items"]:
            if person["sign_in_name"] == sign_in_name:
                return str(person["id"])
        raise CaseFailed(f"{self._case.file}：{who} 的单位没有“{sign_in_name}”")


def moved(day: Any, years: int) -> Any:
    """The same day of the year ``years`` later. Every 28 years the days of the week come back."""
    return day if years == 0 else day.replace(year=day.year + years)


def _people(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One participant for each of the names of a group, with an invented phone number."""
    people = [
        {**{key: value for key, value in group.items() if key != "names"}, "name": name}
        for group in groups
        for name in group["names"].split()
    ]
    return [{**person, "phone": f"{PHONE_PREFIX}{number:04d}"} for number, person in enumerate(people, 1)]


def _made(answer: Mapping[str, Any]) -> Any:
    if answer.get("made_id"):
        return answer["made_id"]
    return next(value for name, value in answer.items() if name.endswith(("_id", "_ids")))


def _said(answer: Answer) -> str:
    rules = "；".join(f"{one['rule_id']} {one['measured']}" for one in answer.unmet)
    errors = answer.body.get("errors", "")
    return f"{answer.status} {answer.code} {answer.detail} {rules} {errors}".strip()
