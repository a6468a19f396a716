"""开展协商 to 归档: what is refused, by which rule, in which words; then what passes."""

from dataclasses import replace
from datetime import date

import pytest

from domain.bodies import BodyKind
from domain.facts import (
    DepartmentPresence,
    DissentFacts,
    FollowUpFacts,
)
from domain.matters import (
    FollowUpOutcome,
    ResultClass,
    SessionState,
)
from domain.stages import GatePoint
from regulations.gates import judge
from regulations.parameters import DEFAULT_SOURCE
from tests.regulations.judging import BOOKS, blocking, people, warning
from tests.regulations.passing import (
    PRESENT,
    REGIONS,
    passing,
    session,
    suggestion,
)

# ---------------------------------------------------------------- S5


def test_a_sign_in_below_half_is_refused_although_the_list_passed() -> None:
    facts = replace(passing("suzhou"), sessions=(session(attendance=people(13, 15)),))
    assert blocking("suzhou", GatePoint.PARTICIPANTS, facts) == {}
    found = blocking("suzhou", GatePoint.DELIBERATION, facts)["SZ-21-S5"]
    assert "占签到人员 28 人的 46.4 %" in found.measured
    half = replace(facts, sessions=(session(attendance=people(14, 14)),))
    assert blocking("suzhou", GatePoint.DELIBERATION, half) == {}


def test_a_supplemented_session_heals_an_invalid_one() -> None:
    invalid = session(state=SessionState.INVALID, attendance=people(1, 9), held_on=date(2026, 4, 9))
    facts = replace(passing("suzhou"), sessions=(session(), invalid))
    assert blocking("suzhou", GatePoint.DELIBERATION, facts) == {}
    only_invalid = replace(facts, sessions=(invalid,))
    assert "D-S5-held" in blocking("suzhou", GatePoint.DELIBERATION, only_invalid)


def test_the_latest_valid_session_decides() -> None:
    poor = session(attendance=people(1, 9), interaction_count=0)
    facts = passing("nantong")
    healed = replace(facts, sessions=(session(held_on=date(2026, 4, 9)), poor))
    assert blocking("nantong", GatePoint.DELIBERATION, healed) == {}
    spoilt = replace(facts, sessions=(session(), replace(poor, held_on=date(2026, 4, 9))))
    assert {"NT-07", "NA-11-S5"} <= set(blocking("nantong", GatePoint.DELIBERATION, spoilt))


@pytest.mark.parametrize(("region", "rule_id"), [("sichuan", "SC-16"), ("linfen", "LF-11")])
@pytest.mark.parametrize("missing", ["is_responsible_officer", "has_presented", "has_responded"])
def test_a_department_must_come_present_and_answer(region: str, rule_id: str, missing: str) -> None:
    half = replace(PRESENT, **{missing: False})  # type: ignore[arg-type]
    facts = replace(passing(region), sessions=(session(departments=(half,)),))
    assert list(blocking(region, GatePoint.DELIBERATION, facts)) == [rule_id]


def test_one_invited_unit_that_stays_away_is_enough_to_refuse() -> None:
    education = DepartmentPresence("education", True, True, True)
    facts = replace(
        passing("sichuan"),
        invited_units=frozenset({"transport", "education"}),
        sessions=(session(departments=(education,)),),
    )
    found = blocking("sichuan", GatePoint.DELIBERATION, facts)["SC-16"]
    assert "应邀而未做到的 1 家" in found.measured
    both = replace(facts, sessions=(session(departments=(education, PRESENT)),))
    assert blocking("sichuan", GatePoint.DELIBERATION, both) == {}


def test_an_unconfirmed_dissent_list_is_refused_and_an_empty_confirmed_one_is_not() -> None:
    facts = replace(passing("linfen"), sessions=(session(is_dissent_list_confirmed=False),))
    assert list(blocking("linfen", GatePoint.DELIBERATION, facts)) == ["D-S5-dissent"]
    assert blocking("linfen", GatePoint.DELIBERATION, passing("linfen")) == {}


