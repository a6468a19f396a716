"""A register a thousand times the sample data: 20,000 consultations with their clocks, items, people and trail."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from domain.bodies import BodyKind, Role, RoomLevel
from domain.calendar import local_date
from domain.matters import ConsultationKind, FeedbackTaskState, ObligationKind, ParticipantKind
from domain.stages import ConsultationState
from records.base import Base
from records.books import Books
from records.sessions import Register
from records.tables.consultations import Consultation, Topic
from records.tables.deliberations import Participant
from records.tables.obligations import ClockRow, FeedbackTask
from records.tables.outcomes import Suggestion
from records.tables.people import Membership, Organisation, Person, UserSession
from records.tables.rooms import Convener, Room

CONSULTATIONS = 20_000
TOWNS = 40
UNITS = 60
PARTICIPANTS = 12
BATCH = 2_000
SEED = 20_260_101

_SUBJECTS = (
    "加装电梯",
    "停车位重排",
    "垃圾分类",
    "河道保洁",
    "夜市扰民",
    "校门口拥堵",
    "公园夜灯",
    "老旧管网",
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_GIVEN = ("建国", "秀英", "志强", "桂兰", "明远", "若虚", "守正", "立言", "思齐", "望舒")

WATCHERS = {
    "staff": ("工作人员（街道）", Role.STAFF, "operator-0"),
    "owner": ("工作人员（区政协）", Role.STAFF, "owner"),
    "department": ("承办单位", Role.DEPARTMENT, "unit-0"),
    "supervisor": ("督查监督", Role.SUPERVISOR, "inspection"),
    "party": ("党委办公室", Role.PARTY_OFFICE, "party"),
    "convener": ("召集人", Role.CONVENER, "operator-0"),
}
"""Who looks at the pages: by the id of the person, in whose session cookie ``cookie-of-<id>`` it ends."""


def fill(register: Register, books: Books) -> None:
    """Write it all. The same seed gives the same register."""
    drawn = random.Random(SEED)
    with register.writing() as session:
        _bodies_and_people(session, drawn)
    for start in range(0, CONSULTATIONS, BATCH):
        with register.writing() as session:
            _consultations(session, books, drawn, range(start, start + BATCH))


def _put(session: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    session.execute(insert(table), list(rows))


def _bodies_and_people(session: Session, drawn: random.Random) -> None:
    district = "suzhou/fengxi"
    bodies = [
        ("owner", "政协枫溪区委员会", BodyKind.CPPCC_COMMITTEE, district),
        ("party", "中共枫溪区委员会", BodyKind.PARTY_COMMITTEE, district),
        ("inspection", "枫溪区督查室", BodyKind.INSPECTION_OFFICE, district),
        *(
            (f"operator-{one}", f"第{one}街道政协工委", BodyKind.WORK_COMMITTEE, f"{district}/town{one}")
            for one in range(TOWNS)
        ),
        *((f"unit-{one}", f"第{one}承办局", BodyKind.HANDLING_UNIT, district) for one in range(UNITS)),
    ]
    _put(
        session, Organisation, (dict(zip(("id", "name", "kind", "area"), one, strict=True)) for one in bodies)
    )
    people = [*WATCHERS, *(f"clerk-{one}" for one in range(TOWNS)), *(f"chair-{one}" for one in range(TOWNS))]
    _put(
        session,
        Person,
        (
            {"id": one, "name": _name(drawn), "sign_in_name": one, "password_hash": "!", "email": ""}
            for one in people
        ),
    )
    held = [(one, body, role) for one, (_, role, body) in WATCHERS.items()]
    held += [(f"clerk-{one}", f"operator-{one}", Role.STAFF) for one in range(TOWNS)]
    _put(
        session,
        Membership,
        (
            {"id": f"of-{one}", "person_id": one, "organisation_id": body, "role": role}
            for one, body, role in held
        ),
    )
    now = datetime.now(UTC)
    _put(
        session,
        UserSession,
        (
            {
                "token_digest": hashlib.sha256(f"cookie-of-{one}".encode()).hexdigest(),
                "person_id": one,
                "membership_id": f"of-{one}",
                "started_at": now,
                "seen_at": now,
            }
            for one in WATCHERS
        ),
    )
    _put(session, Room, (_room(one, district) for one in range(TOWNS)))
    conveners = [(f"chair-{one}", one) for one in range(TOWNS)] + [("convener", 0)]
    _put(session, Convener, ({"room_id": f"room-{one}", "person_id": who} for who, one in conveners))


def _room(one: int, district: str) -> dict[str, Any]:
    return {
        "id": f"room-{one}",
        "name": f"第{one}街道“有事好商量”协商议事室",
        "short_name": f"街{one}",
        "level": RoomLevel.STREET,
        "rule_set_id": "suzhou",
        "area": f"{district}/town{one}",
        "leading_party_id": "party",
        "owner_id": "owner",
        "operator_id": f"operator-{one}",
    }


def _name(drawn: random.Random) -> str:
    return drawn.choice(_SURNAMES) + drawn.choice(_GIVEN)


def _consultations(session: Session, books: Books, drawn: random.Random, numbers: Iterable[int]) -> None:
    cases = [_case(books, drawn, number) for number in numbers]
    _put(
        session,
        Topic,
        (
            {
                "id": f"t-{one['id']}",
                "title": one["title"],
                "area": one["area"],
                "proposed_on": one["opened_on"],
            }
            for one in cases
        ),
    )
    _put(session, Consultation, cases)
    _put(session, Participant, (row for one in cases for row in _participants(drawn, one["id"])))
    clocks, suggestions, tasks = [], [], []
    for one in cases:
        for row in _obligations(drawn, one):
            clocks += row["clocks"]
            suggestions += row["suggestions"]
            tasks += row["tasks"]
    _put(session, ClockRow, clocks)
    _put(session, Suggestion, suggestions)
    _put(session, FeedbackTask, tasks)


def _case(books: Books, drawn: random.Random, number: int) -> dict[str, Any]:
    town = number % TOWNS
    # Most of a service's years are behind it: one in eight is under way.
    is_running = drawn.random() < 0.125
    state = (
        drawn.choice((ConsultationState.TOPIC, ConsultationState.REPORTING, ConsultationState.IMPLEMENTATION))
        if is_running
        else ConsultationState.ARCHIVED
    )
    age = drawn.randrange(30, 200) if is_running else drawn.randrange(200, 1_800)
    opened_at = datetime.now(UTC) - timedelta(days=age, minutes=number)
    opened_on = local_date(opened_at)
    return {
        "id": f"case-{number:06}",
        "number": f"苏-街{town}-{opened_on.year}-{number:06}",
        "title": f"{_SUBJECTS[number % len(_SUBJECTS)]}第{number}号",
        "kind": ConsultationKind.ROOM,
        "room_id": f"room-{town}",
        "topic_id": f"t-case-{number:06}",
        "area": f"suzhou/fengxi/town{town}",
        "rule_set_id": "suzhou",
        "rule_set_version": books.rule_sets["suzhou"].version,
        "calendar_version": books.calendar.version,
        "leading_party_id": "party",
        "owner_id": "owner",
        "operator_id": f"operator-{town}",
        "state": state,
        "opened_on": opened_on,
        "opened_at": opened_at,
        "entered_state_on": opened_on,
        "deliberated_on": opened_on + timedelta(days=20) if state is not ConsultationState.TOPIC else None,
        "completed_on": None if is_running else opened_on + timedelta(days=120),
        "archived_on": None if is_running else opened_on + timedelta(days=180),
    }


def _participants(drawn: random.Random, case_id: str) -> Iterator[dict[str, Any]]:
    for one in range(PARTICIPANTS):
        yield {
            "id": f"{case_id}-p{one}",
            "consultation_id": case_id,
            "name": _name(drawn),
            "kind": ParticipantKind.MASS_REPRESENTATIVE if one % 2 else ParticipantKind.CPPCC_MEMBER,
        }


def _obligations(drawn: random.Random, case: dict[str, Any]) -> Iterator[dict[str, list[dict[str, Any]]]]:
    if case["state"] is ConsultationState.TOPIC:
        return
    is_open = case["state"] is ConsultationState.IMPLEMENTATION
    for one in range(3):
        name = f"{case['id']}-{one}"
        unit = f"unit-{drawn.randrange(UNITS)}"
        due_on = case["opened_on"] + timedelta(days=60)
        if is_open:
            due_on = local_date(datetime.now(UTC)) + timedelta(days=drawn.randrange(-30, 60))
        clock = {
            "consultation_id": case["id"],
            "holder_id": unit,
            "title": f"办理“{case['title']}”第{one}条建议",
            "started_on": due_on - timedelta(days=40),
            "budget_workdays": 30,
            "recorded_at": case["opened_at"],
            "calendar_version": case["calendar_version"],
            "due_on": due_on,
            "subject_id": name,
        }
        yield {
            "clocks": [
                clock | {"id": f"c-{name}", "kind": ObligationKind.FEEDBACK_TASK, "is_open": is_open},
                clock | {"id": f"a-{name}", "kind": ObligationKind.ACKNOWLEDGEMENT, "is_open": False},
            ],
            "suggestions": [
                {
                    "id": f"s-{name}",
                    "consultation_id": case["id"],
                    "item_number": one + 1,
                    "text": f"第{one}条建议",
                }
            ],
            "tasks": [
                {
                    "id": name,
                    "consultation_id": case["id"],
                    "suggestion_id": f"s-{name}",
                    "unit_id": unit,
                    "state": FeedbackTaskState.ACKNOWLEDGED if is_open else FeedbackTaskState.VERIFIED,
                    "assigned_on": due_on - timedelta(days=40),
                    "period_workdays": 30,
                    "clock_id": f"c-{name}",
                    "acknowledgement_clock_id": f"a-{name}",
                }
            ],
        }
