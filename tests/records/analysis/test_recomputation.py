"""Every statistic equals what plain Python counts over the same rows, adds up, and leads to its cases."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from domain.bodies import Actor, Role
from domain.refusals import Refused
from domain.spans import Period, Span
from domain.statistics import Behind, Line, Number, Of, Statistic
from domain.timeliness import RANKED_FROM_TASKS, Quadrant
from records.books import Books
from records.queries.analysis.cases import cases_behind
from records.queries.analysis.catalogue import ANALYSES
from records.queries.analysis.view import View, view_for
from records.queries.counting import COUNTED
from records.queries.counting.count import Count
from records.sessions import Register
from records.tables.consultations import Consultation, StageAdvance
from regulations.calendars import load_calendar
from tests.records.analysis.generated import (
    CITY,
    COUNTIES,
    TODAY,
    TOWNS,
    UNITS,
    Drawn,
    draw,
    write,
)
from tests.records.analysis.recomputed import STAGES, Recount, nearest_rank, share

BOOKS = Books({}, load_calendar())
LEADER = Actor("leader", "party-city", Role.PARTY_OFFICE, CITY)
YEAR = Span(2026)
SPANS = (YEAR, Span(2025), Span(2026, Period.Q2), Span(2026, Period.M9))
VIEWS = [(CITY, span) for span in SPANS] + [(COUNTIES[0], YEAR), (TOWNS[1], YEAR)]
VIEW_NAMES = [f"{area}-{span.year}-{span.period.value}" for area, span in VIEWS]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """The rows."""
    return draw()


@pytest.fixture(scope="module")
def session(
    drawn: Drawn, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """One look at a register that holds them."""
    path = tmp_path_factory.mktemp("city") / "register.db"
    shutil.copy(sqlite_template, path)
    register = Register(f"sqlite:///{path}")
    write(drawn, register)
    with register.reading() as session:
        yield session
    register.dispose()


def recount_of(drawn: Drawn, area: str, span: Span) -> Recount:
    """The rows of an area and a span."""
    return Recount(drawn, area, span.first_on, span.last_on)


def statistics_of(session: Session, name: str, area: str, span: Span) -> dict[str, Statistic]:
    """What the service says, by name."""
    view = view_for(session, BOOKS, LEADER, area, span, TODAY)
    return {one.name: one for one in ANALYSES[name].of(view)}


def values(statistic: Statistic, column: int = 0) -> dict[str, object]:
    """One column by the keys of the lines."""
    return {line.key: line.numbers[column].value for line in statistic.lines}


@pytest.mark.parametrize(("area", "span"), VIEWS, ids=VIEW_NAMES)
def test_timeliness_is_what_plain_python_counts(
    session: Session, drawn: Drawn, area: str, span: Span
) -> None:
    recount = recount_of(drawn, area, span)
    said = statistics_of(session, "timeliness", area, span)
    (whole,) = recount.quadrants(lambda task, case: "").values()
    assert {key: value for key, value in values(said["quadrants"]).items() if key != "rate"} == whole
    due = sum(whole.values()) - whole["open_in_time"]
    assert said["quadrants"].line("rate").numbers[0].value == share(whole["answered_in_time"], due)
    by_unit = recount.quadrants(lambda task, case: task["unit_id"])
    by_place = recount.quadrants(lambda task, case: recount.place(case["area"]))
    by_month = recount.quadrants(lambda task, case: str(task["assigned_on"].month))
    for name, expected in {"units": by_unit, "places": by_place, "months": by_month}.items():
        found = {line.key: dict(zip(whole, _counts(line), strict=True)) for line in said[name].lines}
        assert {key: four for key, four in found.items() if any(four.values())} == expected, name


def _counts(line: Line) -> list[int]:
    return [int(one.value or 0) for one in line.numbers[:4]]


@pytest.mark.parametrize("name", ["units", "places", "months"])
@pytest.mark.parametrize(("area", "span"), VIEWS, ids=VIEW_NAMES)
def test_the_sum_over_units_places_and_months_is_the_whole(
    session: Session, name: str, area: str, span: Span
) -> None:
    statistic = statistics_of(session, "timeliness", area, span)[name]
    assert statistic.total is not None
    for column, total in enumerate(statistic.total.numbers[:5]):
        assert sum(int(line.numbers[column].value or 0) for line in statistic.lines) == total.value


def test_a_unit_with_few_tasks_gets_no_rate_and_stands_by_name_after_the_others(session: Session) -> None:
    units = statistics_of(session, "timeliness", CITY, YEAR)["units"]
    ranked = [line for line in units.lines if not line.numbers[5].is_guarded]
    small = [line for line in units.lines if line.numbers[5].is_guarded]
    assert len(ranked) > 1
    assert len(small) > 1
    assert list(units.lines) == ranked + small
    for line in small:
        rate = line.numbers[5]
        assert (rate.value, rate.shown) == (None, "不足 10 项，不列")
        assert 0 < (rate.denominator or 0) < RANKED_FROM_TASKS
    assert [line.label for line in small] == sorted(line.label for line in small)
    rates = [line.numbers[5].value for line in ranked]
    assert rates == sorted(rates, key=lambda one: -Fraction(one or 0))
    assert "不足 10 项" in units.note


@pytest.mark.parametrize(("area", "span"), VIEWS, ids=VIEW_NAMES)
def test_the_length_of_stages_is_what_plain_python_counts(
    session: Session, drawn: Drawn, area: str, span: Span
) -> None:
    lengths = recount_of(drawn, area, span).lengths(BOOKS.calendar)
    said = statistics_of(session, "dwell", area, span)
    for stage in STAGES:
        all_of_them = [days for (_, of), taken in lengths.items() if of == stage for days in taken]
        expected = [len(all_of_them), nearest_rank(all_of_them, 50), nearest_rank(all_of_them, 90)]
        assert [one.value for one in said["stages"].line(stage).numbers] == expected, stage
    for line in said["places"].lines:
        medians = [nearest_rank(lengths.get((line.key, stage), ()), 50) for stage in STAGES]
        assert [one.value for one in line.numbers] == medians, line.label
    assert len(said["places"].lines) == len({place for place, _ in lengths})


def test_a_place_is_compared_with_all_only_from_ten_on_and_by_shapes(session: Session, drawn: Drawn) -> None:
    lengths = recount_of(drawn, CITY, YEAR).lengths(BOOKS.calendar)
    marks = set()
    for line in statistics_of(session, "dwell", CITY, YEAR)["places"].lines:
        for stage, number in zip(STAGES, line.numbers, strict=True):
            taken = lengths.get((line.key, stage), [])
            assert (number.note == "·") == (0 < len(taken) < RANKED_FROM_TASKS)
            marks.add(number.note)
    assert {"○", "·"} <= marks


@pytest.mark.parametrize("area", [CITY, COUNTIES[1], TOWNS[0]])
def test_what_waits_and_for_whom_is_what_plain_python_counts(
    session: Session, drawn: Drawn, area: str
) -> None:
    recount = recount_of(drawn, area, YEAR)
    said = statistics_of(session, "dwell", area, YEAR)
    under_way = recount.waiting()
    by_stage = {stage: sum(row["state"].value == stage for row in under_way) for stage in STAGES}
    assert values(said["standing"]) == by_stage
    places = said["standing_places"]
    assert places.total is not None
    assert [one.value for one in places.total.numbers] == [*by_stage.values(), len(under_way)]
    for column in range(9):
        total = sum(int(line.numbers[column].value or 0) for line in places.lines)
        assert total == places.total.numbers[column].value
    waits: dict[str, int] = {}
    for row in under_way:
        for holder in recount.holders(row):
            waits[holder] = waits.get(holder, 0) + 1
    assert values(said["holders"]) == waits


@pytest.mark.parametrize(("area", "span"), VIEWS, ids=VIEW_NAMES)
def test_results_are_what_plain_python_counts(session: Session, drawn: Drawn, area: str, span: Span) -> None:
    recount = recount_of(drawn, area, span)
    said = statistics_of(session, "results", area, span)
    held, items, suggestions = recount.held(), recount.items(), recount.suggestions()
    evaluated = [case for case in held if recount.evaluated(case)]
    followed_up = [case for case in held if recount.reviews(case)]
    if held:
        assert values(said["came_back"]) == {
            "reopened": share(sum(case["round"] > 1 for case in evaluated), len(evaluated)),
            "relapsed": share(
                sum("relapsed" in recount.reviews(case) for case in followed_up), len(followed_up)
            ),
            "held": len(held),
        }
    for line in said["classes"].lines:
        assert line.numbers[0].value == sum(of == line.key for _, of in items), line.label
    for line in said["parties"].lines:
        scores = recount.scores(line.key)
        mean = share(sum(scores.values(), Fraction(0)), len(scores)) if scores else None
        assert [one.value for one in line.numbers[:2]] == [len(scores), mean], line.label
        assert line.numbers[2].value == content_of(recount, line.key), line.label
    places = said["places"]
    for line in places.lines:
        own = [of for case, of in items if recount.place(case["area"]) == line.key]
        done = [is_done for case, is_done in suggestions if recount.place(case["area"]) == line.key]
        expected = [
            sum(recount.place(case["area"]) == line.key for case in held),
            *(own.count(one) for one in ("A", "B", "C", "D", "unverified")),
            len(own),
        ]
        assert [one.value for one in line.numbers[:7]] == expected, line.label
        assert [one.value for one in line.numbers[8:10]] == [sum(done), len(done)], line.label
    if places.total is not None:
        for column in (0, 1, 2, 3, 4, 5, 6, 8, 9):
            total = sum(int(line.numbers[column].value or 0) for line in places.lines)
            assert total == places.total.numbers[column].value, places.columns[column]


def content_of(recount: Recount, party: str) -> Fraction | None:
    """满意率, by ballots for the public and from 80 on for the other parties."""
    if party == "public_rating":
        votes = [vote for case in recount.held() for vote in recount.latest_ballots(case)]
        return share(sum(vote != "dissatisfied" for vote in votes), len(votes))
    scores = list(recount.scores(party).values())
    return share(sum(score >= 80 for score in scores), len(scores))


@pytest.mark.parametrize("span", SPANS, ids=VIEW_NAMES[: len(SPANS)])
def test_repeated_topics_are_what_plain_python_finds(session: Session, drawn: Drawn, span: Span) -> None:
    topics = statistics_of(session, "results", CITY, span)["topics"]
    found = [
        {case.id for case in cases_behind(session, BOOKS, LEADER, behind, TODAY)[0]}
        for line in topics.lines
        if (behind := line.numbers[0].behind) is not None
    ]
    expected = recount_of(drawn, CITY, span).repeated()
    assert sorted(map(sorted, found)) == sorted(map(sorted, expected))
    assert [line.numbers[0].value for line in topics.lines] == [len(one) for one in found]


def numbers_of(statistics: dict[str, Statistic]) -> Iterator[Number]:
    """Every number with an address."""
    for statistic in statistics.values():
        for line in (*statistic.lines, *((statistic.total,) if statistic.total else ())):
            yield from (one for one in line.numbers if one.behind is not None)


@pytest.mark.parametrize("name", ["timeliness", "dwell", "results"])
def test_every_number_leads_to_exactly_its_cases(session: Session, drawn: Drawn, name: str) -> None:
    seen: dict[Behind, int] = {}
    for number in numbers_of(statistics_of(session, name, CITY, YEAR)):
        assert number.behind is not None
        if number.behind not in seen:
            cases, count = cases_behind(session, BOOKS, LEADER, number.behind, TODAY)
            assert len(cases) == count == len({one.id for one in cases})
            assert {one.id for one in cases} == expected_cases(drawn, number.behind), number.behind
            seen[number.behind] = count
    assert len(seen) > 10
    assert sum(seen.values()) > 50


def expected_cases(drawn: Drawn, behind: Behind) -> set[str]:
    """The cases behind a number, found without the service."""
    recount = replace(recount_of(drawn, behind.area, behind.span), is_own=behind.is_own)
    which, unit = behind.which, behind.unit_id
    match behind.of:
        case Of.TASKS:
            wanted = (
                {which} if which in set(Quadrant) else set(Quadrant) - ({"open_in_time"} if which else set())
            )
            return {
                case["id"]
                for task, case, quadrant in recount.tasks()
                if quadrant in wanted and unit in ("", task["unit_id"])
            }
        case Of.LEFT:
            return {case["id"] for case in recount.standing() if left(recount, case["id"], which)}
        case Of.WAITING:
            return {
                case["id"]
                for case in recount.waiting()
                if which in ("", case["state"].value) and (not unit or unit in recount.holders(case))
            }
        case Of.ITEMS:
            return {case["id"] for case, of in recount.items() if which in ("", of)}
        case Of.RATED:
            return set(recount.scores(which))
        case Of.REPEATED:
            return next(ids for ids in recount.repeated() if which in ids)
        case Of.CONVERTED:
            return {case["id"] for case, is_done in recount.suggestions() if is_done}
        case Of.SUGGESTED:
            return {case["id"] for case, _ in recount.suggestions()}
        case Of.REOPENED:
            return {one["id"] for one in recount.held() if one["round"] > 1 and recount.evaluated(one)}
        case Of.RELAPSED:
            return {one["id"] for one in recount.held() if "relapsed" in recount.reviews(one)}
        case _:
            return {one["id"] for one in recount.held()}


def left(recount: Recount, case: str, stage: str) -> bool:
    """Whether a case left a stage in the span."""
    return any(
        step["from_state"].value == stage and recount.first_on <= step["occurred_on"] <= recount.last_on
        for step in recount.of(StageAdvance, case)
    )


@pytest.mark.parametrize("name", ["timeliness", "dwell", "results"])
def test_a_county_sees_its_own_cases_and_nothing_beside_them(session: Session, name: str) -> None:
    county = Actor("staff", "cppcc-0", Role.STAFF, COUNTIES[0])
    with pytest.raises(Refused):
        view_for(session, BOOKS, county, CITY, YEAR, TODAY)
    with pytest.raises(Refused):
        cases_behind(session, BOOKS, county, Behind(of=Of.HELD, area=COUNTIES[1], span=YEAR), TODAY)
    own = view_for(session, BOOKS, county, COUNTIES[0], YEAR, TODAY)
    as_leader = view_for(session, BOOKS, LEADER, COUNTIES[0], YEAR, TODAY)
    assert ANALYSES[name].of(own) == ANALYSES[name].of(as_leader)
    for number in numbers_of({one.name: one for one in ANALYSES[name].of(own)}):
        assert number.behind is not None
        assert number.behind.area.startswith(COUNTIES[0])


def test_a_scope_inside_an_area_narrows_every_number(session: Session, drawn: Drawn) -> None:
    """Whoever may read only some cases of an area gets the numbers of these."""
    view = view_for(session, BOOKS, LEADER, CITY, YEAR, TODAY)
    narrow: View = replace(view, scope=Consultation.area == TOWNS[0])
    own = {one.name: one for one in ANALYSES["timeliness"].of(narrow)}
    (expected,) = recount_of(drawn, TOWNS[0], YEAR).quadrants(lambda task, case: "").values()
    assert values(own["quadrants"]).items() >= expected.items()
    assert set(values(own["places"])) == {COUNTIES[0]}
    assert set(values(own["units"])) <= set(UNITS)


def test_quota_counters_are_what_plain_python_counts(session: Session, drawn: Drawn) -> None:
    for area in (CITY, COUNTIES[0], TOWNS[0]):
        recount = recount_of(drawn, area, YEAR)
        count = Count(session, "suzhou", area, 2026, TODAY, Consultation.id.is_not(None))
        held, led = recount.held(), recount.attended_by_leaders()
        attended = COUNTED["leader_attended_share"](count, minimum_percent=30)
        assert (attended.numerator, attended.denominator) == (len(led), len(held))
        substantive = COUNTED["substantive_share"](count)
        assert substantive.value == share(len(recount.substantive()), len(held))
        per_room = COUNTED["activities_per_room"](count, minimum=2)
        for part in per_room.parts:
            assert part.value == sum(one["room_id"] == part.key for one in recount.substantive())
        items = recount.items()
        solved = share(sum(of == "A" for _, of in items), len(items))
        assert COUNTED["results"](count).value == solved


def test_the_same_numbers_come_of_either_database(database_url: str, session: Session) -> None:
    register = Register(database_url)
    write(draw(), register)
    with register.reading() as other:
        for name in ANALYSES:
            assert statistics_of(other, name, CITY, YEAR) == statistics_of(session, name, CITY, YEAR)
    register.dispose()
