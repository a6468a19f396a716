"""What the pages say first: my duties, what is missing, and names where the register holds codes."""

import re

from domain.stages import ConsultationState
from regulations.loader import load_rule_sets
from regulations.parameter_words import PARAMETER_WORDS, value_words
from tests import cast
from tests.api.pages.conftest import Pages
from tests.pages import form_ids
from tests.stories import ASSIGNED_ON

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}")
TAG = re.compile(r"<[^>]*>")


def test_the_worklist_of_staff_names_every_consultation_under_way(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    text = pages.by(cast.STAFF_PLAYER).get("/").text
    assert f'href="{pages.case}"' in text
    assert f'href="{pages.case}"' not in pages.by(cast.OUTSIDER_PLAYER).get("/").text


def test_the_party_committee_sees_what_is_near_and_past_due_in_its_area(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id)
    text = pages.by(cast.STREET_PARTY_PLAYER).get("/").text
    assert "可见范围内由其他单位办理" in text


def test_what_is_missing_stands_first_with_its_clause_folded_under_it_and_where_to_mend_it(
    pages: Pages,
) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    kinds = re.findall(r'<li class="gate gate-(\w+)">', text)
    assert "unmet" in kinds
    assert kinds == sorted(kinds, key=["unmet", "warn", "met"].index)
    first = text[text.index('<li class="gate gate-unmet">') :].split("</li>")[0]
    assert '<details class="gate-clause"><summary>' in first
    assert 'class="mend"' in first


def test_a_topic_under_consultation_says_so_and_offers_no_second_one(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    browser = pages.by(cast.STAFF_PLAYER)
    line = next(
        one for one in browser.get("/topics").text.split("</tr>") if f"/topics/{cast.TOPIC_ID}" in one
    )
    assert f'href="{pages.case}"' in line
    assert "可发起协商" not in line
    page = browser.get(f"/topics/{cast.TOPIC_ID}").text
    assert "据此发起的协商" in page
    assert not {"consultations", "rejections"} & form_ids(page)


def test_the_timeline_speaks_of_bodies_and_numbers_and_never_of_ids(pages: Pages) -> None:
    pages.story.reach(ConsultationState.REPORTING)
    text = TAG.sub("", pages.by(cast.STAFF_PLAYER).get(f"{pages.case}/timeline").text)
    assert "参会人员：" in text
    assert not UUID.search(text)
    assert "researcher_count" not in text


def test_a_trail_is_called_by_its_consultation_for_those_who_may_see_it(pages: Pages) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    text = pages.by(cast.SUPERVISOR_PLAYER).get("/audit").text
    assert f'href="{pages.case}/timeline">{pages.story.row.number}</a>' in text


def test_every_parameter_and_every_value_of_the_books_has_a_chinese_name() -> None:
    for rule_set in load_rule_sets().values():
        for parameter in rule_set.parameters.values():
            assert parameter.key in PARAMETER_WORDS
            # 苏州's own document writes “Logo”, so the word that is no longer used is this one.
            words = value_words(parameter.value).replace("Logo", "")
            assert not re.search("[a-z]{3}", words), parameter.key
