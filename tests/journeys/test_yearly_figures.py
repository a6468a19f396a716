"""What the cases come to in a year (domain.md §5): quotas that warn, and what never counts."""

from datetime import date

import pytest

from tests.journeys.playing import Entered, played_on

pytestmark = pytest.mark.journey

PARK = "suzhou/fengxi/binhe"


async def test_a_park_with_one_case_and_one_that_was_ended_has_one_of_two(entered: Entered) -> None:
    played = await entered("A-04")
    figure = await played.figure("SZ-12", PARK)
    (room,) = figure["parts"]
    assert (room["value"], room["required"], room["standing"]) == ("1", "2", "missed")
    assert room["consultation_ids"] == [played.consultation_id]
    # It stands on the list of those to be warned, on three days of the year.
    assert [day[5:] for day in figure["warning_on"]] == ["06-30", "09-30", "12-01"]


async def test_a_topic_turned_away_never_counts(entered: Entered) -> None:
    counted, rejected = await entered("C-09"), await entered("C-08")
    figure = await counted.figure("SC-08", "sichuan/minling")
    assert counted.consultation_id in figure["consultation_ids"]
    assert rejected.consultation_id not in figure["consultation_ids"]


async def test_two_of_five_consultations_had_leaders_of_the_county(entered: Entered) -> None:
    """D-12 has two leaders at the table and D-11 none: told twice and thrice, that is two of five."""
    told = [await entered("D-11"), await entered("D-12")]
    simulation = told[0].simulation
    for name, number in (("D-11", 2), ("D-11", 3), ("D-12", 2)):
        until = {"D-11": date(2026, 2, 5), "D-12": date(2026, 9, 24)}[name]
        told.append(await played_on(simulation, name, until=until, key_prefix=f"again{number}"))
    assert [one.played.complaints for one in told] == [[]] * 5
    figure = await told[1].figure("LF-19", "linfen/yaoling")
    assert (figure["numerator"], figure["denominator"], figure["value_shown"]) == (2, 5, "40%")
    assert (figure["value"], figure["required"], figure["standing"]) == ("2/5", "3/10", "reached")
    with_leaders = {told[1].consultation_id, told[4].consultation_id}
    assert set(figure["consultation_ids"]) == with_leaders
