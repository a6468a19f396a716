"""The same figures counted a second time: plain loops over plain rows, sharing no code with the queries.

Only the words of states and the table of working days are taken from the service. Every definition is written down anew.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from domain.calendar import WorkCalendar
from records.base import Base
from records.tables.consultations import Consultation, StageAdvance, Topic
from records.tables.deliberations import ConsultationSession, Participant, SignIn, Statement
from records.tables.obligations import Answer, ClockRow, FeedbackTask
from records.tables.outcomes import Ballot, Evaluation, FollowUpReview, Suggestion
from tests.records.analysis.generated import TODAY, Drawn, Row

STAGES = (
    "platform",
    "topic",
    "participants",
    "research",
    "deliberation",
    "reporting",
    "implementation",
    "evaluation",
)


@dataclass(frozen=True)
class Recount:
    """The rows of one area in one span."""

    drawn: Drawn
    area: str
    first_on: date
    last_on: date
    is_own: bool = False

    def rows(self, table: type[Base]) -> list[Row]:
        """The rows of a table."""
        return self.drawn.rows[table]

    def of(self, table: type[Base], case: str) -> list[Row]:
        """The rows of a table that belong to a case."""
        return [row for row in self.rows(table) if row["consultation_id"] == case]

    def standing(self) -> list[Row]:
        """Cases of the area that count at all."""
        return [row for row in self.rows(Consultation) if self._is_here(row["area"]) and self._stands(row)]

    def _is_here(self, area: str) -> bool:
        return area == self.area or (not self.is_own and area.startswith(self.area + "/"))

    @staticmethod
    def _stands(row: Row) -> bool:
        if row.get("merged_into_id"):
            return False
        return row["state"].value not in {"rejected", "terminated", "merged"}

    def held(self) -> list[Row]:
        """Cases whose deliberation ended in the span, with at least one session that was really held."""
        found = []
        for row in self.standing():
            on = row["deliberated_on"]
            if on is None or on < self.first_on or on > self.last_on:
                continue
            if any(one["state"].value == "held" for one in self.of(ConsultationSession, row["id"])):
                found.append(row)
        return found

    def place(self, area: str) -> str:
        """The area itself, or what lies directly below it."""
        if area == self.area:
            return area
        return self.area + "/" + area[len(self.area) + 1 :].split("/")[0]

    # Timeliness

    def tasks(self) -> list[tuple[Row, Row, str]]:
        """Every task of the span with its case and its quadrant."""
        cases = {row["id"]: row for row in self.standing()}
        found = []
        for task in self.rows(FeedbackTask):
            if task["consultation_id"] not in cases or task["state"].value == "returned":
                continue
            if not self.first_on <= task["assigned_on"] <= self.last_on:
                continue
            case = cases[task["consultation_id"]]
            found.append((task, case, self._quadrant(task, case)))
        return found

    def _quadrant(self, task: Row, case: Row) -> str:
        answers = [one for one in self.rows(Answer) if one["task_id"] == task["id"] and one["answered_on"]]
        (clock,) = [one for one in self.rows(ClockRow) if one["id"] == task["clock_id"]]
        ever_late = any(one["is_in_time"] is False for one in answers)
        if task["state"].value in {"answered", "verified"}:
            return "answered_late" if ever_late else "answered_in_time"
        if ever_late or (clock["due_on"] < TODAY and not case["is_suspended"]):
            return "open_late"
        return "open_in_time"

    def quadrants(self, key: Callable[[Row, Row], str]) -> dict[str, dict[str, int]]:
        """How many tasks stand in each quadrant, by a key of the task and its case."""
        found: dict[str, dict[str, int]] = {}
        for task, case, quadrant in self.tasks():
            numbers = {"answered_in_time": 0, "answered_late": 0, "open_in_time": 0, "open_late": 0}
            found.setdefault(key(task, case), numbers)[quadrant] += 1
        return found

    # Stages

    def lengths(self, calendar: WorkCalendar) -> dict[tuple[str, str], list[int]]:
        """Working days by place and stage of what left the stage in the span."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for case in self.standing():
            entered_on = case["opened_on"]
            for step in sorted(self.of(StageAdvance, case["id"]), key=lambda one: one["recorded_at"]):
                left_on = step["occurred_on"]
                if self.first_on <= left_on <= self.last_on and step["from_state"].value in STAGES:
                    days = _workdays(calendar, entered_on, left_on)
                    found[self.place(case["area"]), step["from_state"].value].append(days)
                entered_on = left_on
        return found

    def waiting(self) -> list[Row]:
        """Cases that stand in one of the eight stages today."""
        return [row for row in self.standing() if row["state"].value in STAGES]

    def holders(self, case: Row) -> set[str]:
        """For whom a case waits."""
        clocks = [one for one in self.of(ClockRow, case["id"]) if one["is_open"]]
        return {one["holder_id"] or case["operator_id"] for one in clocks} or {case["operator_id"]}

    # Results

    def items(self) -> list[tuple[Row, str]]:
        """Every suggestion that was handed out, with its class or 'unverified'."""
        found = []
        for case in self.held():
            for suggestion in self.of(Suggestion, case["id"]):
                tasks = [
                    one
                    for one in self.of(FeedbackTask, case["id"])
                    if one["suggestion_id"] == suggestion["id"] and one["state"].value != "returned"
                ]
                if tasks:
                    found.append((case, self._class_of(tasks)))
        return found

    def _class_of(self, tasks: list[Row]) -> str:
        last = max(one["round"] for one in tasks)
        worst = "A"
        for task in tasks:
            if task["round"] < last:
                continue
            answers = [
                one for one in self.rows(Answer) if one["task_id"] == task["id"] and one["answered_on"]
            ]
            answers.sort(key=lambda one: one["answered_on"])
            if not answers or answers[-1]["verdict"] is None or answers[-1]["verdict"].value != "verified":
                return "unverified"
            worst = max(worst, answers[-1]["result"].value)
        return worst

    def evaluated(self, case: Row) -> bool:
        """Whether anybody has judged the case."""
        return bool(self.of(Evaluation, case["id"]) or self.of(Ballot, case["id"]))

    def reviews(self, case: Row) -> list[str]:
        """What the 回头看 that were held have found."""
        return [one["state"].value for one in self.of(FollowUpReview, case["id"]) if one["held_on"]]

    def scores(self, party: str) -> dict[str, Fraction]:
        """The latest score of a party by case."""
        found: dict[str, Fraction] = {}
        for case in self.held():
            if party == "public_rating":
                votes = self.latest_ballots(case)
                points = {"satisfied": 100, "basically_satisfied": 80, "dissatisfied": 40}
                if votes:
                    found[case["id"]] = Fraction(sum(points[one] for one in votes), len(votes))
                continue
            own = [one for one in self.of(Evaluation, case["id"]) if one["party"].value == party]
            if own:
                newest = max(own, key=lambda one: one["round"])
                found[case["id"]] = Fraction(str(newest["score"]))
        return found

    def latest_ballots(self, case: Row) -> list[str]:
        """The votes of the last round in which there were any."""
        ballots = self.of(Ballot, case["id"])
        last = max((one["round"] for one in ballots), default=0)
        return [one["choice"].value for one in ballots if one["round"] == last]

    def suggestions(self) -> list[tuple[Row, bool]]:
        """Every suggestion's case, and whether it was turned into something."""
        return [
            (case, one["converted_on"] is not None)
            for case in self.held()
            for one in self.of(Suggestion, case["id"])
        ]

    def repeated(self) -> list[set[str]]:
        """The cases of every topic that came again."""
        topics = {row["id"]: row for row in self.rows(Topic)}
        earliest = date(self.first_on.year - 3, self.first_on.month, 1)
        groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for case in self.standing():
            if earliest <= case["opened_on"] <= self.last_on:
                topic = topics[case["topic_id"]]
                same = (topic["place"], topic["matter"])
                if not all(same):
                    same = ("", "".join(letter for letter in topic["title"] if letter.isalnum()))
                groups[case["area"], *same].append(case)
        return [
            {case["id"] for case in cases}
            for cases in groups.values()
            if len(cases) > 1 and any(case["opened_on"] >= self.first_on for case in cases)
        ]

    # Quota rules

    def substantive(self) -> list[Row]:
        """Held cases at which somebody answered an opinion and which made a suggestion."""
        found = []
        for case in self.held():
            meetings = [
                one["id"] for one in self.of(ConsultationSession, case["id"]) if one["state"].value == "held"
            ]
            said = [one for one in self.rows(Statement) if one["session_id"] in meetings]
            if any(one.get("reply_to_id") for one in said) and self.of(Suggestion, case["id"]):
                found.append(case)
        return found

    def attended_by_leaders(self) -> list[Row]:
        """Held cases at which a leader signed in to a session that was held."""
        valid = {one["id"] for one in self.rows(ConsultationSession) if one["state"].value == "held"}
        leaders = {one["id"] for one in self.rows(Participant) if one["kind"].value == "leader"}
        came = {
            one["participant_id"].split("/")[0]
            for one in self.rows(SignIn)
            if one["session_id"] in valid and one["participant_id"] in leaders
        }
        return [case for case in self.held() if case["id"] in came]


def _workdays(calendar: WorkCalendar, after: date, until: date) -> int:
    """One day after the other."""
    number, day = 0, after
    while day < until:
        day += timedelta(days=1)
        number += calendar.is_workday(day)
    return number


def nearest_rank(values: Iterable[int], percent: int) -> int | None:
    """The smallest value with at least so many percent of all values at or below it."""
    ordered = sorted(values)
    for value in ordered:
        if 100 * sum(one <= value for one in ordered) >= percent * len(ordered):
            return value
    return None


def share(numerator: int | Fraction, denominator: int) -> Fraction | None:
    """A share, or None of nothing."""
    return Fraction(numerator) / denominator if denominator else None
