"""Ten refusals of different kinds, as the API answers them and as the page shows them: the same facts in Chinese."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

import pytest

from api.pages.shown import with_days
from api.problems import STATUSES
from domain.acts import DecideExtension, RequestExtension, SuspendConsultation
from domain.refusals import RefusalCode
from domain.stages import ConsultationState
from records.tables.consultations import Consultation, Topic
from tests import cast
from tests.api.pages.conftest import Pages
from tests.cast import Player
from tests.pages import form_on
from tests.stories import ASSIGNED_ON, BOOKS

LATIN = re.compile(r"[A-Za-z]{3,}")
RULE_ID = re.compile(r"\b(SZ|D)-[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Try:
    """Something that will be refused: by whom, to which address of the API, and with which form of a page.

    ``has_form``: the page that answers still shows the form, with the complaint in it. ``fault`` is the field of the
    form at which it stands.
    """

    code: RefusalCode
    by: Player
    path: str
    body: dict[str, Any]
    form_address: str
    form_values: dict[str, str]
    form_id: str
    has_form: bool = True
    fault: str = ""
    severities: set[str] = field(default_factory=set)


def filled(pages: Pages, by: Player, path: str, form_id: str, **typed: str) -> tuple[str, dict[str, str]]:
    """The form as it stands on a page now, filled in: where it goes, and with what."""
    form = form_on(pages.by(by).get(path).text, form_id)
    assert form is not None, f"{path} shows no form {form_id}"
    return form.address, {**form.values, **typed}


def advancing(pages: Pages, state: ConsultationState, **typed: str) -> Try:
    """Going on from a state whose rules are not all met."""
    address, values = filled(pages, cast.STAFF_PLAYER, pages.case, "stage-advances", **typed)
    return Try(
        RefusalCode.GATES_UNMET,
        cast.STAFF_PLAYER,
        f"{pages.case}/stage-advances",
        {"expected_state": state.value},
        address,
        values,
        "stage-advances",
    )


def a_hard_rule_is_not_met(pages: Pages) -> Try:
    """Nobody is on the list of participants."""
    pages.story.reach(ConsultationState.PARTICIPANTS)
    found = advancing(pages, ConsultationState.PARTICIPANTS)
    found.severities.add("hard")
    return found


def a_warning_has_no_reason(pages: Pages) -> Try:
    """The topic is in no plan; that may be passed, but not in silence."""
    with pages.story.register.writing() as session:
        topic = session.get_one(Topic, cast.TOPIC_ID)
        topic.is_planned, topic.plan_item_id = False, None
    pages.story.reach(ConsultationState.TOPIC)
    pages.story.approve_topic()
    found = advancing(pages, ConsultationState.TOPIC)
    found.severities.add("warn")
    return found


def a_step_is_taken_before_its_turn(pages: Pages) -> Try:
    """备案 before 审定."""
    pages.story.reach(ConsultationState.TOPIC)
    values = {"form_id": "approvals-2", "key": "out-of-turn", "step": "2", "decision": "filed"}
    return Try(
        RefusalCode.WRONG_ORDER,
        cast.OWNER_PLAYER,
        f"{pages.case}/approvals",
        {"step": 2, "decision": "filed"},
        f"{pages.case}/approvals",
        {**values, "occurred_on": pages.story.today.isoformat()},
        "approvals-2",
        has_form=False,
    )


def assigned_task(pages: Pages) -> str:
    """The page of a task that 住建局 has since 2026-04-08."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    (task,) = pages.story.assign(cast.HOUSING.id)
    return f"/feedback-tasks/{task.id}"


def a_window_has_closed(pages: Pages) -> Try:
    """退办 asked on the first day after the five."""
    path = assigned_task(pages)
    pages.story.go_to(date(2026, 4, 15))
    address, values = filled(pages, cast.HOUSING_PLAYER, path, "return-requests", reason="不属于职责范围")
    pages.story.go_to(date(2026, 4, 16))
    return Try(
        RefusalCode.WINDOW_CLOSED,
        cast.HOUSING_PLAYER,
        f"{path}/return-requests",
        {"reason": "不属于职责范围"},
        address,
        {**values, "occurred_on": "2026-04-16"},
        "return-requests",
        has_form=False,
    )


def a_parameter_is_not_set(pages: Pages) -> Try:
    """临汾 leaves the period of answers to the county, and no county has set it."""
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    with pages.story.register.writing() as session:
        row = session.get_one(Consultation, pages.story.consultation_id)
        row.rule_set_id, row.rule_set_version = "linfen", BOOKS.rule_sets["linfen"].version
    first, *_ = pages.story.suggestions
    address, values = filled(pages, cast.STAFF_PLAYER, f"{pages.case}/tasks", "feedback-tasks")
    return Try(
        RefusalCode.PARAMETER_UNSET,
        cast.STAFF_PLAYER,
        f"{pages.case}/feedback-tasks",
        {"assignments": [{"suggestion_id": first.id, "lead_unit_id": cast.HOUSING.id}]},
        address,
        {**values, "suggestion_ids": first.id, f"lead-{first.id}": cast.HOUSING.id},
        "feedback-tasks",
    )


def somebody_may_not(pages: Pages) -> Try:
    """A supervisor reads, and moves nothing."""
    pages.story.open()
    address, values = filled(pages, cast.STAFF_PLAYER, pages.case, "stage-advances")
    return Try(
        RefusalCode.NOT_PERMITTED,
        cast.SUPERVISOR_PLAYER,
        f"{pages.case}/stage-advances",
        {"expected_state": "platform"},
        address,
        values,
        "stage-advances",
        has_form=False,
    )


