"""The work log, and what came of consultations."""

from datetime import date
from fractions import Fraction

from domain.bodies import BodyKind
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.figures import Standing
from domain.stages import ConsultationState
from domain.work_log import PublicationChannel, WorkKind
from records.tables.outcomes import OutcomeLink, Suggestion, SupervisionItem
from records.tables.work_log import Publication, WorkRecord
from tests.records.counting.county import NOW, YUNTANG, County

TRAINING = (WorkKind.TRAINING,)
SESSIONS = {"plenary_session": 1, "thematic_standing_committee": 2}


def test_the_log_is_counted_by_kind_within_the_year(any_county: County) -> None:
    any_county.add(
        _entry(WorkKind.TRAINING, date(2026, 1, 1)),
        _entry(WorkKind.TRAINING, date(2026, 12, 31)),
        _entry(WorkKind.TRAINING, date(2025, 12, 31)),
        _entry(WorkKind.TRAINING, date(2026, 5, 5), withdrawn_on=date(2026, 5, 6)),
        _entry(WorkKind.MEMBER_CONTACT, date(2026, 5, 5)),
        _entry(WorkKind.INSPECTION, date(2026, 5, 5)),
        _entry(WorkKind.TRAINING, date(2026, 5, 5), area="suzhou/linhu"),
    )
    tally = any_county.ask("work_log", kinds=(WorkKind.TRAINING, WorkKind.MEMBER_CONTACT))
    assert (tally.value, tally.standing) == (3, Standing.COUNTED)
    assert {one.key: one.value for one in tally.parts} == {"training": 2, "member_contact": 1}
    assert tally.title == "培训、委员联系群众（台账登记次数）"


def test_a_number_of_entries_is_asked_of_every_committee(any_county: County) -> None:
    any_county.body("other", "政协临湖区委员会", BodyKind.CPPCC_COMMITTEE, "suzhou/linhu")
    case = any_county.case()
    any_county.add(_entry(WorkKind.TRAINING, date(2026, 5, 5), area=YUNTANG, consultation_id=case))
    tally = any_county.ask("work_log", kinds=TRAINING, minimum=1, area="suzhou")
    assert {one.key: one.standing for one in tally.parts} == {
        "cppcc": Standing.REACHED,
        "other": Standing.MISSED,
    }
    assert tally.standing is Standing.MISSED
    assert tally.consultation_ids == (case,)
    assert any_county.ask("work_log", kinds=TRAINING, minimum=1).standing is Standing.REACHED


def test_an_inspection_that_lies_ahead_is_not_counted_yet(county: County) -> None:
    county.add(*(_entry(WorkKind.INSPECTION, date(2026, month, 1)) for month in (1, 12)))
    assert county.ask("work_log", kinds=(WorkKind.INSPECTION,)).value == 1


def test_an_unset_number_of_entries_is_unset(county: County) -> None:
    assert county.ask("work_log", kinds=TRAINING, minimum=None).standing is Standing.UNSET


def test_every_kind_is_held_against_its_own_number(any_county: County) -> None:
    any_county.add(
        _entry(WorkKind.PLENARY_SESSION, date(2026, 1, 15)),
        _entry(WorkKind.PLENARY_SESSION, date(2026, 2, 15)),
        _entry(WorkKind.THEMATIC_STANDING_COMMITTEE, date(2026, 7, 1)),
    )
    tally = any_county.ask("work_log_each", minimums=SESSIONS)
    assert [(one.label, one.value, one.required, one.standing) for one in tally.parts] == [
        ("政协枫溪区委员会：全体会议", 2, 1, Standing.REACHED),
        ("政协枫溪区委员会：专题议政性常委会会议", 1, 2, Standing.MISSED),
    ]
    assert tally.standing is Standing.MISSED
    any_county.add(_entry(WorkKind.THEMATIC_STANDING_COMMITTEE, date(2026, 10, 8)))
    assert any_county.ask("work_log_each", minimums=SESSIONS).standing is Standing.REACHED


def test_a_street_is_not_asked_for_the_sessions_of_its_county(county: County) -> None:
    tally = county.ask("work_log_each", minimums=SESSIONS, area=YUNTANG)
    assert tally.standing is Standing.COUNTED
    assert {one.value for one in tally.parts} == {0}
    assert county.ask("work_log_each", minimums=None).standing is Standing.UNSET


