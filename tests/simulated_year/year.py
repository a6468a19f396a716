"""One year from its seed: invented, lived, looked through."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from domain.calendar import local_date
from tests.reference import ONE_DAY, IsWorkday
from tests.simulated_year.days import YEAR, is_workday, years_ahead
from tests.simulated_year.findings import letters_wanted, shortcomings
from tests.simulated_year.lives import Plan
from tests.simulated_year.people import COUNTIES
from tests.simulated_year.plans import Inventor
from tests.simulated_year.play import year_played


@dataclass(frozen=True)
class YearReport:
    """What was lived, in figures, and everything that was amiss."""

    figures: dict[str, int]
    shortcomings: list[str]


async def live_a_year(consultations: int, seed: int, database_url: str, data_dir: Path) -> YearReport:
    """Invent a year, live it on the service, and compare. The register is to be migrated and empty."""
    years = years_ahead(local_date(datetime.now(UTC)))
    plans = invent_plans(consultations, seed, cache(lambda day: is_workday(day, years)), YEAR + years)
    async with year_played(plans, database_url, data_dir, years) as play:
        amiss = [*play.wrong, *shortcomings(play.parts.register, plans, play.figures.mails)]
    deeds = Counter(deed.what for plan in plans for deed in plan.deeds)
    figures = {
        "consultations": len(plans),
        "regions": len({plan.county.region for plan in plans}),
        "acts": play.figures.acts,
        "acts refused as they must be": play.figures.refused,
        "rungs": sum(len(plan.rungs) for plan in plans),
        "clocks": sum(len(plan.due[max(plan.due)]) for plan in plans),
        "due dates compared": sum(len(dates) for plan in plans for dates in plan.due.values()),
        "letters without those of 中止": sum(letters_wanted(plans).values()),
        "mails": len(play.figures.mails),
        "worker restarts": play.figures.restarts,
    }
    return YearReport(figures | dict(sorted(deeds.items())), amiss)


def invent_plans(how_many: int, seed: int, is_workday: IsWorkday, year: int) -> list[Plan]:
    """So many lives, region after region, their days of 交办 spread over the first nine months."""
    random = Random(seed)
    plans = []
    for index in range(how_many):
        starts_on = date(year, 1, 5) + timedelta(days=random.randrange(265))
        while not is_workday(starts_on):
            starts_on += ONE_DAY
        plan = Plan(index, COUNTIES[index % len(COUNTIES)], starts_on, random.choice((1, 1, 2)))
        plans.append(Inventor(plan, f"{seed}/{index}", is_workday, date(year, 12, 31)).invent())
    return plans
