"""An inspection by hand: planned, visited, a finding issued, answered, sent back, verified, concluded; and its cost."""

import pytest

from domain.inspections import DemandState
from domain.stages import ConsultationState
from records.tables.inspections import Demand, Inspection
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, statements
from tests.cast import Player
from tests.stories import ASSIGNED_ON

SUPERVISOR = cast.SUPERVISOR_PLAYER
UNIT = cast.HOUSING_PLAYER


@pytest.fixture
def handled(pages: Pages) -> Pages:
    """A consultation in 转化落实, whose item the housing bureau handles."""
    pages.story.reach(ConsultationState.IMPLEMENTATION).go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    return pages


def sent(pages: Pages, by: Player, path: str, form_id: str, **fields: str) -> str:
    """Send a form that must be taken; returns where it leads."""
    answer = pages.by(by).send(path, form_id, **fields)
    assert answer.status_code == 303, answer.text
    place: str = answer.headers["location"]
    return place


def finding_of(pages: Pages) -> tuple[str, str]:
    """Where an inspection and its one finding stand."""
    plan = {"kind": "unannounced", "title": "暗访", "matters": "直奔窗口。", "unit_ids": cast.HOUSING.id}
    inspection = sent(
        pages,
        SUPERVISOR,
        "/inspections",
        "inspections",
        **plan,
        consultation_numbers=pages.story.row.number,
    )
    visit = {"place": "窗口", "inspectors": "陈督查", "record": "无人值守。"}
    assert sent(pages, SUPERVISOR, inspection, "visits", **visit) == inspection
    finding = {"holder_id": cast.HOUSING.id, "title": "无人值守", "text": "请落实。"}
    sent(pages, SUPERVISOR, inspection, "findings", **finding)
    return inspection, f"/demands/{pages.story.one(Demand).id}"


def test_an_inspection_is_made_by_hand_to_its_end(handled: Pages) -> None:
    inspection, demand = finding_of(handled)
    assert handled.story.one(Demand).period_workdays == 15
    assert "无人值守" in handled.by(UNIT).get("/").text
    empty = handled.by(UNIT).send(demand, "answers", text=" ")
    assert empty.status_code == 422
    assert "请填写“答复内容”" in empty.text
    sent(handled, UNIT, demand, "answers", text="已整改。")
    refused = handled.by(SUPERVISOR).send(demand, "verdicts", verdict="sent_back")
    assert refused.status_code == 422
    assert "说明哪些要求没有达到" in refused.text
    sent(handled, SUPERVISOR, demand, "verdicts", verdict="sent_back", comment="请写明责任人。")
    sent(handled, UNIT, demand, "answers", text="责任人已定。")
    sent(handled, SUPERVISOR, demand, "verdicts", verdict="verified")
    assert handled.story.one(Demand).state is DemandState.VERIFIED
    sent(handled, SUPERVISOR, inspection, "conclusions", conclusion="已整改到位。")
    assert handled.story.one(Inspection).concluded_on == ASSIGNED_ON
    assert "已办结" in handled.by(SUPERVISOR).get(inspection).text


def test_a_comment_of_a_supervisor_is_answered_by_hand(handled: Pages) -> None:
    page = f"{handled.case}/supervision"
    assert 'id="supervisor-comments"' not in handled.by(cast.STAFF_PLAYER).get(page).text
    comment = sent(handled, SUPERVISOR, page, "supervisor-comments", title="签到不全", text="请说明。")
    assert "签到不全" in handled.by(cast.STAFF_PLAYER).get("/").text
    sent(handled, cast.STAFF_PLAYER, comment, "answers", text="已补签。")
    assert "已答复" in handled.by(SUPERVISOR).get(comment).text


def test_no_page_of_supervision_asks_the_register_more_than_a_dozen_times(handled: Pages) -> None:
    inspection, demand = finding_of(handled)
    comment = {"title": "签到不全", "text": "请说明。"}
    sent(handled, SUPERVISOR, f"{handled.case}/supervision", "supervisor-comments", **comment)
    sent(handled, SUPERVISOR, "/watching", "watch-unit", unit_id=cast.HOUSING.id)
    number = handled.story.row.number
    sent(handled, SUPERVISOR, "/watching", "watch-consultation", consultation_number=number)
    places = [inspection, demand, "/inspections", "/demands", "/watching", "/audit/exports", "/overdue"]
    places += [
        handled.case + tab
        for tab in ("/supervision", "/letters", "/between?since=2026-01-01", "/as-of?basis=known")
    ]
    for place in places:
        with statements(handled) as asked:
            assert handled.by(SUPERVISOR).get(place).status_code == 200
        assert len(asked) <= QUERIES_MAX, (place, asked)
