"""搭建平台 to 商前调研: what is refused, by which rule, in which words; then what passes, boundaries included."""

from dataclasses import replace
from datetime import date

import pytest

from domain.bodies import BodyKind, RoomLevel
from domain.facts import (
    ApprovalFacts,
    ConvenerFacts,
)
from domain.matters import (
    ConsultationKind,
    Decision,
    ResearchKind,
    TopicCategory,
)
from domain.stages import GatePoint
from tests.regulations.judging import blocking, people, warning
from tests.regulations.passing import (
    CADRE,
    DEPARTMENT,
    LINFEN_STEPS,
    MASS,
    MEMBER,
    REGIONS,
    SICHUAN_STEPS,
    SUZHOU_STEPS,
    approvals,
    passing,
)

# ---------------------------------------------------------------- S1


def test_a_street_convener_who_is_no_member_is_refused_until_an_acting_record_is_filed() -> None:
    facts = passing("suzhou")
    no_member = ConvenerFacts(is_deputy_party_secretary=True, is_work_committee_director=True)
    facts = replace(facts, room=replace(facts.room, conveners=(no_member,)))
    refused = blocking("suzhou", GatePoint.PLATFORM, facts)
    assert list(refused) == ["SZ-13"]
    assert "政协委员" in refused["SZ-13"].measured
    acting = replace(facts, room=replace(facts.room, conveners=(replace(no_member, is_acting=True),)))
    assert blocking("suzhou", GatePoint.PLATFORM, acting) == {}


def test_a_nantong_village_needs_secretary_and_liaison_member_together() -> None:
    facts = passing("nantong")
    secretary = ConvenerFacts(is_party_secretary=True)
    village = replace(facts.room, level=RoomLevel.VILLAGE, conveners=(secretary,))
    assert list(blocking("nantong", GatePoint.PLATFORM, replace(facts, room=village))) == ["NA-15"]
    one_in_both = replace(village, conveners=(replace(secretary, is_liaison_member=True),))
    assert list(blocking("nantong", GatePoint.PLATFORM, replace(facts, room=one_in_both))) == ["NA-15"]
    pair = replace(village, conveners=(secretary, ConvenerFacts(is_liaison_member=True)))
    assert blocking("nantong", GatePoint.PLATFORM, replace(facts, room=pair)) == {}


def test_a_roster_without_grid_worker_warns() -> None:
    facts = passing("nantong")
    facts = replace(facts, room=replace(facts.room, fixed_member_kinds=frozenset({"cadre"})))
    assert blocking("nantong", GatePoint.PLATFORM, facts) == {}
    assert list(warning("nantong", GatePoint.PLATFORM, facts)) == ["NA-04"]


@pytest.mark.parametrize(
    ("region", "name", "rule_id"),
    [
        ("suzhou", "“好商量”议事室", "SZ-05"),
        ("sichuan", "有事好商量", "SC-27"),
        ("linfen", "有事来协商", "LF-21"),
    ],
)
def test_the_name_of_another_region_is_refused(region: str, name: str, rule_id: str) -> None:
    facts = passing(region)
    facts = replace(facts, room=replace(facts.room, name=name))
    assert list(blocking(region, GatePoint.PLATFORM, facts)) == [rule_id]


def test_quotation_marks_in_a_name_do_not_matter() -> None:
    facts = passing("suzhou")
    facts = replace(facts, room=replace(facts.room, name='临湖镇"有事好商量"协商议事室'))
    assert blocking("suzhou", GatePoint.PLATFORM, facts) == {}


# ---------------------------------------------------------------- S2


@pytest.mark.parametrize("region", REGIONS)
def test_an_individual_dispute_is_refused_everywhere(region: str) -> None:
    facts = passing(region)
    facts = replace(facts, topic=replace(facts.topic, is_individual_dispute=True))
    (found,) = blocking(region, GatePoint.TOPIC, facts).values()
    assert found.rule_id == {"sichuan": "SC-12", "linfen": "LF-08"}.get(region, "D-S2-exclusions")
    assert "个体利益纠纷" in found.measured
    assert found.field == "is_individual_dispute"


