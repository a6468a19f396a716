"""The new-consultation wizard: each datum once, nothing written before the end, and then exactly once."""

import re
from typing import Any

import pytest
from sqlalchemy import event, func, select

from domain.matters import ConsultationKind, Diversion, Exclusion
from domain.stages import ConsultationState
from records.tables.consultations import Consultation, Topic
from records.tables.plans import PlanItem
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_on

START = "/consultations/new"
FORM = "new-consultation"
TOPIC = {
    "title": "云塘新村加装电梯的补偿参考办法",
    "source": "public_proposed",
    "category": "livelihood",
    "place": "云塘新村",
    "matter": "补偿参考办法",
    "is_solvable": "yes",
    "scope_statement": "计划外议题：居民联名提出。",
}
NONE_EXCLUDED = {
    "is_against_public_morals": "no",
    "is_settled_by_law": "no",
    "is_individual_dispute": "no",
}


class Wizard:
    """One clerk going through the steps."""

    def __init__(self, pages: Pages, player: Any = cast.STAFF_PLAYER) -> None:
        self.browser = pages.by(player)
        self.answer = self.browser.get(START)

    @property
    def values(self) -> dict[str, str]:
        """What the form holds, hidden fields included."""
        form = form_on(self.answer.text, FORM)
        assert form is not None, self.answer.text[:400]
        return form.values

    @property
    def step(self) -> str:
        """The step that is shown."""
        return self.values["step"]

    def go(self, where: str = "next", **fields: Any) -> "Wizard":
        """Fill in and press a button."""
        self.answer = self.browser.post(START, **{**self.values, **fields, "go": where})
        return self

    def to_check(self) -> "Wizard":
        """All steps up to the last."""
        self.go(room_id=cast.ROOM_ID).go(**TOPIC).go(**NONE_EXCLUDED).go()
        assert self.step == "check"
        return self


def written(pages: Pages, table: Any) -> int:
    """How many rows a table holds."""
    with pages.story.look() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def before(pages: Pages) -> tuple[int, int]:
    """Topics and consultations that stand already."""
    return written(pages, Topic), written(pages, Consultation)


