"""A number that one county has set is asked of that county, and shown in its city's figures county by county."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from sqlalchemy import event

from domain.bodies import BodyKind, RoomLevel
from domain.figures import Figure, Standing
from domain.matters import ParticipantKind
from records.queries.counting.counties import BY_COUNTY, figures_by_county
from records.tables.rooms import Room, RuleSetVersion
from tests.records.counting.county import TODAY, YEAR, County
from tests.stories import BOOKS

CITY = "linfen"
YAOLING, HONGTONG = "linfen/yaoling", "linfen/hongtong"
LINFEN = BOOKS.rule_sets["linfen"]


@pytest.fixture
def city(county: County) -> County:
    """A city with two counties, a room of the county's level in each."""
    county.body("city", "政协临汾市委员会", BodyKind.CPPCC_COMMITTEE, CITY)
    for area, name in ((YAOLING, "尧岭县"), (HONGTONG, "洪桐县")):
        county.body(f"cppcc-{area}", f"政协{name}委员会", BodyKind.CPPCC_COMMITTEE, area)
        county.add(
            Room(id=area, name=f"{name}议事室", level=RoomLevel.COUNTY, rule_set_id="linfen", area=area)
        )
    return county


def set_by(city: County, area: str, on: date = date(2026, 1, 1), **parameters: object) -> None:
    """What a county has published for itself."""
    city.add(
        RuleSetVersion(
            rule_set_id="linfen",
            area=area,
            version=f"{area}-{on.isoformat()}",
            parameters=parameters,
            effective_on=on,
            published_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


def figures(city: County, area: str = CITY) -> dict[str, Figure]:
    """Every figure of an area by its rule."""
    with city.register.reading() as session:
        rule_set = BOOKS.in_force(session, "linfen", area, TODAY)
        found = figures_by_county(session, BOOKS, rule_set, area, YEAR, TODAY, city.scope)
    return {one.rule_id: one for one in found}


def hold(city: County, area: str, number: int, *, with_leader: int = 0) -> list[str]:
    """Consultations of a county, the first of them with a leader."""
    cases = [city.case(room=area, area=area, rule_set="linfen") for _ in range(number)]
    for case in cases[:with_leader]:
        city.guest(case, ParticipantKind.LEADER, 1)
    return cases


def test_a_number_of_one_county_is_not_asked_of_the_other(city: County) -> None:
    set_by(city, YAOLING, yearly_minimum_by_level={"town": 3})
    of_towns = figures(city)["LF-20"]
    assert [(one.label, one.standing) for one in of_towns.parts] == [
        ("政协洪桐县委员会", Standing.UNSET),
        ("政协尧岭县委员会", Standing.MISSED),
    ]
    assert (of_towns.standing, of_towns.required_words) == (Standing.MISSED, BY_COUNTY)


def test_each_county_is_held_against_its_own_number(city: County) -> None:
    set_by(city, YAOLING, yearly_minimum=6)
    hold(city, YAOLING, 5)
    ids = hold(city, HONGTONG, 4)
    often = figures(city)["LF-18"]
    parts = {one.key: one for one in often.parts}
    assert (parts[YAOLING].value, parts[YAOLING].required, parts[YAOLING].standing) == (5, 6, Standing.MISSED)
    assert (parts[HONGTONG].value, parts[HONGTONG].required, parts[HONGTONG].standing) == (
        4,
        4,
        Standing.REACHED,
    )
    assert parts[HONGTONG].consultation_ids == tuple(ids)
    assert often.value == 9
    assert set(ids) < set(often.consultation_ids)


def test_a_share_of_the_city_is_that_of_all_its_consultations(city: County) -> None:
    set_by(city, YAOLING, leader_share_min_percent=50)
    hold(city, YAOLING, 4, with_leader=1)
    hold(city, HONGTONG, 2, with_leader=1)
    city.add(Room(id="city-room", name="市室", level=RoomLevel.CITY, rule_set_id="linfen", area=CITY))
    hold_in_city = city.case(room="city-room", area=CITY, rule_set="linfen")
    led = figures(city)["LF-19"]
    assert (led.value, led.numerator, led.denominator) == (Fraction(2, 7), 2, 7)
    shares = {one.label: (one.value, one.required, one.standing) for one in led.parts}
    assert shares == {
        "政协洪桐县委员会": (Fraction(1, 2), Fraction(3, 10), Standing.REACHED),
        "政协尧岭县委员会": (Fraction(1, 4), Fraction(1, 2), Standing.MISSED),
        "市本级": (Fraction(0), None, Standing.COUNTED),
    }
    assert sum(one.denominator or 0 for one in led.parts) == led.denominator
    assert hold_in_city not in led.parts[0].consultation_ids


def test_without_a_version_of_a_county_the_city_counts_as_ever(city: County) -> None:
    hold(city, YAOLING, 4)
    often = figures(city)["LF-18"]
    assert (often.required, often.required_words) == (4, "每个政协不少于 4 次")
    assert [one.key for one in often.parts] == [f"cppcc-{HONGTONG}", f"cppcc-{YAOLING}"]


def test_a_version_counts_from_its_day_and_the_newest_holds(city: County) -> None:
    set_by(city, YAOLING, yearly_minimum=2)
    set_by(city, YAOLING, date(2026, 9, 1), yearly_minimum=3)
    set_by(city, YAOLING, date(2026, 12, 1), yearly_minimum=9)
    parts = {one.key: one.required for one in figures(city)["LF-18"].parts}
    assert parts == {YAOLING: 3, HONGTONG: 4}
    (own,) = figures(city, YAOLING)["LF-18"].parts
    assert own.required == 3


def test_more_counties_need_no_more_queries(city: County) -> None:
    asked: list[str] = []
    event.listen(city.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    numbers = []
    for more in ((YAOLING,), (HONGTONG, "linfen/anze", "linfen/jixian")):
        for area in more:
            set_by(
                city, area, yearly_minimum=5, leader_share_min_percent=40, yearly_minimum_by_level={"town": 1}
            )
        asked.clear()
        figures(city)
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_a_requirement_is_looked_at_on_the_warning_days(city: County) -> None:
    found = figures(city)
    assert found["LF-18"].warning_on == (date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 1))
    assert found["LF-20"].standing is Standing.UNSET
    assert found["LF-20"].warning_on == ()
    assert found["LF-01"].warning_on == ()