def test_an_exclusion_question_left_open_is_refused() -> None:
    facts = passing("linfen")
    facts = replace(facts, topic=replace(facts.topic, is_settled_by_law=None))
    assert blocking("linfen", GatePoint.TOPIC, facts)["LF-08"].measured == "尚未逐项确认：法规明文规定"


def test_only_our_own_exclusion_rule_may_be_waived() -> None:
    suzhou, sichuan = passing("suzhou"), passing("sichuan")
    suzhou = replace(suzhou, topic=replace(suzhou.topic, is_individual_dispute=True))
    sichuan = replace(sichuan, topic=replace(sichuan.topic, is_individual_dispute=True))
    assert blocking("suzhou", GatePoint.TOPIC, suzhou, waived=["D-S2-exclusions"]) == {}
    assert list(blocking("sichuan", GatePoint.TOPIC, sichuan, waived=["SC-12"])) == ["SC-12"]


def test_suzhou_without_filing_is_refused() -> None:
    facts = replace(passing("suzhou"), approvals=approvals(SUZHOU_STEPS[0]))
    found = blocking("suzhou", GatePoint.TOPIC, facts)["SZ-18"]
    assert "尚缺“县级政协备案”" in found.measured
    assert found.required.startswith("同级党委（党工委）审定 → 县级政协备案")


def test_a_suzhou_village_needs_the_work_committees_filing_but_not_the_optional_step() -> None:
    facts = passing("suzhou")
    village = replace(facts, room=replace(facts.room, level=RoomLevel.VILLAGE))
    first = ApprovalFacts(1, BodyKind.PARTY_ORGANIZATION, False, Decision.APPROVED, date(2026, 4, 13))
    second = ApprovalFacts(2, BodyKind.PARTY_COMMITTEE, False, Decision.APPROVED, date(2026, 4, 16))
    filed = ApprovalFacts(3, BodyKind.WORK_COMMITTEE, True, Decision.FILED, date(2026, 4, 20))
    waiting = replace(filed, decision=None, decided_on=None)
    refused = blocking("suzhou", GatePoint.TOPIC, replace(village, approvals=(first, second, waiting)))
    assert "尚缺“政协工委备案”" in refused["SZ-19"].measured
    assert blocking("suzhou", GatePoint.TOPIC, replace(village, approvals=(first, second, filed))) == {}
    assert blocking("suzhou", GatePoint.TOPIC, replace(village, approvals=(first, filed))) == {}


def test_an_optional_step_that_refused_blocks() -> None:
    facts = passing("suzhou")
    village = replace(facts, room=replace(facts.room, level=RoomLevel.VILLAGE))
    steps = (
        ApprovalFacts(1, BodyKind.PARTY_ORGANIZATION, False, Decision.APPROVED, date(2026, 4, 13)),
        ApprovalFacts(2, BodyKind.PARTY_COMMITTEE, False, Decision.REFUSED, date(2026, 4, 16)),
        ApprovalFacts(3, BodyKind.WORK_COMMITTEE, True, Decision.FILED, date(2026, 4, 20)),
    )
    assert list(blocking("suzhou", GatePoint.TOPIC, replace(village, approvals=steps))) == ["SZ-19"]


def test_sichuan_agreement_before_the_chairpersons_meeting_is_refused() -> None:
    early = approvals(*SICHUAN_STEPS)
    facts = replace(passing("sichuan"), approvals=(early[0], early[2]))
    found = blocking("sichuan", GatePoint.TOPIC, facts)["SC-11"]
    assert "尚缺“主席会议审定”" in found.measured
    assert "“同级党委同意”不得先行" in found.measured