def test_the_wizard_opens_one_consultation_on_one_topic(pages: Pages, before: tuple[int, int]) -> None:
    wizard = Wizard(pages).to_check()
    assert (written(pages, Topic), written(pages, Consultation)) == before
    sent = {**wizard.values, "go": "finish"}
    answers = [wizard.browser.post(START, **sent) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    (address,) = {answer.headers["location"] for answer in answers}
    assert (written(pages, Topic), written(pages, Consultation)) == (before[0] + 1, before[1] + 1)
    topic = pages.story.one(Topic, title=TOPIC["title"])
    assert (topic.area, topic.is_planned, topic.affects_public_interest) == (
        cast.STAFF_PLAYER.actor.area,
        False,
        True,
    )
    opened = pages.story.one(Consultation, topic_id=topic.id)
    assert address == f"/consultations/{opened.id}"
    assert (opened.state, opened.room_id) == (ConsultationState.PLATFORM, cast.ROOM_ID)


def test_going_back_and_forward_loses_nothing(pages: Pages) -> None:
    wizard = Wizard(pages).to_check()
    key = wizard.values["key"]
    for step in ("deciders", "exclusions", "topic", "room"):
        wizard.go(f"to-{step}")
        assert wizard.step == step
    for _ in range(4):
        wizard.go()
    assert wizard.step == "check"
    assert wizard.values["key"] == key
    kept = {**TOPIC, **NONE_EXCLUDED, "room_id": cast.ROOM_ID}
    assert {name: wizard.values[name] for name in kept} == kept
    assert TOPIC["title"] in wizard.answer.text


def test_a_tick_taken_away_stays_away(pages: Pages) -> None:
    wizard = Wizard(pages).go(room_id=cast.ROOM_ID)
    assert wizard.values["affects_public_interest"] == "yes"
    unticked = {name: value for name, value in wizard.values.items() if name != "affects_public_interest"}
    wizard.answer = wizard.browser.post(START, **{**unticked, **TOPIC, "go": "next"})
    wizard.go("to-topic")
    assert "affects_public_interest" not in wizard.values


def test_what_follows_from_the_room_is_not_asked(pages: Pages) -> None:
    wizard = Wizard(pages).go(room_id=cast.ROOM_ID)
    text = wizard.answer.text
    assert not {"area", "is_planned", "rule_set_id", *NONE_EXCLUDED} & set(wizard.values)
    options = re.findall(
        r'<option value="([^"]*)"', text[text.index('name="category"') :].split("</select>")[0]
    )
    assert set(options) - {""} == {"party_gov_priority", "livelihood", "governance_difficulty"}
    assert "聚焦当地党政关注的要事、改善民生的实事、基层社会治理的难事" in text


def test_the_chain_of_the_room_is_shown_with_bodies_and_periods(pages: Pages) -> None:
    text = Wizard(pages).go(room_id=cast.ROOM_ID).go(**TOPIC).go(**NONE_EXCLUDED).answer.text
    assert re.search(rf"同级党委（党工委）审定</strong>：{cast.STREET_PARTY.name} · 10 个工作日内", text)
    assert re.search(rf"县级政协备案</strong>：{cast.CPPCC.name} · 3 个工作日内", text)


@pytest.mark.parametrize("answer", sorted(NONE_EXCLUDED))
def test_a_yes_leads_to_refusal_with_diversion_instead(
    pages: Pages, before: tuple[int, int], answer: str
) -> None:
    wizard = Wizard(pages).go(room_id=cast.ROOM_ID).go(**TOPIC).go(**NONE_EXCLUDED | {answer: "yes"})
    assert wizard.step == "diversion"
    assert "发起协商</button>" not in wizard.answer.text
    assert wizard.go("finish").answer.status_code == 422
    assert wizard.step == "diversion"
    wizard.go("finish", diversion="petition", reason="属于两户之间的纠纷。")
    topic = pages.story.one(Topic, title=TOPIC["title"])
    assert wizard.answer.headers["location"] == f"/topics/{topic.id}"
    assert topic.diversion is Diversion.PETITION
    assert topic.exclusion in set(Exclusion) - {Exclusion.OTHER}
    assert (written(pages, Topic), written(pages, Consultation)) == (before[0] + 1, before[1])


def test_an_answer_outside_the_rule_set_stands_at_its_field(pages: Pages) -> None:
    wizard = Wizard(pages).go(room_id=cast.ROOM_ID).go(**TOPIC | {"category": "public_welfare"})
    assert wizard.answer.status_code == 422
    assert wizard.step == "topic"
    assert 'id="new-consultation-category-error"' in wizard.answer.text
    assert re.search(r'<a href="#new-consultation-category">到“[^”]+”处改正</a>', wizard.answer.text)
    assert re.search(r'id="new-consultation-category"[^>]* autofocus', wizard.answer.text)
    assert TOPIC["matter"] in wizard.answer.text


def test_a_step_left_open_is_asked_for_before_anything_is_written(
    pages: Pages, before: tuple[int, int]
) -> None:
    wizard = Wizard(pages).to_check()
    hurried = {name: value for name, value in wizard.values.items() if name != "is_settled_by_law"}
    wizard.answer = wizard.browser.post(START, **{**hurried, "go": "finish"})
    assert wizard.answer.status_code == 422
    assert wizard.step == "exclusions"
    assert (written(pages, Topic), written(pages, Consultation)) == before


def test_a_plan_item_says_title_and_kind(pages: Pages) -> None:
    item = pages.story.every(PlanItem)[0]
    with pages.story.register.writing() as session:
        kept = session.get_one(PlanItem, item.id)
        kept.kind, kept.is_key = ConsultationKind.MICRO, True
    wizard = Wizard(pages).go(room_id=cast.ROOM_ID).go(**TOPIC | {"title": "", "plan_item_id": item.id})
    wizard.go(**NONE_EXCLUDED)
    assert "kind" not in wizard.values
    wizard.go().go("finish")
    topic = pages.story.one(Topic, title=item.title, is_key=True)
    assert (topic.is_planned, topic.is_key) == (True, True)
    assert pages.story.one(Consultation, topic_id=topic.id).kind is ConsultationKind.MICRO


@pytest.mark.parametrize(
    "player", [cast.MEMBER_PLAYER, cast.HOUSING_PLAYER, cast.SUPERVISOR_PLAYER, cast.SYSTEM_ADMIN_PLAYER]
)
def test_the_wizard_is_for_staff(pages: Pages, player: Any) -> None:
    assert pages.by(player).get(START).status_code == 403
    assert pages.by(player).post(START, key="one", step="room", go="next").status_code == 403


def test_somebody_elses_room_is_no_choice(pages: Pages) -> None:
    answer = pages.by(cast.OUTSIDER_PLAYER).post(START, key="k", step="room", room_id=cast.ROOM_ID, go="next")
    assert answer.status_code in {403, 422}
    assert "本室规则集" not in answer.text


def test_the_last_page_asks_the_register_few_questions(pages: Pages) -> None:
    wizard = Wizard(pages).to_check()
    asked: list[str] = []
    engine = pages.story.register.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    wizard.go("to-check")
    assert len(asked) <= 12, asked


def test_the_page_of_a_room_leads_to_the_wizard_with_the_room_chosen(pages: Pages) -> None:
    link = f"{START}?room_id={cast.ROOM_ID}"
    assert link in pages.by(cast.STAFF_PLAYER).get(f"/rooms/{cast.ROOM_ID}").text
    assert link not in pages.by(cast.HOUSING_PLAYER).get(f"/rooms/{cast.ROOM_ID}").text
    form = form_on(pages.by(cast.STAFF_PLAYER).get(link).text, FORM)
    assert form is not None
    assert form.values["room_id"] == cast.ROOM_ID
