"""Every page opens for every role, in every state, and shows nobody a form that they may not use."""

import pytest

from api.pages.catalogue import CONSULTATION_FORMS
from domain.policy import PERMITS
from domain.stages import ConsultationState
from records.queries.abilities import acts_open_to
from tests import cast
from tests.api.pages.conftest import Pages
from tests.cast import PLAYERS, Player
from tests.pages import form_ids
from tests.stories import ASSIGNED_ON

TABS = ("", "/participants", "/research", "/sessions", "/outcomes", "/tasks", "/evaluation", "/timeline")
PLACES = (
    "/",
    "/consultations",
    "/consultations?text=%E7%94%B5%E6%A2%AF&state=topic",
    "/consultations?colour=red&sort=number&overdue=yes",
    "/calendar",
    "/mine",
    "/?show=others",
    "/feedback-tasks",
    "/escalations",
    "/topics",
    "/topics/new",
    "/consultations/new",
    f"/topics/{cast.TOPIC_ID}",
    "/rooms",
    f"/rooms/{cast.ROOM_ID}",
    "/plans",
    "/plans/none",
    "/members",
    "/rule-sets",
    "/figures",
    "/rule-sets/suzhou",
    "/rule-sets/nantong",
    "/rule-sets/sichuan",
    "/rule-sets/linfen",
    "/rule-sets/compare",
    "/rule-sets/linfen/county",
    "/rule-sets/linfen/differences",
    "/rule-sets/linfen/versions/region",
    "/rule-sets/sichuan/card",
    "/work-log",
    "/supervision",
    "/inspections",
    "/inspections/none",
    "/demands",
    "/demands/none",
    "/watching",
    "/personal-data-readings",
    "/audit/exports",
    "/organisations",
    "/people",
    f"/people/{cast.HOUSING_PLAYER.id}",
    "/tokens",
    "/notices",
    "/notices/choices",
    "/notice-templates",
    "/notice-templates/overdue",
    "/deliveries",
    f"/addresses/{cast.HOUSING_PLAYER.id}",
    "/webhooks",
    "/calendar-feeds",
    "/daily-rounds",
    "/leave",
    f"/people/{cast.HOUSING_PLAYER.id}/leaves",
    "/calendars",
    "/calendars/years/2026",
    "/calendars/years/2027",
    "/calendars/none",
    "/overdue",
    "/overview",
    "/overview/cases?of=answered",
    "/statistics/timeliness",
    "/statistics/dwell",
    "/statistics/results",
    "/statistics/quotas",
    "/statistics/members",
    "/statistics/reports",
    "/statistics/cases?of=held",
    "/audit",
    "/audit?verify=yes",
    "/audit/seals",
    "/audit/seals/1",
)
STATES = (
    ConsultationState.PLATFORM,
    ConsultationState.TOPIC,
    ConsultationState.RESEARCH,
    ConsultationState.DELIBERATION,
    ConsultationState.REPORTING,
    ConsultationState.IMPLEMENTATION,
    ConsultationState.EVALUATION,
    ConsultationState.COMPLETED,
)
LOOKS_DIFFERENT_SIGNED_OUT = "/sign-in?next="


@pytest.mark.parametrize("path", PLACES)
def test_every_other_page_opens_or_says_no_in_chinese(pages: Pages, path: str) -> None:
    pages.story.reach(ConsultationState.TOPIC)
    for player in PLAYERS:
        answer = pages.by(player).get(path)
        assert answer.status_code in {200, 403, 404}, (player.id, answer.status_code)
        assert '<html lang="zh-CN">' in answer.text
    answer = pages.by(None).get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(LOOKS_DIFFERENT_SIGNED_OUT)


def may_use(pages: Pages, player: Player, noun: str) -> bool:
    """Whether policy and law, asked without the pages, let the player use a form."""
    permit = CONSULTATION_FORMS[noun].permit
    if CONSULTATION_FORMS[noun].act is not None:
        with pages.story.look() as session:
            return permit in acts_open_to(session, pages.story.row, player.actor, pages.story.today)
    roles = {role for role, _ in PERMITS[permit]}
    bodies = {cast.WORK_COMMITTEE, cast.CPPCC}
    if permit == "record_decision":
        bodies.add(cast.STREET_PARTY)
    return player.actor.role in roles and player.body in bodies