def test_no_suggestion_is_allowed_only_where_no_consensus_is_said_plainly() -> None:
    facts = replace(passing("nantong"), suggestions=())
    assert list(blocking("nantong", GatePoint.DELIBERATION, facts)) == ["D-S5-suggestion"]
    assert "NT-16" in blocking("nantong", GatePoint.REPORTING, facts)
    plain = replace(facts, sessions=(session(is_without_consensus=True),))
    assert blocking("nantong", GatePoint.DELIBERATION, plain) == {}
    assert blocking("nantong", GatePoint.REPORTING, plain) == {}


def test_another_chair_needs_a_written_delegation() -> None:
    facts = replace(passing("suzhou"), sessions=(session(is_chaired_by_convener=False),))
    assert list(blocking("suzhou", GatePoint.DELIBERATION, facts)) == ["SZ-14"]
    delegated = replace(facts, sessions=(session(is_chaired_by_convener=False, has_delegation=True),))
    assert blocking("suzhou", GatePoint.DELIBERATION, delegated) == {}


# ---------------------------------------------------------------- S6 and S7


@pytest.mark.parametrize(
    ("region", "rule_id"),
    [("suzhou", "SZ-26"), ("nantong", "D-S6-document"), ("sichuan", "SC-18"), ("linfen", "LF-13")],
)
def test_an_unsigned_or_unsent_document_is_refused(region: str, rule_id: str) -> None:
    facts = passing(region)
    (document,) = facts.documents
    for flaw in (replace(document, is_signed=False), replace(document, sent_on=None, received_on=None)):
        assert rule_id in blocking(region, GatePoint.REPORTING, replace(facts, documents=(flaw,)))


def test_in_sichuan_a_handling_unit_is_not_the_party_committee() -> None:
    facts = passing("sichuan")
    document = replace(facts.documents[0], recipient_kind=BodyKind.HANDLING_UNIT)
    assert list(blocking("sichuan", GatePoint.REPORTING, replace(facts, documents=(document,)))) == ["SC-18"]


def test_a_document_without_receipt_is_refused() -> None:
    facts = passing("suzhou")
    document = replace(facts.documents[0], received_on=None)
    assert list(blocking("suzhou", GatePoint.REPORTING, replace(facts, documents=(document,)))) == [
        "D-S6-receipt"
    ]


@pytest.mark.parametrize("region", REGIONS)
def test_a_class_c_item_must_be_explained_everywhere(region: str) -> None:
    facts = replace(passing(region), suggestions=(suggestion(1), suggestion(3, result=ResultClass.C)))
    (found,) = blocking(region, GatePoint.IMPLEMENTATION, facts).values()
    assert found.rule_id == ("NA-20" if region == "nantong" else "D-S7-class-c")
    assert "尚未解释说明：第 3 条" in found.measured
    explained = replace(
        facts, suggestions=(suggestion(1), suggestion(3, result=ResultClass.C, is_explained=True))
    )
    assert blocking(region, GatePoint.IMPLEMENTATION, explained) == {}


def test_an_unverified_answer_is_refused() -> None:
    facts = replace(passing("suzhou"), suggestions=(suggestion(1), suggestion(2, is_verified=False)))
    assert list(blocking("suzhou", GatePoint.IMPLEMENTATION, facts)) == ["D-S7-verified"]


def test_linfen_needs_written_feedback() -> None:
    facts = replace(passing("linfen"), suggestions=(suggestion(1, has_written_feedback=False),))
    assert set(blocking("linfen", GatePoint.IMPLEMENTATION, facts)) == {"LF-15", "LF-16"}


# ---------------------------------------------------------------- S8 and 归档


def test_case_a_03_is_refused_for_two_reasons_together() -> None:
    facts = replace(
        passing("suzhou"), is_commissioned=True, dissents=(DissentFacts(False), DissentFacts(False))
    )
    refused = blocking("suzhou", GatePoint.EVALUATION, facts)
    assert set(refused) == {"SZ-30", "SZ-31"}
    assert refused["SZ-31"].measured == "持不同意见 2 件，尚未解释说明 2 件"
    settled = replace(
        facts, reported_to_client_on=date(2026, 6, 10), dissents=(DissentFacts(True), DissentFacts(True))
    )
    assert blocking("suzhou", GatePoint.EVALUATION, settled) == {}


