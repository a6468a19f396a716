"""A stage advance through HTTP against the bare floor: a Temporal update whose one normal activity does one write.

Run with ``make bench``. Both run on the same embedded Temporal server and SQLite files of the same habits, in turns, so
that the ratios hold when the machine's speed drifts. Goals (design): p50 ≤ 1.5 × at 1 client; throughput ≥ 0.7 × and
p99 ≤ 2 × at 50 clients; a refused event 0 history events and ≤ 2 × the refused floor.
"""

import asyncio
import logging
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
from temporalio.client import Client

from bench.bare import BareFloor, bare_worker
from bench.stage import Stage, prepared_stage
from service.settings import Settings
from service.temporal_server import connect, embedded_temporal

ROUNDS = 3
ALONE = 30
CLIENTS = 50
TOGETHER = 200


@dataclass(frozen=True)
class Timing:
    """Latencies of one batch in milliseconds, and its rate per second."""

    latencies_ms: list[float]
    rate: float

    @property
    def p50(self) -> float:
        """Median latency."""
        return statistics.median(self.latencies_ms)

    @property
    def p99(self) -> float:
        """99th percentile."""
        return sorted(self.latencies_ms)[max(0, round(len(self.latencies_ms) * 0.99) - 1)]


async def timed(jobs: list[Callable[[], Awaitable[None]]], clients: int) -> Timing:
    """Run the jobs with so many at a time."""
    queue = list(reversed(jobs))
    latencies: list[float] = []

    async def client() -> None:
        while queue:
            job = queue.pop()
            started = time.perf_counter()
            await job()
            latencies.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Timing(latencies, len(jobs) / (time.perf_counter() - started))


async def measure(client: Client, http: httpx2.AsyncClient, stage: Stage, floor: BareFloor) -> None:
    """Take the measurements in turns and print them."""
    bare_alone, ours_alone, bare_many, ours_many, bare_no, ours_no = ([] for _ in range(6))
    for _ in range(ROUNDS):
        bare_alone.append(await timed(await floor.updates(ALONE), 1))
        ours_alone.append(await timed(await stage.advances(http, ALONE), 1))
        bare_many.append(await timed(await floor.updates(TOGETHER), CLIENTS))
        ours_many.append(await timed(await stage.advances(http, TOGETHER), CLIENTS))
        bare_no.append(await timed(await floor.refusals(ALONE), 1))
        ours_no.append(await timed(await stage.refusals(http, ALONE), 1))
    report("1 client", bare_alone, ours_alone)
    report(f"{CLIENTS} clients", bare_many, ours_many)
    report("refused, 1 client", bare_no, ours_no)
    events, size = await stage.history(client)
    print(f"history of one advance: {events} events, {size} bytes")


def report(what: str, bare: list[Timing], ours: list[Timing]) -> None:
    """Medians over the rounds, and the ratios pair by pair."""

    def middle(values: list[float]) -> float:
        return statistics.median(values)

    pairs = list(zip(bare, ours, strict=True))
    print(
        f"{what:>18}: floor p50 {middle([one.p50 for one in bare]):6.1f} ms p99 {middle([one.p99 for one in bare]):7.1f} ms"
        f" {middle([one.rate for one in bare]):6.1f}/s | ours p50 {middle([one.p50 for one in ours]):6.1f} ms"
        f" p99 {middle([one.p99 for one in ours]):7.1f} ms {middle([one.rate for one in ours]):6.1f}/s"
        f" | p50 ×{middle([o.p50 / b.p50 for b, o in pairs]):.2f} p99 ×{middle([o.p99 / b.p99 for b, o in pairs]):.2f}"
        f" rate ×{middle([o.rate / b.rate for b, o in pairs]):.2f}"
    )


async def main() -> None:
    """Start everything, measure, stop everything."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder), sandboxed_workflows=False, web_port=8791, patience_seconds=60
        )
        async with AsyncExitStack() as stack:
            address = await stack.enter_async_context(embedded_temporal(settings))
            client = await connect(settings, address)
            floor = await stack.enter_async_context(bare_worker(client, Path(folder) / "bare.db"))
            stage = await stack.enter_async_context(prepared_stage(settings, client))
            http = await stack.enter_async_context(httpx2.AsyncClient(base_url=stage.base_url, timeout=60))
            await timed(await floor.updates(20), 5)
            await timed(await stage.advances(http, 20), 5)
            await measure(client, http, stage, floor)


if __name__ == "__main__":
    asyncio.run(main())