def a_limit_is_reached(pages: Pages) -> Try:
    """A second extension of one period."""
    path = assigned_task(pages)
    address, values = filled(
        pages, cast.HOUSING_PLAYER, path, "extension-requests", workdays="3", reason="招标未完成"
    )
    task = pages.story.tasks[0]
    asked = RequestExtension(
        by=cast.HOUSING_CLERK, occurred_on=ASSIGNED_ON, task_id=task.id, workdays=3, reason="招标"
    )
    pages.story.do(asked)
    granted = DecideExtension(
        by=cast.STAFF, occurred_on=ASSIGNED_ON, task_id=task.id, is_granted=True, workdays=3
    )
    pages.story.do(granted)
    return Try(
        RefusalCode.LIMIT_REACHED,
        cast.HOUSING_PLAYER,
        f"{path}/extension-requests",
        {"workdays": 3, "reason": "招标未完成"},
        address,
        values,
        "extension-requests",
        has_form=False,
    )


def a_rule_may_not_be_waived(pages: Pages) -> Try:
    """Our own exclusion rule may be waived; a rule of the document may not."""
    with pages.story.register.writing() as session:
        session.get_one(Topic, cast.TOPIC_ID).is_settled_by_law = True
    pages.story.reach(ConsultationState.TOPIC)
    address, values = filled(
        pages, cast.OWNER_PLAYER, pages.case, "waivers", rule_id="SZ-18", reason="情况特殊"
    )
    return Try(
        RefusalCode.NOT_WAIVABLE,
        cast.OWNER_PLAYER,
        f"{pages.case}/waivers",
        {"rule_id": "SZ-18", "reason": "情况特殊"},
        address,
        values,
        "waivers",
        fault="rule_id",
    )


def a_form_is_stale(pages: Pages) -> Try:
    """Somebody else has gone on since the page was opened."""
    pages.story.open()
    address, values = filled(pages, cast.STAFF_PLAYER, pages.case, "stage-advances")
    pages.story.advance()
    return Try(
        RefusalCode.STALE_FORM,
        cast.STAFF_PLAYER,
        f"{pages.case}/stage-advances",
        {"expected_state": "platform"},
        address,
        values,
        "stage-advances",
    )


def the_consultation_is_suspended(pages: Pages) -> Try:
    """Nothing goes on while it is suspended."""
    pages.story.open()
    address, values = filled(pages, cast.STAFF_PLAYER, pages.case, "stage-advances")
    pages.story.do(
        SuspendConsultation(
            by=cast.STAFF,
            occurred_on=pages.story.today,
            reason="等待规划调整",
            review_on=date(2026, 4, 1),
        )
    )
    return Try(
        RefusalCode.SUSPENDED,
        cast.STAFF_PLAYER,
        f"{pages.case}/stage-advances",
        {"expected_state": "platform"},
        address,
        values,
        "stage-advances",
        has_form=False,
    )


TEN: tuple[Callable[[Pages], Try], ...] = (
    a_hard_rule_is_not_met,
    a_warning_has_no_reason,
    a_step_is_taken_before_its_turn,
    a_window_has_closed,
    a_parameter_is_not_set,
    somebody_may_not,
    a_limit_is_reached,
    a_rule_may_not_be_waived,
    a_form_is_stale,
    the_consultation_is_suspended,
)


@pytest.mark.parametrize("happening", TEN, ids=lambda one: one.__name__)
def test_the_api_and_the_page_refuse_with_the_same_facts_in_chinese(
    pages: Pages, happening: Callable[[Pages], Try]
) -> None:
    tried = happening(pages)
    browser = pages.by(tried.by)
    headers = {**browser._headers(), "Sec-Fetch-Site": "same-origin", "Idempotency-Key": "one-of-ten"}
    before = pages.story.footprint()
    answer = pages.client.post(
        f"/api/v1{tried.path}",
        json=tried.body,
        headers=headers,
    )
    shown = browser.post(tried.form_address, **tried.form_values)
    assert pages.story.footprint() == before
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (STATUSES[tried.code], tried.code.value), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert shown.status_code == answer.status_code
    assert problem["title"] == tried.code.label
    assert not LATIN.search(RULE_ID.sub("", problem["detail"])), problem["detail"]
    page = unescape(shown.text)
    assert problem["detail"] in page
    assert {finding["severity"] for finding in problem["unmet"]} == tried.severities
    for finding in problem["unmet"]:
        _shows_the_finding(page, finding)
    _complains_in_its_place(shown.text, tried)


def _shows_the_finding(page: str, finding: dict[str, Any]) -> None:
    """What was measured, what is required, the clause, its article and its source: the same five facts."""
    for fact in ("measured", "required"):
        assert finding[fact]
        assert not LATIN.search(finding[fact]), finding[fact]
    assert finding["rule_id"] in page
    assert with_days(finding["measured"]) in page
    assert finding["required"] in page
    assert finding["clause"].replace("“", "‘").replace("”", "’") in page
    assert finding["article"] in page
    assert finding["source"] in page


def _complains_in_its_place(html: str, tried: Try) -> None:
    """In the form where it still stands and at the field at fault; else at the head of the page."""
    found = re.search(rf'<form\b[^>]*\bid="{tried.form_id}".*?</form>', html, re.S)
    is_in_form = found is not None and 'class="complaint"' in found[0]
    assert is_in_form is tried.has_form
    if tried.fault:
        assert found is not None
        at_fault = re.search(rf'<[^>]*\bid="{tried.form_id}-{tried.fault}"[^>]*>', found[0])
        assert at_fault is not None
        assert 'aria-invalid="true"' in at_fault[0]
