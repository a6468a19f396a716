"""`shangliang demo`: one whole consultation played live, months in seconds, told on the terminal.

Everything is real but the time: register, worker, HTTP API and mail server of this process, and Temporal's
time-skipping server.
"""

import logging
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from sqlalchemy import func, select

from domain.stages import ConsultationState
from records.tables.audit import AuditEntry
from records.tables.obligations import FiredRung
from service.callers import Answer, CallFailed
from service.case_files import DEMO_CASE, CaseFile, Step, read_case
from service.player import CaseFailed, Played, Player
from service.simulation import Simulation, first_day, simulated_service
from workflows.addresses import consultation_workflow_id

TOLD_LETTERS = ("催办", "通报", "专报", "批示", "尚未签收", "约谈")
"""Words in the subject of a letter that the story mentions; the others are counted."""

WEEKDAYS = "一二三四五六日"


async def demo(console: Console | None = None) -> int:
    """Play the demo case. Returns 0 only when it is 归档 and every expectation came true."""
    shown = console or Console(highlight=False)
    # Lines of the log would tear the story apart; what goes wrong is still said.
    logging.getLogger().setLevel(logging.WARNING)
    case = read_case(DEMO_CASE)
    started_at = time.monotonic()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="shangliang-demo-"))
        with shown.status("正在启动可跳时的 Temporal 服务、登记簿、工作进程、接口和邮件箱……"):
            simulated = simulated_service(Path(folder), first_day(case))
            simulation = await stack.enter_async_context(simulated)
        return await _play(simulation, case, shown, started_at)


async def _play(simulation: Simulation, case: CaseFile, console: Console, started_at: float) -> int:
    storyteller = Storyteller(simulation, console)
    storyteller.begin(case)
    player = Player(
        case,
        simulation.callers,
        years=simulation.years,
        arrive=storyteller.arrive,
        told=storyteller.tell,
    )
    try:
        played = await player.play()
    except (CaseFailed, CallFailed) as failure:
        console.print(f"[bold red]演示中断：{escape(str(failure))}[/]")
        return 1
    await simulation.settle()
    standing = await player.view(case.step[-1]).consultation()
    storyteller.tell_letters()
    is_archived = standing["state"] == ConsultationState.ARCHIVED.value
    figures = await _figures(simulation, played, storyteller.letters)
    figures["用时"] = f"{time.monotonic() - started_at:.1f} 秒"
    storyteller.end(standing, figures)
    return 0 if is_archived and not played.complaints else 1


async def _figures(simulation: Simulation, played: Played, letters: int) -> dict[str, str]:
    workflow_id = consultation_workflow_id(played.consultation_id)
    history = await simulation.env.client.get_workflow_handle(workflow_id).fetch_history()
    size = sum(event.ByteSize() for event in history.events)
    with simulation.parts.register.reading() as session:
        rungs = session.scalar(select(func.count()).select_from(FiredRung)) or 0
        entries = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        faults = list(simulation.parts.trail.verify(session))
    return {
        "办理步骤": f"{played.steps_played} 步，与预期不符 {len(played.complaints)} 处",
        "期限阶梯": f"触发 {rungs} 次提醒、催办和专报",
        "信件": f"{letters} 封",
        "留痕": f"{entries} 条，核验{'完整' if not faults else f'不符 {len(faults)} 处'}",
        "流程历史": f"{len(history.events)} 个事件，{size / 1000:.0f} kB",
    }


class Storyteller:
    """Says what happens: the day, what was done, the clause of every refusal, and the letters that matter."""

    def __init__(self, simulation: Simulation, console: Console) -> None:
        self._simulation = simulation
        self._console = console
        self._day: date | None = None
        self._arrived_on: date | None = None
        self._last_letter = ""
        self.letters = 0

    def begin(self, case: CaseFile) -> None:
        """The title and what time means here."""
        later = self._simulation.years
        note = f"\n日期按 {later} 年后推演：星期与国务院办公厅公布的放假调休安排原样平移。" if later else ""
        self._console.print(Panel(f"{case.summary}{note}", title=f"商量 · {case.title}", expand=False))

    async def arrive(self, on: date) -> None:
        """Let time pass; the letters of the day that ends are told with that day."""
        if on != self._arrived_on:
            await self._simulation.settle()
            self.tell_letters()
            self._arrived_on = on
        await self._simulation.arrive(on)

    def tell(self, step: Step, answer: Answer | None, complaints: list[str]) -> None:
        """One step as it went."""
        if step.say and step.on != self._day:
            weekday = WEEKDAYS[step.on.weekday()]
            self._console.print(f"\n[bold cyan]{step.on.month} 月 {step.on.day} 日[/]　星期{weekday}")
            self._day = step.on
        self.tell_letters()
        if step.say:
            self._console.print(f"  {escape(step.say)}")
        if answer is not None and answer.is_refusal:
            self._tell_refusal(answer)
        for task in step.expect.tasks:
            if task.colour_live is not None and task.colour_live.value in ("yellow", "red"):
                colour = task.colour_live
                self._console.print(f"  [{colour.value}]● 第 {task.item} 项：{colour.label}[/]")
        for complaint in complaints:
            self._console.print(f"  [bold red]与预期不符：{escape(complaint)}[/]")

    def _tell_refusal(self, answer: Answer) -> None:
        self._console.print(f"  [red]✗ 系统拒绝：{escape(answer.detail)}[/]")
        for rule in answer.unmet:
            self._console.print(
                f"    [red]{rule['rule_id']}[/] 实测：{escape(rule['measured'])}；"
                f"要求：{escape(rule['required'])}"
            )
            clause = f"“{rule['clause']}”（{rule['article']}）" if rule["article"] else rule["clause"]
            self._console.print(f"    [dim]依据：{escape(clause)}[/]")

    def tell_letters(self) -> None:
        """The letters that have arrived since, those that say the same to several people together."""
        told: dict[str, list[str]] = {}
        for mail in self._simulation.mail.caught_after(self._last_letter):
            self._last_letter = mail.id
            self.letters += 1
            told.setdefault(mail.subject, []).extend(one.partition("@")[0] for one in mail.to)
        for subject, people in told.items():
            if any(word in subject for word in TOLD_LETTERS):
                self._console.print(f"  [magenta]✉ {escape(subject)}[/] [dim]→ {'、'.join(people)}[/]")

    def end(self, standing: dict[str, object], figures: dict[str, str]) -> None:
        """Where it ended, in figures."""
        table = Table(title=f"{standing['number']}　{standing['state_label']}", show_header=False)
        for name, figure in figures.items():
            table.add_row(name, figure)
        self._console.print()
        self._console.print(table)
