"""会办 by forms: what a co-handler finds and sends, and what the lead reads of it."""

import re

from domain.stages import ConsultationState
from records.tables.consultations import Attachment
from records.tables.obligations import ClockRow, CoHandling
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.test_co_handlings import handed_out
from tests.pages import form_ids, form_on
from tests.stories import ASSIGNED_ON


def page_of(pages: Pages) -> str:
    """The page of a task that the traffic police co-handles."""
    return handed_out(pages.story).removeprefix("/api/v1")


def test_a_co_handler_finds_its_duty_with_its_own_date(pages: Pages) -> None:
    path = page_of(pages)
    police = pages.by(cast.POLICE_PLAYER)
    for where in ("/", "/feedback-tasks"):
        shown = police.get(where).text
        assert f'href="{path}"' in shown
        assert "会办第 1 项" in shown
        assert "2026年4月29日" in shown
    assert "会办第 1 项" not in pages.by(cast.HOUSING_PLAYER).get("/feedback-tasks").text


def test_only_a_co_handler_has_the_form_for_an_opinion_and_none_of_the_leads(pages: Pages) -> None:
    path = page_of(pages)
    police = form_ids(pages.by(cast.POLICE_PLAYER).get(path).text)
    assert "co-handling-answers" in police
    assert police.isdisjoint({"answers", "acknowledgements", "return-requests", "extension-requests"})
    assert "co-handling-answers" not in form_ids(pages.by(cast.HOUSING_PLAYER).get(path).text)


def test_a_draft_is_kept_and_shown_to_nobody_else(pages: Pages) -> None:
    path = page_of(pages)
    police = pages.by(cast.POLICE_PLAYER)
    sent = police.send(path, "co-handling-answers", opinion="拟增设护学岗", intent="draft")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}#co-handling-answers")
    form = form_on(police.get(path).text, "co-handling-answers")
    assert form is not None
    assert form.values["opinion"] == "拟增设护学岗"
    assert "拟增设护学岗" not in pages.by(cast.HOUSING_PLAYER).get(path).text
    assert pages.story.one(CoHandling).answered_on is None


def test_an_opinion_handed_in_is_read_by_the_lead(pages: Pages) -> None:
    path = page_of(pages)
    lead = pages.by(cast.HOUSING_PLAYER)
    before = lead.get(path).text
    assert "待答复" in before
    assert f"提醒：{cast.POLICE.name}尚未答复会办意见。" in before
    assert f"为什么是这一天（{cast.POLICE.name}）" in before
    sent = pages.by(cast.POLICE_PLAYER).send(
        path, "co-handling-answers", opinion="已增设护学岗", intent="answer"
    )
    assert (sent.status_code, sent.headers["location"]) == (303, path)
    after = lead.get(path).text
    assert "已增设护学岗" in after
    assert "已答复" in after
    assert "尚未答复会办意见" not in after
    assert "co-handling-answers" not in form_ids(pages.by(cast.POLICE_PLAYER).get(path).text)


def test_an_empty_opinion_is_refused_and_the_lead_may_still_answer(pages: Pages) -> None:
    path = page_of(pages)
    refused = pages.by(cast.POLICE_PLAYER).send(path, "co-handling-answers", opinion="　", intent="answer")
    assert refused.status_code == 422
    answered = pages.by(cast.HOUSING_PLAYER).send(
        path, "answers", text="已办结，会办意见未到", adoption="adopted", result="A", intent="answer"
    )
    assert answered.status_code == 303


def test_several_co_handlers_are_chosen_with_a_period_of_their_own(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION, until=ASSIGNED_ON)
    item = pages.story.suggestions[0].id
    staff = pages.by(cast.STAFF_PLAYER)
    form = form_on(staff.get(f"{pages.case}/tasks").text, "feedback-tasks")
    assert form is not None
    chosen = {
        "suggestion_ids": item,
        f"lead-{item}": cast.HOUSING.id,
        f"co-{item}": [cast.POLICE.id, cast.STREET_OFFICE.id],
        f"co-period-{item}": "五天",
    }
    assert staff.post(form.address, **{**form.values, **chosen}).status_code == 422
    chosen[f"co-period-{item}"] = "5"
    assert staff.post(form.address, **{**form.values, **chosen}).status_code == 303
    shown = staff.get(f"{pages.case}/tasks").text
    for unit in (cast.POLICE, cast.STREET_OFFICE):
        assert re.search(rf"会办：{unit.name}（(<[^>]*>)?2026年4月15日[^前]*前，待答复）", shown)
    assert {row.due_on.isoformat() for row in pages.story.every(ClockRow, kind="co_handling")} == {
        "2026-04-15"
    }


def test_a_co_handler_sends_files_with_its_opinion_and_the_organiser_reads_them(pages: Pages) -> None:
    path = page_of(pages)
    police, files = (
        pages.by(cast.POLICE_PLAYER),
        {"content": ("护学岗方案.pdf", b"%PDF-1.7 plan", "application/pdf")},
    )
    sent = police.send(path, "attachments-form", subject="护学岗方案", files=files)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}#opinion-files")
    kept = pages.story.one(Attachment)
    assert (kept.task_id, kept.co_handling_id) == (None, pages.story.one(CoHandling).id)
    address = f"/api/v1{pages.case}/attachments/{kept.id}"
    for reader in (cast.STAFF_PLAYER, cast.HOUSING_PLAYER, cast.POLICE_PLAYER):
        assert f'href="{address}"' in pages.by(reader).get(path).text
        assert pages.by(reader).get(address).content.startswith(b"%PDF")
    # It is the co-handler's: the lead's own files stay apart, and the lead sends none in its name.
    lead = pages.by(cast.HOUSING_PLAYER)
    assert lead.send(path, "attachments-form", subject="主办附件", files=files).status_code == 303
    assert {one.co_handling_id for one in pages.story.every(Attachment)} == {kept.co_handling_id, None}


def test_a_unit_that_has_no_part_in_a_task_sends_no_file(pages: Pages) -> None:
    path = page_of(pages)
    fields = {"form_id": "attachments", "key": "k", "subject": "代传"}
    files = {"content": ("a.pdf", b"%PDF-1.7", "application/pdf")}
    assert (
        pages.by(cast.STREET_OFFICE_PLAYER).post(f"{path}/attachments", **fields, files=files).status_code
        == 404
    )
    assert pages.story.every(Attachment) == []
