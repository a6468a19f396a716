"""The list of consultations: found by what people remember, narrowed, sorted, paged, and kept by name."""

import re

import pytest

from api.pages import consultation_list
from domain.acts import SuspendConsultation
from domain.matters import ObligationKind
from domain.stages import ConsultationState
from records.queries.consultation_lists import COLOURED_WITHIN_WORKDAYS
from records.tables.people import SavedFilter
from tests import cast
from tests.api.pages.conftest import Pages
from tests.api.pages.test_workbench import QUERIES_MAX, statements
from tests.stories import ASSIGNED_ON, BOOKS, DUE_ON, PARTICIPANT_NAMES, Story


def titles(text: str) -> list[str]:
    """The titles of the list, in its order."""
    return re.findall(r'data-label="议题"><a href="[^"]*">([^<]*)</a>', text)


def two_cases(pages: Pages) -> tuple[Story, Story]:
    """One consultation with an overdue task, one in 搭建平台 without a clock."""
    first = pages.story
    first.reach(ConsultationState.IMPLEMENTATION)
    first.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    second = first.another()
    second.open()
    first.go_to(DUE_ON.replace(day=28))
    return first, second


@pytest.mark.parametrize(
    "text",
    [
        "电梯",
        "枫溪区住房",
        "云塘街道“有事好商量”",
        cast.CONVENER_PLAYER.name,
        cast.STAFF_PLAYER.name,
        PARTICIPANT_NAMES[0],
    ],
)
def test_a_consultation_is_found_by_whatever_one_remembers(pages: Pages, text: str) -> None:
    first, _ = two_cases(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    assert first.row.title in titles(browser.get(f"/consultations?text={text}").text)
    assert titles(pages.by(cast.OUTSIDER_PLAYER).get(f"/consultations?text={text}").text) == []


def test_it_is_found_by_its_number_alone(pages: Pages) -> None:
    first, second = two_cases(pages)
    found = titles(pages.by(cast.STAFF_PLAYER).get(f"/consultations?text={second.row.number}").text)
    assert found == [second.row.title] != [first.row.title]


def test_a_participant_is_found_by_the_whole_name_only(pages: Pages) -> None:
    two_cases(pages)
    assert (
        titles(pages.by(cast.STAFF_PLAYER).get(f"/consultations?text={PARTICIPANT_NAMES[0][:2]}").text) == []
    )


def test_each_condition_leaves_out_what_does_not_meet_it(pages: Pages) -> None:
    first, second = two_cases(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    both = {first.row.title, second.row.title}
    expected = {
        "state=platform": {second.row.title},
        "overdue=yes": {first.row.title},
        "colour=yellow": {first.row.title},
        "colour=red": set(),
        "rule_set=suzhou": both,
        "rule_set=linfen": set(),
        f"room={cast.ROOM_ID}": both,
        "room=elsewhere": set(),
        "kind=micro": set(),
        "kind=room": both,
        "year=2026": both,
        "year=2025": set(),
        "suspended=yes": set(),
        f"area={cast.DISTRICT}": both,
        "area=elsewhere": set(),
    }
    for query, names in expected.items():
        assert set(titles(browser.get(f"/consultations?{query}").text)) == names, query
    second.go_to(DUE_ON.replace(day=28))
    second.do(
        SuspendConsultation(
            by=cast.STAFF, occurred_on=second.today, reason="等待规划调整", review_on=DUE_ON.replace(month=7)
        )
    )
    assert titles(browser.get("/consultations?suspended=yes").text) == [second.row.title]


def test_no_rung_colours_a_clock_before_the_days_that_a_list_by_colour_looks_at() -> None:
    ladders = [one.ladder(kind) for one in BOOKS.rule_sets.values() for kind in ObligationKind]
    offsets = [rung.offset_workdays for one in ladders for rung in one.rungs if rung.measured_from == "due"]
    assert min(offsets) == -COLOURED_WITHIN_WORKDAYS


def test_unknown_conditions_are_left_out_so_that_old_links_go_on_working(pages: Pages) -> None:
    first, second = two_cases(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    text = browser.get("/consultations?state=none&colour=green&year=now&sort=size&kind=all").text
    assert set(titles(text)) == {first.row.title, second.row.title}
    assert "清除条件" not in text


@pytest.mark.parametrize("sort", ["due", "number", "newest"])
def test_pages_follow_each_other_without_a_gap(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    first, second = two_cases(pages)
    monkeypatch.setattr(consultation_list, "LINES_PER_PAGE", 1)
    browser = pages.by(cast.STAFF_PLAYER)
    address, seen = f"/consultations?sort={sort}", []
    for _ in range(3):
        text = browser.get(address).text
        seen += titles(text)
        following = re.search(r'href="(\?[^"]*cursor=[^"]*)"', text)
        if following is None:
            break
        address = "/consultations" + following[1].replace("&amp;", "&")
    in_order = [first.row.title, second.row.title]
    assert seen == (in_order[::-1] if sort == "newest" else in_order)


def test_a_place_of_another_order_is_refused(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    two_cases(pages)
    monkeypatch.setattr(consultation_list, "LINES_PER_PAGE", 1)
    browser = pages.by(cast.STAFF_PLAYER)
    found = re.search(r"cursor=([^&\"]*)", browser.get("/consultations?sort=number").text)
    assert found is not None
    assert browser.get(f"/consultations?sort=due&cursor={found[1]}").status_code == 422


def test_the_list_asks_the_register_a_dozen_times_at_most(pages: Pages) -> None:
    two_cases(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    browser.get("/consultations")
    for query in ("", "?colour=yellow&text=枫溪", "?sort=number&overdue=yes"):
        with statements(pages) as asked:
            assert browser.get(f"/consultations{query}").status_code == 200
        assert len(asked) <= QUERIES_MAX, asked


def test_a_filter_is_kept_for_one_person_and_can_be_removed(pages: Pages) -> None:
    two_cases(pages)
    browser = pages.by(cast.STAFF_PLAYER)
    path = "/consultations?overdue=yes&sort=number"
    answer = browser.send(path, "saved-filters", name="逾期的")
    assert answer.status_code == 303
    assert answer.headers["location"] == path
    assert 'href="/consultations?overdue=yes&amp;sort=number"' in browser.get("/consultations").text
    others = pages.by(cast.OWNER_PLAYER)
    assert "逾期的</a>" not in others.get("/consultations").text
    kept = pages.story.one(SavedFilter)
    others.post(f"/saved-filters/{kept.id}/removals")
    assert "逾期的</a>" in browser.get("/consultations").text
    assert browser.post(f"/saved-filters/{kept.id}/removals").status_code == 303
    assert "逾期的</a>" not in browser.get("/consultations").text


def test_the_same_name_replaces_what_was_kept(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    browser.send("/consultations?overdue=yes", "saved-filters", name="我的")
    browser.send("/consultations?suspended=yes", "saved-filters", name=" 我的 ")
    assert pages.story.one(SavedFilter).query == "suspended=yes"


@pytest.mark.parametrize("name", ["", "  ", "名" * 31])
def test_a_filter_without_a_usable_name_is_not_kept(pages: Pages, name: str) -> None:
    answer = pages.by(cast.STAFF_PLAYER).send("/consultations?overdue=yes", "saved-filters", name=name)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert f'value="{name}"' in answer.text
    assert pages.story.every(SavedFilter) == []


def test_a_kept_filter_holds_known_conditions_only(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    browser.send(
        "/consultations?overdue=yes",
        "saved-filters",
        name="我的",
        query="overdue=yes&next=//elsewhere&cursor=x",
    )
    assert pages.story.one(SavedFilter).query == "overdue=yes"


def test_nobody_keeps_filters_without_end(pages: Pages) -> None:
    browser = pages.by(cast.STAFF_PLAYER)
    for number in range(20):
        assert browser.post("/saved-filters", query="overdue=yes", name=f"第 {number} 个").status_code == 303
    assert "最多保存 20 个" in browser.post("/saved-filters", query="overdue=yes", name="再一个").text
