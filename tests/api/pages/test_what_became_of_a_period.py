"""The page of a task and the API say the same of its period: what was asked, what was granted, what was sent when."""

from datetime import date
from typing import Any

from domain.acts import DecideExtension, RequestExtension
from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import section
from tests.stories import ASSIGNED_ON

HELD_UP_UNTIL = date(2026, 6, 1)


def test_a_date_partly_moved_and_reminders_held_up_by_an_outage_are_told_alike(pages: Pages) -> None:
    story = pages.story
    (task,) = story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON).assign(cast.HOUSING.id)
    asked: dict[str, Any] = {"occurred_on": story.go_to(date(2026, 5, 14)).today, "task_id": task.id}
    story.do(RequestExtension(by=cast.HOUSING_CLERK, workdays=15, reason="方案待评审", **asked))
    story.do(DecideExtension(by=cast.STAFF, is_granted=True, workdays=3, note="招标可以提前", **asked))
    story.go_to(HELD_UP_UNTIL).let_clock_run()

    browser = pages.by(cast.HOUSING_PLAYER)
    page, read = (
        browser.get(path) for path in (f"/feedback-tasks/{task.id}", f"/api/v1/feedback-tasks/{task.id}")
    )
    clock = read.json()["clock"]
    lines = {line["kind"]: line["text"] for line in clock["explanation"]}
    assert lines["entry"].endswith("（方案待评审；申请 15 个工作日，同意 3 个：招标可以提前）")
    assert "suzhou" in lines["rule_set"]
    assert [(rung["name"], rung["due_at"][:10], rung["fired_at"][:10]) for rung in clock["rungs"]] == [
        ("blue_10", "2026-05-13", "2026-06-01"),
        ("blue_5", "2026-05-20", "2026-06-01"),
        ("blue_1", "2026-05-26", "2026-06-01"),
        ("yellow", "2026-05-28", "2026-06-01"),
    ]
    why, sent = section(page.text, "why"), section(page.text, "rungs")
    assert "申请 15 个工作日，同意 3 个：招标可以提前" in why
    assert "催办通知书" in sent
    assert sent.count("补记") == 4
