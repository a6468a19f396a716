"""Who may do what: one table, asked by pages, API and deeds alike (domain.md §2.10).

A permit names a role and the tie that must bind the actor to the matter: nobody acts for a body that is not theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.bodies import Actor, Role
from domain.words import Word


class Tie(Word):
    """What binds an actor's organisation (or person) to the matter at hand."""

    OPERATOR = "operator", "承办协商的政协工委（专委会）"
    OWNER = "owner", "责任主体政协"
    ORGANISER = "organiser", "协商组织方"
    CONVENER = "convener", "召集人本人"
    LEADING_PARTY = "leading_party", "领导党组织"
    BODY = "body", "该步骤的审定（备案）主体"
    UNIT = "unit", "承办单位"
    DESK = "desk", "受理专报的党委"
    AREA = "area", "所辖区域"
    ANYWHERE = "anywhere", "不限"


@dataclass(frozen=True)
class Matter:
    """The bodies that one consultation (and one task, step or escalation of it) belongs to."""

    area: str = ""
    operator_id: str | None = None
    owner_id: str | None = None
    leading_party_id: str | None = None
    convener_ids: frozenset[str] = frozenset()
    unit_ids: frozenset[str] = frozenset()
    body_id: str | None = None
    desk_id: str | None = None
    party_body_ids: frozenset[str] = frozenset()


Permit = tuple[Role, Tie]

_ORGANISERS: tuple[Permit, ...] = ((Role.STAFF, Tie.ORGANISER), (Role.CONVENER, Tie.CONVENER))
_UNIT: tuple[Permit, ...] = ((Role.DEPARTMENT, Tie.UNIT), (Role.DEPARTMENT_HEAD, Tie.UNIT))
_STAFF: tuple[Permit, ...] = ((Role.STAFF, Tie.ORGANISER),)
_DECIDERS: tuple[Permit, ...] = (
    (Role.APPROVER, Tie.BODY),
    (Role.PARTY_OFFICE, Tie.BODY),
    (Role.STAFF, Tie.BODY),
)
_ANSWERING = (Role.STAFF, Role.DEPARTMENT, Role.DEPARTMENT_HEAD, Role.PARTY_OFFICE, Role.APPROVER)