OTHER_FORMS = {
    "participants": {"staff", "convener"},
    "feedback-tasks": {"staff", "party_office"},
    "attachments-form": {"staff", "convener", "department", "department_head"},
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.value)
def test_every_page_opens_and_shows_nobody_a_form_they_may_not_use(
    pages: Pages, state: ConsultationState
) -> None:
    pages.story.reach(state)
    if state is ConsultationState.IMPLEMENTATION:
        pages.story.go_to(ASSIGNED_ON).assign(cast.HOUSING.id, cast.POLICE.id)
    paths = [pages.case + tab for tab in TABS] + [f"/feedback-tasks/{task.id}" for task in pages.story.tasks]
    seen = 0
    for player in PLAYERS:
        answers = {path: pages.by(player).get(path) for path in paths}
        statuses = {answer.status_code for answer in answers.values()}
        assert statuses in ({200}, {404}), (player.id, statuses)
        for path in paths[: len(TABS)]:
            for form_id in form_ids(answers[path].text):
                seen += 1
                noun = noun_of(form_id)
                if noun in OTHER_FORMS:
                    assert player.actor.role.value in OTHER_FORMS[noun], (player.id, path, form_id)
                else:
                    assert may_use(pages, player, noun), (player.id, path, form_id)
    assert seen
    assert pages.by(cast.STAFF_PLAYER).get(pages.case).status_code == 200
    assert pages.by(cast.OUTSIDER_PLAYER).get(pages.case).status_code == 404


def noun_of(form_id: str) -> str:
    """The noun that a form's id begins with."""
    nouns = sorted((*CONSULTATION_FORMS, *OTHER_FORMS), key=len, reverse=True)
    return next(noun for noun in nouns if form_id == noun or form_id.startswith(noun + "-"))


@pytest.mark.parametrize("player", [cast.SUPERVISOR_PLAYER, cast.MEMBER_PLAYER], ids=lambda one: one.id)
def test_who_only_reads_sees_no_form_on_a_consultation(pages: Pages, player: Player) -> None:
    pages.story.reach(ConsultationState.DELIBERATION)
    for tab in TABS:
        assert not form_ids(pages.by(player).get(pages.case + tab).text)


def test_a_page_never_writes(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.by(cast.STAFF_PLAYER).get(pages.case)
    before = pages.story.footprint()
    for tab in TABS:
        pages.by(cast.STAFF_PLAYER).get(pages.case + tab)
    assert pages.story.footprint() == before


def test_a_gate_shows_what_was_measured_what_is_required_and_who_says_so(pages: Pages) -> None:
    pages.story.reach(ConsultationState.PARTICIPANTS)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    assert "直接利益相关群众应不少于50%" in text
    assert "SZ-21" in text
    assert "二(五)" in text
    assert "系统默认" in text
    assert f'href="{pages.case}/participants#participants"' in text


def test_the_eight_stages_say_where_the_consultation_stands(pages: Pages) -> None:
    pages.story.reach(ConsultationState.RESEARCH)
    text = pages.by(cast.STAFF_PLAYER).get(pages.case).text
    assert text.count("已完成</span>") == 3
    assert text.count("进行中</span>") == 1
    assert text.count("未开始</span>") == 4


def test_a_due_date_is_explained_day_by_day(pages: Pages) -> None:
    pages.story.reach(ConsultationState.IMPLEMENTATION)
    pages.story.go_to(ASSIGNED_ON)
    (task,) = pages.story.assign(cast.HOUSING.id)
    text = pages.by(cast.HOUSING_PLAYER).get(f"/feedback-tasks/{task.id}").text
    assert "2026年5月22日（周五）" in text
    assert "2026年5月1日（周五）至2026年5月5日（周二）劳动节，不计入" in text
    assert "劳动节调休上班，计入" in text
    assert "剩余 30 个工作日" in text
