"""A year of random lives in four regions: no rung lost or doubled, no due date but the reference's, no letter twice."""

from pathlib import Path

from tests.simulated_year.year import live_a_year

CONSULTATIONS = 24
SEED = 20260101


async def test_a_year_of_random_lives_comes_out_as_the_plain_reference_says(
    sqlite_url: str, tmp_path: Path
) -> None:
    report = await live_a_year(CONSULTATIONS, SEED, sqlite_url, tmp_path)
    assert report.shortcomings == []
    assert report.figures["regions"] == 4
    assert report.figures["worker restarts"] >= 5
    for what in ("accept_return", "grant_extension", "send_back", "instruct", "suspend", "opine"):
        assert report.figures[what] > 0, what
