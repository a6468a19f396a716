"""The command line: `shangliang up | demo | web | worker | migrate | seed | seal | verify-audit | …`."""

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from records.kept_outside import KeptOutsideError
from records.migrations import differences, upgrade
from records.privileges import withhold_audit_rights
from records.seals import Sealing, statement_of
from regulations.calendars import CalendarError
from regulations.parameters import RuleSetError
from service.composition import open_parts
from service.logs import configure_logging
from service.processes import make_app, serving, told_to_stop, working
from service.settings import LogLevel, Settings, SettingsError, load_settings
from service.temporal_server import TemporalServerError, connect

app = typer.Typer(help="商量：协商议事服务", no_args_is_help=True, add_completion=False)


@app.command("up")
def run_up(sample_data: bool = typer.Option(True, help="载入示例数据 / load sample data")) -> None:
    """在本机启动全部组件。Everything on this machine, on embedded defaults."""
    from service.up import up

    _run(up(_settings(), with_sample_data=sample_data))


@app.command("demo")
def run_demo() -> None:
    """演示一件协商从平台到归档的全过程，数月只需数秒。Play one consultation, months in seconds."""
    from service.demo import demo

    # The demo tells its story itself; the log says only what goes wrong.
    configure_logging(load_settings().log_format, LogLevel.WARNING)
    raise typer.Exit(asyncio.run(demo()))


@app.command("web")
def run_web() -> None:
    """启动网页和接口。Pages and API only; needs a Temporal server and a worker elsewhere."""
    _run(_web(_settings()))


@app.command("worker")
def run_worker() -> None:
    """启动工作进程。A worker only."""
    _run(_worker(_settings()))


@app.command("migrate")
def migrate() -> None:
    """升级数据库结构。Bring the register to the newest schema."""
    settings = _settings()
    upgrade(settings.database_url)
    typer.echo("数据库结构已是最新。")
    if settings.database_service_role and not settings.database_url.startswith("sqlite"):
        withhold_audit_rights(settings.database_url, settings.database_service_role)
        typer.echo(f"已收回角色 {settings.database_service_role} 修改、删除留痕的权限。")


@app.command("seed")
def load_sample_data() -> None:
    """向正在运行的服务载入示例数据。Load the sample data into the running service."""
    from service.seeding import seed

    _run(seed(_settings()))


@app.command("seal")
def run_seal() -> None:
    """封存今日留痕；当日已封存的不重复封存。Seal the record of today; a day that has its seal keeps it."""
    from activities.seals import seal_the_day

    settings = _settings()
    parts = open_parts(settings)
    try:
        sealing = Sealing(parts.register, parts.trail, parts.seal_keys, settings.base_url)
        told, seal = seal_the_day(sealing, datetime.now(UTC))
    finally:
        parts.close()
    typer.echo(told)
    typer.echo(f"{statement_of(seal).decode()}\nsignature={seal.signature}")
    if seal.left_out:
        raise typer.Exit(1)


@app.command("verify-audit")
def verify_audit(
    since: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help="从这一天之前的最后一次封存起 / from the last seal before this day"
    ),
    heads: Path | None = typer.Option(
        None, exists=True, dir_okay=False, help="平台之外留存的链头或者封存函 / heads or seals kept outside"
    ),
    temporal: bool = typer.Option(True, help="与流程历史核对 / compare with the histories of Temporal"),
) -> None:
    """核验全部留痕，指出第一处不符。Verify every audit stream and seal, and name the first entry at fault."""
    from rich.console import Console

    from service.verifying import verify

    # Long lines stay whole: what is found is also read by programs.
    console = Console(highlight=False)
    parts = open_parts(_settings())
    try:
        day = since.date() if since else None
        is_whole = asyncio.run(verify(parts, console, since=day, heads=heads, with_temporal=temporal))
    finally:
        parts.close()
    if not is_whole:
        raise typer.Exit(1)


@app.command("check-migrations")
def check_migrations() -> None:
    """检查迁移脚本与数据模型一致。Fail when the migrations do not make what the models say."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'check.db'}"
        upgrade(url)
        found = differences(url)
    for difference in found:
        typer.echo(repr(difference))
    if found:
        raise typer.Exit(1)
    typer.echo("migrations match the models")


def main() -> None:
    """Entry point: faults of settings, books and servers are told in words, without a traceback."""
    try:
        app()
    except (
        SettingsError,
        RuleSetError,
        CalendarError,
        TemporalServerError,
        KeptOutsideError,
        OSError,
    ) as fault:
        typer.echo(str(fault), err=True)
        raise SystemExit(2) from None


async def _web(settings: Settings) -> None:
    from service.bell import Bell

    parts = open_parts(settings)
    try:
        client = await connect(settings)
        bell = Bell(client, settings.task_queue)
        async with serving(settings, make_app(parts, client, bell)):
            await told_to_stop()
        await bell.close()
    finally:
        parts.close()


async def _worker(settings: Settings) -> None:
    parts = open_parts(settings)
    try:
        async with working(parts, await connect(settings)):
            await told_to_stop()
    finally:
        parts.close()


def _settings() -> Settings:
    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    return settings


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


if __name__ == "__main__":
    main()