@pytest.mark.parametrize("region", ["nantong", "sichuan", "linfen"])
def test_commissioned_report_back_binds_everywhere_as_our_default(region: str) -> None:
    facts = replace(passing(region), is_commissioned=True)
    (found,) = blocking(region, GatePoint.EVALUATION, facts).values()
    assert (found.rule_id, found.is_default, found.source) == ("D-S8-commission", True, DEFAULT_SOURCE)


@pytest.mark.parametrize("region", ["nantong", "sichuan", "linfen"])
def test_an_unexplained_dissent_only_warns_outside_suzhou(region: str) -> None:
    facts = replace(passing(region), dissents=(DissentFacts(False),))
    assert blocking(region, GatePoint.EVALUATION, facts) == {}
    assert "D-S8-dissent" in warning(region, GatePoint.EVALUATION, facts)


def test_two_parties_are_enough_in_suzhou_and_not_in_nantong() -> None:
    for region in ("suzhou", "nantong"):
        facts = passing(region)
        fewer = replace(facts.evaluation, scores=facts.evaluation.scores[2:])
        refused = blocking(region, GatePoint.EVALUATION, replace(facts, evaluation=fewer))
        assert list(refused) == (["NA-13"] if region == "nantong" else [])


def test_70_per_cent_satisfaction_is_refused_and_80_is_not() -> None:
    facts = passing("linfen")
    low = replace(facts.evaluation, satisfied=18, basically_satisfied=17, dissatisfied=15)
    found = blocking("linfen", GatePoint.EVALUATION, replace(facts, evaluation=low))["D-S8-satisfaction"]
    assert found.measured.startswith("第 1 轮：满意率 70.0 %")
    edge = replace(facts.evaluation, satisfied=18, basically_satisfied=22, dissatisfied=10)
    assert blocking("linfen", GatePoint.EVALUATION, replace(facts, evaluation=edge)) == {}


def test_79_99_per_cent_satisfaction_never_reads_80() -> None:
    facts = passing("linfen")
    low = replace(facts.evaluation, satisfied=7999, basically_satisfied=0, dissatisfied=2001)
    found = blocking("linfen", GatePoint.EVALUATION, replace(facts, evaluation=low))["D-S8-satisfaction"]
    assert "满意率 79.99 %" in found.measured


def test_too_few_ballots_are_refused_unless_the_county_waives() -> None:
    facts = passing("suzhou")
    few = replace(
        facts, evaluation=replace(facts.evaluation, satisfied=4, basically_satisfied=1, dissatisfied=0)
    )
    assert "不少于 6 票" in blocking("suzhou", GatePoint.EVALUATION, few)["D-S8-ballots"].required
    assert blocking("suzhou", GatePoint.EVALUATION, few, waived=["D-S8-ballots"]) == {}
    waived = judge(BOOKS["suzhou"], GatePoint.EVALUATION, few, ["D-S8-ballots"])
    assert [each.rule_id for each in waived if each.is_waived] == ["D-S8-ballots"]


@pytest.mark.parametrize(
    ("region", "rule_id"),
    [("suzhou", "SZ-28"), ("nantong", "NA-19"), ("sichuan", "D-S9-follow-up"), ("linfen", "D-S9-follow-up")],
)
def test_no_archive_before_the_follow_up_is_held(region: str, rule_id: str) -> None:
    facts = passing(region)
    (held,) = facts.follow_ups
    later = FollowUpFacts(date(2026, 11, 13), None, None)
    relapse = replace(held, outcome=FollowUpOutcome.RELAPSED)
    for follow_ups in ((), (later,), (held, later), (relapse,)):
        refused = blocking(region, GatePoint.ARCHIVE, replace(facts, follow_ups=follow_ups))
        assert list(refused) == [rule_id]
    healed = (relapse, FollowUpFacts(date(2026, 11, 20), date(2026, 11, 20), FollowUpOutcome.HOLDS))
    assert blocking(region, GatePoint.ARCHIVE, replace(facts, follow_ups=healed)) == {}


def test_no_completion_before_a_follow_up_is_scheduled() -> None:
    facts = replace(passing("sichuan"), follow_ups=())
    assert list(blocking("sichuan", GatePoint.EVALUATION, facts)) == ["D-S8-follow-up"]