@pytest.mark.parametrize(
    ("days", "passes"), [((2, 5, 12), True), ((5, 5, 5), True), ((5, 2, 12), False), ((2, 12, 5), False)]
)
def test_sichuan_approvals_stand_in_the_order_of_their_dates(days: tuple[int, ...], passes: bool) -> None:
    bodies = [body for body, _ in SICHUAN_STEPS]
    facts = replace(passing("sichuan"), approvals=approvals(*zip(bodies, days, strict=True)))
    assert ("SC-11" not in blocking("sichuan", GatePoint.TOPIC, facts)) is passes


def test_a_body_outside_the_chain_approves_nothing() -> None:
    wrong = approvals((BodyKind.GOVERNMENT, 2), LINFEN_STEPS[1])
    facts = replace(passing("linfen"), approvals=wrong)
    assert list(blocking("linfen", GatePoint.TOPIC, facts)) == ["LF-07"]


def test_a_body_that_first_refused_may_approve_later() -> None:
    first, second = approvals(*LINFEN_STEPS)
    before = replace(first, decision=Decision.REFUSED, decided_on=date(2026, 2, 20))
    facts = passing("linfen")
    assert blocking("linfen", GatePoint.TOPIC, replace(facts, approvals=(before, first, second))) == {}
    after = replace(first, decision=Decision.REFUSED, decided_on=date(2026, 3, 20))
    assert "LF-07" in blocking("linfen", GatePoint.TOPIC, replace(facts, approvals=(first, second, after)))


def test_a_filing_objected_to_is_no_filing() -> None:
    first, filed = approvals(*SUZHOU_STEPS)
    facts = replace(passing("suzhou"), approvals=(first, replace(filed, decision=Decision.OBJECTED)))
    assert "SZ-18" in blocking("suzhou", GatePoint.TOPIC, facts)


def test_a_thematic_consultation_in_sichuan_follows_the_plan_instead_of_single_approvals() -> None:
    facts = replace(passing("sichuan"), kind=ConsultationKind.THEMATIC, approvals=())
    assert blocking("sichuan", GatePoint.TOPIC, facts) == {}
    unplanned = replace(facts, topic=replace(facts.topic, is_planned=False, plan_sign_offs=None))
    assert list(blocking("sichuan", GatePoint.TOPIC, unplanned)) == ["D-S2-plan"]
    unsigned = replace(facts, topic=replace(facts.topic, plan_sign_offs=frozenset()))
    assert list(blocking("sichuan", GatePoint.TOPIC, unsigned)) == ["D-S2-plan-signed"]


def test_a_category_of_another_region_is_refused() -> None:
    facts = passing("nantong")
    facts = replace(facts, topic=replace(facts.topic, category=TopicCategory.PARTY_GOV_PRIORITY))
    assert list(blocking("nantong", GatePoint.TOPIC, facts)) == ["NT-14"]


# ---------------------------------------------------------------- S3


def test_10_of_25_is_refused_citing_sz_21() -> None:
    facts = replace(passing("suzhou"), participants=people(10, 15))
    found = blocking("suzhou", GatePoint.PARTICIPANTS, facts)["SZ-21"]
    assert found.measured == "直接利益相关群众 10 人，占参会人员 25 人的 40.0 %"
    assert found.required.startswith("不少于 50 %（2×10＝20 ＜ 1×25＝25）")
    assert found.clause == "直接利益相关群众应不少于50%"
    assert (found.article, found.source) == ("二(五)", "苏政〔2020〕9号")
    assert "分母为全部参会人员" in found.required


@pytest.mark.parametrize("direct", [15, 16])
def test_15_of_30_passes_sz_21(direct: int) -> None:
    facts = replace(passing("suzhou"), participants=people(direct, 30 - direct))
    assert blocking("suzhou", GatePoint.PARTICIPANTS, facts) == {}


