"""Leave: who may stand in for whom while somebody is away, and where a leave stands on a day."""

from collections.abc import Mapping
from datetime import date

from domain.bodies import Role
from domain.words import Word

LEAVE_DAYS_MAX = 366
"""A longer absence is a change of appointment, not a leave."""

STANDS_IN_FOR: Mapping[Role, frozenset[Role]] = {
    Role.STAFF: frozenset({Role.STAFF, Role.CONVENER}),
    Role.CONVENER: frozenset({Role.CONVENER, Role.STAFF, Role.MEMBER}),
    Role.APPROVER: frozenset({Role.APPROVER, Role.PARTY_OFFICE}),
    Role.PARTY_OFFICE: frozenset({Role.PARTY_OFFICE, Role.APPROVER}),
    Role.DEPARTMENT: frozenset({Role.DEPARTMENT, Role.DEPARTMENT_HEAD}),
    Role.DEPARTMENT_HEAD: frozenset({Role.DEPARTMENT_HEAD, Role.DEPARTMENT}),
    Role.MEMBER: frozenset({Role.MEMBER}),
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR}),
    # An administrator is replaced by one of the same kind only, so that the three hands stay apart (三员分立).
    Role.SYSTEM_ADMIN: frozenset({Role.SYSTEM_ADMIN}),
    Role.SECURITY_ADMIN: frozenset({Role.SECURITY_ADMIN}),
    Role.AUDIT_ADMIN: frozenset({Role.AUDIT_ADMIN}),
}
"""In which roles of the same organisation a deputy must already act, by the role that is stood in for."""


class LeaveState(Word):
    """Where a leave stands."""

    COMING = "coming", "未开始"
    RUNNING = "running", "代办中"
    OVER = "over", "已期满"
    ENDED = "ended", "已提前结束"


def leave_state(since_on: date, until_on: date, today: date, *, has_ended: bool) -> LeaveState:
    """Where a leave stands today; its last day still counts."""
    if has_ended:
        return LeaveState.ENDED
    if today < since_on:
        return LeaveState.COMING
    return LeaveState.RUNNING if today <= until_on else LeaveState.OVER
