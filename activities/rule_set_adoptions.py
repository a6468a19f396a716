"""Changing over to a newer version of the rules at the border of a stage: explicit, judged, told."""

from activities.case import Case
from activities.deeds import records
from activities.stage_entries import everyone_concerned
from domain.acts import AdoptRuleSetVersion
from domain.audit_actions import AuditAction
from domain.ledger import PeriodRestarted
from domain.refusals import RefusalCode, Refused, refuse
from notifications.notices import RuleSetAdopted
from records.adoptions import Adoption, ClockMove, adoption_of
from records.recipients import told
from records.tables.rooms import RuleSetVersion
from records.tables.rule_sets import RuleSetAdoption
from regulations.parameter_words import parameter_word, value_words


@records(AdoptRuleSetVersion)
def record_rule_set_adoption(case: Case, act: AdoptRuleSetVersion) -> str:
    """Pin the newer version; what the entry into the stage began begins again, and dates that passed stay."""
    case.permit(act)
    case.check_date(act, case.row.entered_state_on)
    if not act.reason.strip():
        raise refuse(RefusalCode.INVALID_INPUT, "请填写“改用理由”。", field="reason")
    version = case.session.get(RuleSetVersion, act.version_id) if act.version_id.isprintable() else None
    if version is None:
        raise refuse(RefusalCode.NOT_FOUND, "未找到该版本。", field="version_id")
    plan = adoption_of(case.session, case.books, case.row, version, case.pen.at)
    if plan.refusal is not None:
        raise Refused(plan.refusal)
    people = everyone_concerned(case)
    row = RuleSetAdoption(
        consultation_id=case.row.id,
        former_version=case.row.rule_set_version,
        version=version.version,
        adopted_on=act.occurred_on,
        recorded_at=case.pen.at,
        by_person_id=act.by.person_id,
        reason=act.reason,
    )
    case.session.add(row)
    case.row.rule_set_version = version.version
    case.rule_set = plan.adopted
    for move in plan.clocks:
        _begin_again(case, move, version.version)
        people += told(case.session, case.row, ("duty_holder",), move.record.row.holder_id, case.pen.today)
    case.session.flush()
    case.note(
        AuditAction.RULE_SET_ADOPTED,
        "rule_set_adoption",
        row.id,
        old={"version": row.former_version},
        new={"version": row.version, "clocks": [_moved(move) for move in plan.clocks]},
        rule_ids=[one.change.rule.id for one in plan.gates],
        note=act.reason,
    )
    case.post(
        dict.fromkeys(people),
        RuleSetAdopted(
            consultation_number=case.row.number,
            consultation_title=case.row.title,
            link=case.link(),
            former_version=row.former_version,
            version=row.version,
            adopted_on=act.occurred_on,
            adopted_by=case.body_name(act.by.organisation_id),
            reason=act.reason,
            changes=_changes(plan),
        ),
    )
    return row.id


def _begin_again(case: Case, move: ClockMove, version: str) -> None:
    """From the same day as before, but with the newer ladder: a rung whose morning has passed comes no more."""
    reason = f"改用规则集〔{version}〕"
    entry = PeriodRestarted(move.record.clock.started_on, move.workdays, case.pen.at, reason)
    case.write(move.record, entry)


def _moved(move: ClockMove) -> dict[str, object]:
    return {
        "clock_id": move.record.row.id,
        "old_due_on": move.former_due.on.isoformat(),
        "due_on": move.due.on.isoformat(),
        "is_kept": move.is_kept,
    }


def _changes(plan: Adoption) -> tuple[str, ...]:
    """What is otherwise from now on, each in one line."""
    parameters = [
        f"{parameter_word(one.key)}：{' → '.join(map(value_words, one.narrowed))}"
        for one in plan.differences.parameters
    ]
    kinds = dict.fromkeys(one.kind.label for one in plan.differences.rungs)
    ladders = [f"“{label}”的提醒、催办和专报阶梯已变更" for label in kinds]
    dates = [
        f"“{move.record.row.title}”的到期日：{move.former_due.on} → {move.due.on}"
        for move in plan.clocks
        if move.due != move.former_due
    ]
    return (*parameters, *ladders, *dates)
