"""The whole year: ``python -m tests.simulated_year --consultations 200 --seed 2026``. Prints its figures."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from records.migrations import upgrade
from tests.simulated_year.year import YearReport, live_a_year


def main() -> int:
    """Live the year; 0 when nothing is amiss."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulated_year")
    parser.add_argument("--consultations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'year.db'}"
        upgrade(url)
        report: YearReport = asyncio.run(live_a_year(asked.consultations, asked.seed, url, Path(folder)))
    for name, number in report.figures.items():
        print(f"{name}: {number}")
    print(f"seconds: {time.monotonic() - began:.0f}")
    for one in report.shortcomings:
        print(f"AMISS {one}")
    return 1 if report.shortcomings else 0


if __name__ == "__main__":
    sys.exit(main())
