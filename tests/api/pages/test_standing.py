"""The first page of a consultation says who moves next, and every gap is one click from the form that mends it."""

import re

import pytest

from domain.stages import ConsultationState
from tests import cast
from tests.api.pages.conftest import Pages
from tests.stories import ASSIGNED_ON

_MEND = re.compile(r'class="mend" href="([^"]+)"')


def test_while_a_chain_is_open_its_body_is_named_as_the_one_everybody_waits_for(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    assert "等待中共云塘街道工作委员会</span>" in text
    assert "下一步由中共云塘街道工作委员会审定；作出决定前，云塘街道政协工委不能推进。" in text


def test_while_departments_owe_answers_they_are_named(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    assert f"下一步由{cast.HOUSING.name}办理答复" in text


def test_what_is_missing_stands_open_and_what_is_met_is_one_line(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    missing, met = text.split('<details class="gates-met">')
    assert "未满足</span>" in missing
    assert "已满足</span>" not in missing
    assert "未满足</span>" not in met
    assert re.search(r"已满足 \d+ 项</summary>", met)


@pytest.mark.parametrize(
    "state",
    [
        ConsultationState.PARTICIPANTS,
        ConsultationState.RESEARCH,
        ConsultationState.DELIBERATION,
        ConsultationState.REPORTING,
        ConsultationState.EVALUATION,
    ],
    ids=lambda state: state.value,
)
def test_what_is_missing_is_one_click_from_where_it_is_mended(pages: Pages, state: ConsultationState) -> None:
    pages.story.reach(state)
    browser = pages.by(cast.STAFF_PLAYER)
    text = browser.get(pages.case).text
    links = set(_MEND.findall(text))
    assert links
    for link in links:
        address, _, anchor = link.partition("#")
        answer = browser.get(address)
        assert answer.status_code == 200
        assert not anchor or f'id="{anchor}"' in answer.text, link


def test_a_page_has_one_primary_button(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    assert pages.by(cast.STAFF_PLAYER).get(pages.case).text.count("button-primary") == 1