def test_49_96_per_cent_never_reads_50() -> None:
    facts = replace(passing("suzhou"), participants=people(1249, 1251))
    assert blocking("suzhou", GatePoint.PARTICIPANTS, facts)["SZ-21"].measured.endswith("49.96 %")


def test_8_of_24_is_a_third_and_passes_na_11() -> None:
    list_of_24 = (MASS,) * 8 + (MEMBER,) * 16
    facts = replace(passing("nantong"), participants=list_of_24)
    assert "NA-11" not in blocking("nantong", GatePoint.PARTICIPANTS, facts)
    refused = replace(facts, participants=(*list_of_24, CADRE))
    found = blocking("nantong", GatePoint.PARTICIPANTS, refused)["NA-11"]
    assert found.required.startswith("不少于 1/3（3×8＝24 ＜ 1×25＝25）")


def test_an_empty_list_is_refused() -> None:
    facts = replace(passing("suzhou"), participants=())
    assert {"SZ-04", "SZ-20", "SZ-21", "D-S3-contact"} <= set(
        blocking("suzhou", GatePoint.PARTICIPANTS, facts)
    )


def test_linfen_needs_a_member_and_a_mass_representative() -> None:
    facts = replace(passing("linfen"), participants=(DEPARTMENT,) * 9 + (CADRE,) * 4)
    found = blocking("linfen", GatePoint.PARTICIPANTS, facts)["LF-02"]
    assert "尚缺：政协委员、群众代表" in found.measured


# ---------------------------------------------------------------- S4


@pytest.mark.parametrize(
    ("region", "rule_id"),
    [("suzhou", "D-S4-research"), ("nantong", "NA-08"), ("sichuan", "SC-13"), ("linfen", "LF-09")],
)
def test_no_deliberation_without_accepted_research(region: str, rule_id: str) -> None:
    facts = passing(region)
    waiting = replace(facts.research[0], is_accepted=False)
    assert rule_id in blocking(region, GatePoint.RESEARCH, replace(facts, research=()))
    assert rule_id in blocking(region, GatePoint.RESEARCH, replace(facts, research=(waiting,)))
    nobody = replace(facts.research[0], researcher_count=0)
    assert rule_id in blocking(region, GatePoint.RESEARCH, replace(facts, research=(nobody,)))


def test_a_report_with_facts_only_warns_of_two_missing_sections() -> None:
    facts = passing("nantong")
    thin = replace(facts.research[0], has_policy_section=False, has_opinions_section=False)
    facts = replace(facts, research=(thin,))
    assert blocking("nantong", GatePoint.RESEARCH, facts) == {}
    assert warning("nantong", GatePoint.RESEARCH, facts)["NA-09"].measured == (
        "已审核的调研报告缺少 2 个部分：政策规定、群众意见"
    )


def test_a_sensitive_topic_in_linfen_needs_pre_report_and_pre_study() -> None:
    facts = passing("linfen")
    facts = replace(facts, topic=replace(facts.topic, is_sensitive=True, is_long_standing=True))
    found = blocking("linfen", GatePoint.RESEARCH, facts)["LF-10"]
    assert found.measured == "议题属于敏感问题、多年积累的难题，尚缺：预报告、部门预研究"
    report = replace(facts.research[0], kind=ResearchKind.PRE_REPORT)
    study = replace(facts.research[0], kind=ResearchKind.PRE_STUDY)
    assert "LF-10" in blocking(
        "linfen", GatePoint.RESEARCH, replace(facts, research=(*facts.research, report))
    )
    assert (
        blocking("linfen", GatePoint.RESEARCH, replace(facts, research=(*facts.research, report, study)))
        == {}
    )


def test_a_pre_report_alone_is_no_research() -> None:
    facts = passing("linfen")
    report = replace(facts.research[0], kind=ResearchKind.PRE_REPORT)
    assert "LF-09" in blocking("linfen", GatePoint.RESEARCH, replace(facts, research=(report,)))
