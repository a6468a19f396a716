"""退办 and 延期: until when a unit may ask, and in words why it may no longer."""

from dataclasses import dataclass
from datetime import date

from domain.calendar import WorkCalendar
from domain.clocks import window_closes_on
from records.queries.task_folders import LetterKind, TaskFolder
from regulations.rule_sets import RuleSet


@dataclass(frozen=True)
class Window:
    """``last_on`` is the last day on which to ask; ``closed_because`` ends in a full stop and is empty while open.

    ``limit`` is how many working days may be asked for, None where that is no question.
    """

    last_on: date
    closed_because: str = ""
    limit: int | None = None

    def is_open(self, today: date) -> bool:
        """Whether the unit may ask today."""
        return not self.closed_because and today <= self.last_on


def return_window(folder: TaskFolder, rules: RuleSet, calendar: WorkCalendar) -> Window:
    """退办: so many working days from the day of 交办, those of a 中止 not counted (domain.md §2.7)."""
    days = rules.workdays("return_days", folder.level)
    last_on = window_closes_on(folder.clocks[folder.task.clock_id].clock, calendar, days)
    if folder.asked(LetterKind.RETURN):
        return Window(last_on, "退办申请已提交，正在等待协商组织方答复；答复之前原期限继续计算。")
    return Window(last_on)


def extension_window(folder: TaskFolder, rules: RuleSet, calendar: WorkCalendar) -> Window:
    """延期: early enough, so many times, and at most a share of the period (domain.md §1.5)."""
    clock = folder.clocks[folder.task.clock_id]
    ask_days = rules.workdays("extension_ask_days", folder.level)
    times_max = rules.workdays("extension_times_max", folder.level)
    share = rules.workdays("extension_share_max_percent", folder.level)
    last_on = calendar.add_workdays(clock.standing.due_on, -ask_days).on
    limit = clock.count.budget_workdays * share // 100
    because = ""
    if folder.asked(LetterKind.EXTENSION):
        because = "延期申请已提交，正在等待协商组织方答复；答复之前原期限不变。"
    elif clock.count.is_instructed:
        because = "本期期限由党委批示确定，未经党委再次批示不得延长。"
    elif clock.count.times_extended >= times_max:
        because = f"本期已经延期 {clock.count.times_extended} 次，按规定最多延期 {times_max} 次，不能再申请。"
    elif limit < 1:
        because = f"本期只有 {clock.count.budget_workdays} 个工作日，按规定不能延期。"
    return Window(last_on, because, limit)
