"""Everything in one process tree on embedded defaults: what `make up` runs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
import typer

from records.migrations import upgrade
from service.composition import open_parts
from service.mail_catcher import MailCatcher, catching_mail, mail_pages
from service.processes import make_app, serving, told_to_stop, working
from service.seeding import DEMO_PASSWORD, sample_sign_ins, seed
from service.settings import Settings
from service.temporal_server import connect, embedded_temporal

log = structlog.stdlib.get_logger(__name__)


async def up(settings: Settings, *, with_sample_data: bool = True) -> None:
    """Serve until told to stop. Data survives in ``data_dir``; Ctrl-C ends everything cleanly."""
    async with everything(settings) as running:
        _say_where(settings)
        seeding = None
        if with_sample_data:
            seeding = asyncio.create_task(seed(running))
            seeding.add_done_callback(lambda ended: _tell_how_seeding_ended(ended, running.base_url))
        await told_to_stop()
        if seeding is not None:
            seeding.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await seeding


@asynccontextmanager
async def everything(settings: Settings) -> AsyncIterator[Settings]:
    """Temporal, register, mail catcher, worker and web, in the order in which they need one another.

    Yields the settings as they came out: with the mail catcher's address, where there is no mail relay.
    """
    async with AsyncExitStack() as stack:
        migrating = asyncio.create_task(asyncio.to_thread(upgrade, settings.database_url))
        address = settings.temporal_address or await stack.enter_async_context(embedded_temporal(settings))
        client = await connect(settings, address)
        await migrating
        catcher = MailCatcher(settings.data_dir / "mail")
        if settings.smtp_host is None:
            port = await stack.enter_async_context(catching_mail(catcher))
            settings = settings.model_copy(
                update={"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False}
            )
        parts = open_parts(settings)
        stack.callback(parts.close)
        bell = await stack.enter_async_context(working(parts, client))
        app = make_app(parts, client, bell)
        app.include_router(mail_pages(catcher))
        await stack.enter_async_context(serving(settings, app))
        yield settings


def _say_where(settings: Settings) -> None:
    names = "、".join(f"{sign_in}（{who}）" for sign_in, who in sample_sign_ins())
    typer.echo(f"\n  商量已启动：{settings.base_url}\n  信件：{settings.base_url}/mail")
    typer.echo(f"  示例账号（密码均为 {DEMO_PASSWORD}）：{names}\n  按 Ctrl-C 停止。\n")


def _tell_how_seeding_ended(seeding: asyncio.Task[None], base_url: str) -> None:
    if seeding.cancelled():
        return
    fault = seeding.exception()
    if fault is not None:
        log.error("sample data could not be loaded whole; the next start goes on", exc_info=fault)
    else:
        # Said once more: the log of the loading has carried the first telling away.
        typer.echo(f"\n  示例数据已载入：{base_url}\n")
