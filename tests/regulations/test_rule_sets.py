"""What the four books say: sources, periods, chains, ladders; and that a clause quoted is a clause written."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.bodies import BodyKind, RoomLevel
from domain.ladder import Colour
from domain.matters import ConsultationKind, ObligationKind
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from regulations.county import with_county
from regulations.loader import load_rule_sets
from regulations.parameters import DEFAULT_SOURCE
from regulations.rule_sets import RuleSet

BOOKS = load_rule_sets()
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

# The rows of domain.md §1.5 by the keys that the books give them.
ROWS = [
    "platform_name", "topic_sources", "exclusions", "approval_chain", "direct_stakeholder_min",
    "mass_rep_min", "ratio_denominator", "research_gate", "dept_response_at_session", "three_lists",
    "outcome_forms", "report_days", "notice_days", "material_days", "acknowledgement_days", "return_days",
    "feedback_days", "extension_times_max", "extension_share_max_percent", "extension_ask_days", "escalation",
    "evaluation_parties", "follow_up_days", "follow_up_again_days", "satisfaction_min_percent",
    "composite_min", "frequency", "dissent_explanation", "commissioned_report_back", "member_score",
]  # fmt: skip


def refusal_of(book: RuleSet, key: str, level: RoomLevel) -> Refused:
    with pytest.raises(Refused) as refused:
        book.workdays(key, level)
    return refused.value


def test_the_four_regions_are_there() -> None:
    assert {book.platform_name for book in BOOKS.values()} == {"有事好商量", "有事来协商", "有事来商量"}
    assert set(BOOKS) == {"suzhou", "nantong", "sichuan", "linfen"}


def test_linfen_refuses_a_feedback_period_until_a_county_sets_it() -> None:
    refused = refusal_of(BOOKS["linfen"], "feedback_days", RoomLevel.COUNTY)
    assert refused.refusal.code is RefusalCode.PARAMETER_UNSET
    assert refused.refusal.field == "feedback_days"
    assert "LF-16" in refused.refusal.message
    assert "在一定期限内向县(市、区)政协书面反馈" in refused.refusal.message
    county = with_county(BOOKS["linfen"], {"feedback_days": {"county": 60}}, "2025-1+尧岭-1")
    assert county.workdays("feedback_days", RoomLevel.COUNTY) == 60
    assert county.version == "2025-1+尧岭-1"
    assert refusal_of(county, "feedback_days", RoomLevel.TOWN).refusal.field == "feedback_days"
    assert not BOOKS["linfen"].parameter("feedback_days").is_set


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("return_days", 9),
        ("no_such_key", 9),
        ("feedback_days", 0),
        ("feedback_days", -1),
        ("feedback_days", 400),
        ("feedback_days", True),
        ("feedback_days", {"hamlet": 20}),
        ("feedback_days", {"county": 0}),
    ],
)
def test_a_county_sets_only_what_is_left_to_it_and_only_possible_periods(
    key: str, value: int | dict[str, int]
) -> None:
    with pytest.raises(Refused) as refused:
        with_county(BOOKS["linfen"], {key: value}, "x")
    assert refused.value.refusal.code is RefusalCode.INVALID_INPUT
    assert refused.value.refusal.field == key


@pytest.mark.parametrize("region", ["suzhou", "nantong", "sichuan"])
@pytest.mark.parametrize(
    ("level", "days"), [("village", 20), ("town", 30), ("street", 30), ("park", 30), ("county", 60)]
)
def test_feedback_periods_stand_by_level_and_are_marked_as_ours(region: str, level: str, days: int) -> None:
    book = BOOKS[region]
    assert book.workdays("feedback_days", RoomLevel(level)) == days
    assert book.parameter("feedback_days").is_default
    assert book.parameter("feedback_days").source == DEFAULT_SOURCE


@pytest.mark.parametrize("region", BOOKS)
def test_every_row_of_the_table_is_there_with_its_source(region: str) -> None:
    for key in ROWS:
        parameter = BOOKS[region].parameter(key)
        assert parameter.source
        assert parameter.is_set or parameter.is_county_set


@pytest.mark.parametrize("region", BOOKS)
def test_every_period_has_a_number_at_every_level_but_where_the_county_sets_it(region: str) -> None:
    book = BOOKS[region]
    for key, parameter in book.parameters.items():
        if key.endswith("_days") and parameter.is_set:
            assert all(book.workdays(key, level) >= 1 for level in RoomLevel)


def test_no_number_of_days_claims_a_document() -> None:
    for book in BOOKS.values():
        for key, parameter in book.parameters.items():
            if key.endswith("_days") and parameter.is_set:
                assert parameter.is_default, key


# ---------------------------------------------------------------- chains


def bodies(region: str, level: RoomLevel, kind: ConsultationKind) -> list[tuple[BodyKind, bool, bool]]:
    steps = BOOKS[region].approval_chain(level, kind)
    return [(step.body_kinds[0], step.is_filing, step.is_optional) for step in steps]


@pytest.mark.parametrize("region", ["suzhou", "nantong"])
@pytest.mark.parametrize("level", [RoomLevel.TOWN, RoomLevel.STREET, RoomLevel.PARK])
def test_a_town_asks_its_party_committee_and_files_with_the_county(region: str, level: RoomLevel) -> None:
    assert bodies(region, level, ConsultationKind.ROOM) == [
        (BodyKind.PARTY_COMMITTEE, False, False),
        (BodyKind.CPPCC_COMMITTEE, True, False),
    ]


@pytest.mark.parametrize("level", [RoomLevel.VILLAGE, RoomLevel.ENTERPRISE, RoomLevel.SECTOR])
def test_a_village_asks_its_party_organisation_and_files_with_the_work_committee(level: RoomLevel) -> None:
    assert bodies("suzhou", level, ConsultationKind.ROOM) == [
        (BodyKind.PARTY_ORGANIZATION, False, False),
        (BodyKind.PARTY_ORGANIZATION, False, True),
        (BodyKind.WORK_COMMITTEE, True, False),
    ]


def test_sichuan_and_linfen_approve_in_their_own_order() -> None:
    assert bodies("sichuan", RoomLevel.COUNTY, ConsultationKind.MICRO) == [
        (BodyKind.LEADING_PARTY_GROUP, False, False),
        (BodyKind.CHAIRPERSONS_MEETING, False, False),
        (BodyKind.PARTY_COMMITTEE, False, False),
    ]
    assert bodies("sichuan", RoomLevel.COUNTY, ConsultationKind.THEMATIC) == []
    assert bodies("linfen", RoomLevel.COUNTY, ConsultationKind.ROOM) == [
        (BodyKind.CHAIRPERSONS_MEETING, False, False),
        (BodyKind.PARTY_COMMITTEE, False, False),
    ]


def test_the_chain_of_nantong_is_marked_as_a_guess() -> None:
    assert all(chain.is_default for chain in BOOKS["nantong"].approval_chains)


@pytest.mark.parametrize("region", BOOKS)
def test_every_level_and_kind_has_a_chain(region: str) -> None:
    for level in RoomLevel:
        for kind in ConsultationKind:
            steps = BOOKS[region].approval_chain(level, kind)
            assert [step.step for step in steps] == list(range(1, len(steps) + 1))


# ---------------------------------------------------------------- ladders


@pytest.mark.parametrize("region", BOOKS)
def test_the_feedback_ladder_climbs_as_the_handbook_says(region: str) -> None:
    rungs = BOOKS[region].ladder(ObligationKind.FEEDBACK_TASK).rungs
    assert [(rung.offset_workdays, rung.colour, rung.notice, rung.opens, rung.after) for rung in rungs] == [
        (-10, Colour.BLUE, NoticeKind.DUE_SOON, "", "any"),
        (-5, Colour.BLUE, NoticeKind.DUE_SOON, "", "any"),
        (-1, Colour.BLUE, NoticeKind.DUE_SOON, "", "any"),
        (1, Colour.YELLOW, NoticeKind.OVERDUE, "", "period"),
        (5, Colour.RED, NoticeKind.RED_NOTICE, "", "period"),
        (10, Colour.RED, NoticeKind.SPECIAL_REPORT, "escalation", "period"),
        (1, Colour.RED, NoticeKind.TALK_PROPOSED, "talk", "instruction"),
    ]
    assert rungs[0].min_budget_workdays == 30
    assert "duty_head" in rungs[3].tell
    assert "inspection" in rungs[4].tell
    assert "party_committee" in rungs[5].tell


@pytest.mark.parametrize("region", BOOKS)
def test_every_kind_of_obligation_has_a_ladder_the_party_committees_included(region: str) -> None:
    for kind in ObligationKind:
        assert BOOKS[region].ladder(kind).rungs
    assert BOOKS[region].workdays("escalation_days", RoomLevel.COUNTY) == 5


def test_no_overdue_letter_goes_to_a_body_that_approves() -> None:
    for book in BOOKS.values():
        notices = {rung.notice for rung in book.ladder(ObligationKind.APPROVAL).rungs}
        assert NoticeKind.OVERDUE.value not in notices


# ---------------------------------------------------------------- clauses


def plain(text: str) -> str:
    """Without white space, and with the half-width punctuation that some of the documents use."""
    return re.sub(r"\s+", "", text).translate(str.maketrans("，：；（）！？", ",:;()!?"))


def quotations() -> Iterator[tuple[str, str, str]]:
    for region, book in BOOKS.items():
        for rule in book.rules:
            if not rule.is_default:
                yield region, rule.id, rule.clause
        for key, parameter in book.parameters.items():
            if parameter.clause:
                yield region, key, parameter.clause


@pytest.mark.parametrize(("region", "entry", "clause"), list(quotations()))
def test_every_quoted_clause_is_written_in_a_source_document(region: str, entry: str, clause: str) -> None:
    if not SEEDS.is_dir():
        pytest.skip(f"the source documents are not here: {SEEDS}")
    documents = [plain(file.read_text(encoding="utf-8")) for file in sorted(SEEDS.glob("*.txt"))]
    for piece in clause.split("…"):
        assert any(plain(piece) in document for document in documents), piece


@pytest.mark.parametrize("region", BOOKS)
def test_rules_of_ours_are_marked_and_rules_of_documents_are_not(region: str) -> None:
    for rule in BOOKS[region].rules:
        assert rule.is_default is rule.id.startswith("D-")
        assert (rule.source == DEFAULT_SOURCE) is rule.is_default
        assert (rule.clause == DEFAULT_SOURCE) is rule.is_default
        if not rule.is_default:
            assert rule.article


@pytest.mark.parametrize("region", BOOKS)
def test_rule_ids_are_unique(region: str) -> None:
    ids = [rule.id for rule in BOOKS[region].rules]
    assert len(ids) == len(set(ids))


def test_an_unknown_rule_or_parameter_is_an_error() -> None:
    with pytest.raises(KeyError):
        BOOKS["suzhou"].rule("SZ-99")
    with pytest.raises(KeyError):
        BOOKS["suzhou"].parameter("no_such_key")