PERMITS: Mapping[str, tuple[Permit, ...]] = {
    # Process events, by the name of the act.
    "open_consultation": _ORGANISERS,
    "advance_stage": _ORGANISERS,
    "return_to_topic": _ORGANISERS,
    "reject_topic": _STAFF,
    "terminate_consultation": (
        (Role.APPROVER, Tie.BODY),
        (Role.PARTY_OFFICE, Tie.BODY),
        (Role.STAFF, Tie.OWNER),
    ),
    "suspend_consultation": _ORGANISERS,
    "resume_consultation": _ORGANISERS,
    "grant_waiver": ((Role.STAFF, Tie.OWNER),),
    "adopt_rule_set_version": ((Role.STAFF, Tie.OWNER),),
    "decide_approval": _DECIDERS,
    "assign_feedback_tasks": (*_STAFF, (Role.PARTY_OFFICE, Tie.LEADING_PARTY)),
    "acknowledge_task": _UNIT,
    "request_return": _UNIT,
    "decide_return": _STAFF,
    "request_extension": _UNIT,
    "decide_extension": _STAFF,
    "answer_task": _UNIT,
    "verify_answer": _ORGANISERS,
    "raise_escalation": _STAFF,
    "record_instruction": ((Role.PARTY_OFFICE, Tie.DESK), (Role.APPROVER, Tie.DESK)),
    "record_evaluation": (
        *_ORGANISERS,
        (Role.PARTY_OFFICE, Tie.LEADING_PARTY),
        (Role.APPROVER, Tie.LEADING_PARTY),
    ),
    "order_rework": _ORGANISERS,
    "record_follow_up_outcome": (*_ORGANISERS, (Role.MEMBER, Tie.AREA)),
    "close_unmet": _ORGANISERS,
    "merge_consultation": _STAFF,
    "answer_co_handling": _UNIT,
    "recount_clocks": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    # Papers being prepared.
    "propose_topic": (
        (Role.STAFF, Tie.AREA),
        (Role.CONVENER, Tie.AREA),
        (Role.MEMBER, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
    ),
    "amend_topic": ((Role.STAFF, Tie.AREA),),
    "reject_proposal": ((Role.STAFF, Tie.AREA),),
    "prepare_papers": _ORGANISERS,
    "accept_research": ((Role.CONVENER, Tie.CONVENER),),
    "publish": _STAFF,
    "record_decision": (*_STAFF, (Role.PARTY_OFFICE, Tie.LEADING_PARTY)),
    "close_supervision": ((Role.SUPERVISOR, Tie.AREA), (Role.STAFF, Tie.OWNER)),
    "comment_on_consultation": ((Role.SUPERVISOR, Tie.AREA),),
    "prepare_answer": _UNIT,
    "attach_file": (*_ORGANISERS, *_UNIT),
    "reveal_contact": _STAFF,
    # Supervisors' work.
    "inspect": ((Role.SUPERVISOR, Tie.AREA),),
    "read_demand": (
        (Role.SUPERVISOR, Tie.AREA),
        *((role, Tie.BODY) for role in _ANSWERING),
        (Role.STAFF, Tie.ORGANISER),
        (Role.PARTY_OFFICE, Tie.DESK),
        (Role.APPROVER, Tie.DESK),
    ),
    "answer_demand": tuple((role, Tie.BODY) for role in _ANSWERING),
    "verify_demand": ((Role.SUPERVISOR, Tie.AREA),),
    "watch": (
        (Role.SUPERVISOR, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
        (Role.STAFF, Tie.AREA),
    ),
    # Yearly work around consultations.
    "draw_up_plan": ((Role.STAFF, Tie.BODY),),
    "sign_off_plan": (
        (Role.STAFF, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.AREA),
    ),
    "keep_work_log": ((Role.STAFF, Tie.BODY), (Role.PARTY_OFFICE, Tie.BODY), (Role.SUPERVISOR, Tie.BODY)),
    "read_work_log": (
        (Role.STAFF, Tie.AREA),
        (Role.CONVENER, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
        (Role.MEMBER, Tie.AREA),
        (Role.SUPERVISOR, Tie.AREA),
        (Role.AUDIT_ADMIN, Tie.AREA),
        *_UNIT,
    ),
    "assign_members": ((Role.STAFF, Tie.AREA),),
    # Reading.
    "read_consultation": (
        *_ORGANISERS,
        (Role.STAFF, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
        (Role.APPROVER, Tie.BODY),
        (Role.PARTY_OFFICE, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.BODY),
        (Role.DEPARTMENT, Tie.UNIT),
        (Role.DEPARTMENT_HEAD, Tie.UNIT),
        (Role.MEMBER, Tie.AREA),
        (Role.SUPERVISOR, Tie.AREA),
        (Role.AUDIT_ADMIN, Tie.AREA),
    ),
    "read_figures": (
        (Role.STAFF, Tie.AREA),
        (Role.APPROVER, Tie.AREA),
        (Role.PARTY_OFFICE, Tie.AREA),
        (Role.SUPERVISOR, Tie.AREA),
    ),
    "read_own_participation": ((Role.CONVENER, Tie.ANYWHERE), (Role.MEMBER, Tie.ANYWHERE)),
    "read_audit": ((Role.SUPERVISOR, Tie.AREA), (Role.AUDIT_ADMIN, Tie.AREA), (Role.STAFF, Tie.OWNER)),
    "read_letters": (
        (Role.SUPERVISOR, Tie.AREA),
        (Role.AUDIT_ADMIN, Tie.AREA),
        (Role.STAFF, Tie.ORGANISER),
    ),
    "read_reveals": ((Role.AUDIT_ADMIN, Tie.AREA), (Role.SECURITY_ADMIN, Tie.AREA)),
    "verify_audit": ((Role.SUPERVISOR, Tie.ANYWHERE), (Role.AUDIT_ADMIN, Tie.ANYWHERE)),
    "see_escalations": (
        (Role.PARTY_OFFICE, Tie.DESK),
        (Role.APPROVER, Tie.DESK),
        (Role.SUPERVISOR, Tie.AREA),
        *_ORGANISERS,
    ),
    # Administration.
    "register_room": ((Role.STAFF, Tie.AREA), (Role.SYSTEM_ADMIN, Tie.ANYWHERE)),
    "register_organisation": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    "register_person": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    "grant_membership": ((Role.SECURITY_ADMIN, Tie.ANYWHERE),),
    "enter_leave": ((Role.SECURITY_ADMIN, Tie.ANYWHERE),),
    "set_calendar": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    "mend_deliveries": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    "see_deliveries": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE), (Role.AUDIT_ADMIN, Tie.ANYWHERE)),
    "set_webhooks": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE),),
    "see_daily_rounds": (
        (Role.SYSTEM_ADMIN, Tie.ANYWHERE),
        (Role.SECURITY_ADMIN, Tie.ANYWHERE),
        (Role.AUDIT_ADMIN, Tie.ANYWHERE),
    ),
    "set_parameters": ((Role.SYSTEM_ADMIN, Tie.ANYWHERE), (Role.STAFF, Tie.AREA)),
}


_OF_THE_CLOCK = frozenset({"record_what_is_due", "recount_clocks"})


def may(actor: Actor, action: str, matter: Matter) -> bool:
    """True when some permit of the action fits the actor's role and tie. The clock may do its own acts only."""
    if actor.role is Role.CLOCK:
        return action in _OF_THE_CLOCK
    return any(role is actor.role and _is_bound(actor, tie, matter) for role, tie in PERMITS[action])


def _is_bound(actor: Actor, tie: Tie, matter: Matter) -> bool:
    organisation = actor.organisation_id
    match tie:
        case Tie.OPERATOR:
            return organisation == matter.operator_id
        case Tie.OWNER:
            return organisation == matter.owner_id
        case Tie.ORGANISER:
            return organisation in {matter.operator_id, matter.owner_id}
        case Tie.CONVENER:
            return actor.principal_id in matter.convener_ids
        case Tie.LEADING_PARTY:
            return organisation == matter.leading_party_id or organisation in matter.party_body_ids
        case Tie.BODY:
            return organisation == matter.body_id
        case Tie.UNIT:
            return organisation in matter.unit_ids
        case Tie.DESK:
            return organisation == matter.desk_id
        case Tie.AREA:
            return is_within(matter.area, actor.area)
        case Tie.ANYWHERE:
            return True


def is_within(area: str, scope: str) -> bool:
    """True when ``area`` is ``scope`` itself or lies below it in the tree of areas."""
    return bool(scope) and (area == scope or area.startswith(scope + "/"))