def test_links_are_counted_by_kind_in_the_year_in_which_they_were_made(any_county: County) -> None:
    case, ended = any_county.case(date(2025, 12, 1)), any_county.case(state=ConsultationState.TERMINATED)
    any_county.add(
        _link(case, OutcomeLinkKind.PROPOSAL, "1", date(2026, 1, 1)),
        _link(case, OutcomeLinkKind.PROPOSAL, "2", date(2026, 3, 1)),
        _link(case, OutcomeLinkKind.PUBLIC_OPINION, "3", date(2025, 12, 31)),
        _link(case, OutcomeLinkKind.HOTLINE_12345, "4", date(2026, 3, 1)),
        _link(ended, OutcomeLinkKind.PROPOSAL, "5", date(2026, 3, 1)),
    )
    tally = any_county.ask("outcome_links", kinds=(OutcomeLinkKind.PROPOSAL, OutcomeLinkKind.PUBLIC_OPINION))
    assert {one.key: one.value for one in tally.parts} == {"proposal": 2, "public_opinion": 0}
    assert (tally.value, tally.consultation_ids) == (2, (case,))


def test_conversions_are_counted_by_what_a_suggestion_became(any_county: County) -> None:
    case = any_county.case()
    any_county.add(
        _converted(case, 2, ConversionKind.POLICY, date(2026, 8, 1)),
        _converted(case, 3, ConversionKind.POLICY, date(2026, 9, 1)),
        _converted(case, 4, ConversionKind.PROJECT, date(2027, 1, 4)),
        Suggestion(consultation_id=case, item_number=5, text="未转化"),
    )
    tally = any_county.ask("conversions", kinds=(ConversionKind.POLICY, ConversionKind.PROJECT))
    assert {one.key: one.value for one in tally.parts} == {"policy": 2, "project": 0}
    assert tally.value == 2


def test_publications_are_counted_by_channel(any_county: County) -> None:
    case, merged = any_county.case(), any_county.case(state=ConsultationState.MERGED)
    any_county.add(
        _published(case, PublicationChannel.WEBSITE, date(2026, 6, 1)),
        _published(case, PublicationChannel.WECHAT, date(2026, 6, 2)),
        _published(case, PublicationChannel.SCREEN, date(2026, 6, 2)),
        _published(case, PublicationChannel.WEBSITE, date(2025, 6, 1)),
        _published(merged, PublicationChannel.WEBSITE, date(2026, 6, 1)),
    )
    tally = any_county.ask("publications", channels=(PublicationChannel.WEBSITE, PublicationChannel.WECHAT))
    assert {one.key: one.value for one in tally.parts} == {"website": 1, "wechat": 1}
    assert tally.value == 2


def test_one_of_three_supervised_items_is_closed(any_county: County) -> None:
    cases = [any_county.case() for _ in range(5)]
    ended = any_county.case(state=ConsultationState.TERMINATED)
    any_county.add(
        _supervised(cases[0], date(2026, 5, 1), date(2026, 10, 1)),
        _supervised(cases[1], date(2026, 5, 2)),
        _supervised(cases[2], date(2025, 5, 3)),
        _supervised(cases[3], date(2025, 1, 1), date(2025, 12, 31)),
        _supervised(cases[4], date(2027, 1, 4)),
        _supervised(ended, date(2026, 5, 1)),
    )
    tally = any_county.ask("key_consultations")
    assert (tally.value, tally.numerator, tally.denominator) == (Fraction(1, 3), 1, 3)
    assert {one.key: set(one.consultation_ids) for one in tally.parts} == {
        "closed": {cases[0]},
        "open": {cases[1], cases[2]},
    }
    assert any_county.ask("key_consultations", year=2024).value is None


def _entry(kind: WorkKind, happened_on: date, **values: object) -> WorkRecord:
    given = {"area": "suzhou/fengxi"} | values
    return WorkRecord(
        kind=kind,
        organisation_id="cppcc",
        happened_on=happened_on,
        title=kind.label,
        recorded_by_person_id="林晓",
        recorded_at=NOW,
        **given,
    )


def _link(case: str, kind: OutcomeLinkKind, number: str, linked_on: date) -> OutcomeLink:
    return OutcomeLink(consultation_id=case, kind=kind, number=number, linked_on=linked_on)


def _converted(case: str, number: int, conversion: ConversionKind, on: date) -> Suggestion:
    return Suggestion(
        consultation_id=case, item_number=number, text="建议", conversion=conversion, converted_on=on
    )


def _published(case: str, channel: PublicationChannel, on: date) -> Publication:
    return Publication(consultation_id=case, channel=channel, title="协商", text="协商", published_on=on)


def _supervised(case: str, opened_on: date, closed_on: date | None = None) -> SupervisionItem:
    return SupervisionItem(consultation_id=case, opened_on=opened_on, closed_on=closed_on)
