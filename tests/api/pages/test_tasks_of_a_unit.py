"""办理事项 by hand: what a unit owes, why on that day, until when it may ask, and what became of its answer."""

from datetime import date

import pytest

from domain.acts import DecideExtension, RequestExtension, VerifyAnswer
from domain.matters import ResultClass, Verdict
from domain.stages import ConsultationState
from records.tables.consultations import Attachment
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, section, statements
from tests.api.test_co_handlings import handed_out
from tests.pages import form_ids
from tests.stories import ANSWERED_ON, ASSIGNED_ON, DUE_ON

PDF = ("方案.pdf", b"%PDF-1.7 plan", "application/pdf")


@pytest.fixture
def task(pages: Pages) -> str:
    """The page of a task of the housing bureau, handed out on 2026-04-08 and due on 2026-05-22."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    (one,) = pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return f"/feedback-tasks/{one.id}"


def test_the_period_is_counted_day_by_day(pages: Pages, task: str) -> None:
    why = section(pages.by(cast.HOUSING_PLAYER).get(task).text, "why")
    assert (
        "自次日起计 30 个工作日，其间周末 9 天、劳动节 5 天不计入，于2026年5月22日（周五）24 时到期。" in why
    )
    assert "<caption>2026年4月</caption>" in why
    assert "第30天" in why
    assert "第31天" not in why
    assert "工作日历版本：" in why
    assert "（suzhou " in why


def test_the_page_asks_the_register_twelve_questions_at_most(pages: Pages) -> None:
    path = handed_out(pages.story).removeprefix("/api/v1")
    for player in (cast.HOUSING_PLAYER, cast.POLICE_PLAYER, cast.STAFF_PLAYER):
        for where in (path, "/feedback-tasks"):
            browser = pages.by(player)
            browser.get(where)
            with statements(pages) as asked:
                assert browser.get(where).status_code == 200
            assert len(asked) <= QUERIES_MAX, (player.id, where, asked)


def test_handing_back_is_offered_until_its_last_day_and_then_said_to_be_over(pages: Pages, task: str) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    words = "退办申请最迟应于2026年4月15日（周三）提出"
    pages.story.go_to(date(2026, 4, 15))
    open_page = unit.get(task).text
    assert "return-requests" in form_ids(open_page)
    assert f"{words}。" in open_page
    pages.story.go_to(date(2026, 4, 16))
    closed_page = unit.get(task).text
    assert "return-requests" not in form_ids(closed_page)
    assert f"{words}，现已截止。" in closed_page


def test_an_extension_is_offered_until_ten_days_before_and_only_once(pages: Pages, task: str) -> None:
    unit, task_id = pages.by(cast.HOUSING_PLAYER), pages.story.tasks[0].id
    pages.story.go_to(date(2026, 4, 20))
    assert "最多可以申请 " in section(unit.get(task).text, "requests")
    pages.story.do(
        RequestExtension(
            by=cast.HOUSING_CLERK,
            occurred_on=pages.story.today,
            task_id=task_id,
            workdays=5,
            reason="待施工图",
        )
    )
    waiting = unit.get(task).text
    assert "extension-requests" not in form_ids(waiting)
    assert "延期申请已提交，正在等待协商组织方答复" in waiting
    pages.story.do(
        DecideExtension(by=cast.STAFF, occurred_on=pages.story.today, task_id=task_id, is_granted=True)
    )
    granted = unit.get(task).text
    assert "extension-requests" not in form_ids(granted)
    assert "本期已经延期 1 次，按规定最多延期 1 次，不能再申请。" in granted
    assert "计 35 个工作日（原 30 个，延期 5 个）" in granted


def test_an_extension_asked_too_late_is_no_longer_offered(pages: Pages, task: str) -> None:
    pages.story.go_to(DUE_ON)
    shown = pages.by(cast.HOUSING_PLAYER).get(task).text
    assert "extension-requests" not in form_ids(shown)
    assert "延期申请最迟应于" in shown
    assert "现已截止" in section(shown, "requests")


def test_every_class_of_an_answer_is_explained_where_it_is_chosen(pages: Pages, task: str) -> None:
    shown = pages.by(cast.HOUSING_PLAYER).get(task).text
    for one in ResultClass:
        assert f"<dt>{one.value} 类</dt>" in shown
    assert "因目前条件限制暂时不能解决" in shown


def test_a_unit_attaches_files_to_its_answer_and_the_organiser_downloads_them(
    pages: Pages, task: str
) -> None:
    unit, staff = pages.by(cast.HOUSING_PLAYER), pages.by(cast.STAFF_PLAYER)
    sent = unit.send(task, "attachments-form", subject="加装电梯方案", files={"content": PDF})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{task}#files")
    file = pages.story.one(Attachment)
    assert file.task_id == pages.story.tasks[0].id
    shown = section(staff.get(task).text, "files")
    address = f"/api/v1{pages.case}/attachments/{file.id}"
    assert f'href="{address}"' in shown
    assert "加装电梯方案" in shown
    assert staff.get(address).content == PDF[1]
    assert "attachments-form" not in form_ids(staff.get(task).text)


def test_nobody_attaches_files_to_the_answer_of_another_unit(pages: Pages, task: str) -> None:
    fields = {"form_id": "attachments", "key": "another", "subject": "代传", "files": {"content": PDF}}
    refused = pages.by(cast.STAFF_PLAYER).post(f"{task}/attachments", **fields)
    assert refused.status_code == 403
    assert not pages.story.every(Attachment)


def test_a_wrong_file_is_refused_at_the_form_and_the_words_are_kept(pages: Pages, task: str) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    wrong = ("方案.pdf", b"not a pdf", "application/pdf")
    refused = unit.send(task, "attachments-form", subject="加装电梯方案", files={"content": wrong})
    assert refused.status_code == 422
    assert "附件内容与其文件类型不符。" in refused.text
    assert 'value="加装电梯方案"' in refused.text


def test_what_became_of_the_answer_is_read_on_the_task_and_in_the_list(pages: Pages, task: str) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    (one,) = pages.story.go_to(ANSWERED_ON).tasks
    pages.story.do(pages.story.answering(one))
    waiting = section(unit.get("/feedback-tasks").text, "handled")
    assert "待核实" in waiting
    assert "A 类：已经解决或基本解决" in waiting
    assert task not in section(unit.get("/feedback-tasks").text, "in-hand")
    pages.story.do(
        VerifyAnswer(
            by=cast.STAFF,
            occurred_on=pages.story.today,
            task_id=one.id,
            verdict=Verdict.SENT_BACK,
            reason="未写明补偿标准",
        )
    )
    assert "未写明补偿标准" in section(unit.get(task).text, "answered")
    assert "退回重办" in section(unit.get("/feedback-tasks").text, "in-hand")


def test_the_list_says_what_comes_next(pages: Pages, task: str) -> None:
    unit = pages.by(cast.HOUSING_PLAYER)
    owed = section(unit.get("/feedback-tasks").text, "in-hand")
    assert owed.count(f'href="{task}"') == 1
    assert "签收<" in owed
    assert "2026年5月22日（周五）" in owed
    assert unit.send(task, "acknowledgements").status_code == 303
    assert "书面反馈" in section(unit.get("/feedback-tasks").text, "in-hand")
