"""One consultation carried by hand through all eight stages, by everybody who has a part in it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from domain.matters import FeedbackTaskState
from domain.stages import ConsultationState
from records.tables.consultations import Approval, StageAdvance
from records.tables.deliberations import ConsultationSession, SignIn
from records.tables.obligations import Answer, ClockRow
from records.tables.outcomes import FollowUpReview
from records.tables.rooms import Room
from tests import cast
from tests.browser.conftest import Site
from tests.browser.hand import Hand
from tests.cast import Player
from tests.stories import (
    ANSWERED_ON,
    APPROVED_ON,
    ASSIGNED_ON,
    BOOKS,
    COMPLETED_ON,
    DELIBERATED_ON,
    FILED_ON,
    LISTED_ON,
    NOTIFIED_ON,
    OPENED_ON,
    PARTICIPANT_NAMES,
    PHONES,
    REPORTED_ON,
    RESEARCHED_ON,
    VERIFIED_ON,
    Story,
)

pytestmark = pytest.mark.browser
STAFF, CONVENER, MEMBER = cast.STAFF_PLAYER, cast.CONVENER_PLAYER, cast.MEMBER_PLAYER
UNITS = (cast.HOUSING_PLAYER, cast.POLICE_PLAYER, cast.STREET_OFFICE_PLAYER)
SUGGESTIONS = ("低层补偿参考方案", "错时车位三十八个", "管线一次迁改")
REVIEWED_ON = date(2026, 7, 31)


@dataclass
class Walk:
    """The hand that carries, and the consultation that it carries."""

    hand: Hand
    story: Story

    @property
    def case(self) -> str:
        """Where its pages begin."""
        return self.hand.site.case

    def send(self, player: Player, page: str, form_id: str, *, press: str = "", **values: str) -> Page:
        """Send a form of one of the consultation's pages."""
        return self.hand.send(player, f"{self.case}{page}", form_id, press=press, **values)

    def go_to(self, day: date) -> None:
        """Let a new day begin."""
        self.hand.go_home()
        self.story.go_to(day)

    def is_kept_back(self, rule_id: str, **typed: str) -> None:
        """Try to go on too early: nothing changes, and the page names the rule and quotes its clause."""
        state, advances = self.story.row.state, len(self.story.every(StageAdvance))
        page = self.send(STAFF, "", "stage-advances", **typed)
        rule = BOOKS.rule_sets["suzhou"].rule(rule_id)
        told = " ".join(page.get_by_role("alert").all_inner_texts())
        assert rule_id in told
        assert rule.source in told
        if rule.clause != rule.source:
            for folded in page.locator("details:not([open]) > summary").filter(has_text=rule_id).all():
                folded.click()
            assert rule.clause.replace("“", "‘").replace("”", "’") in page.locator("main").inner_text()
        assert (self.story.row.state, len(self.story.every(StageAdvance))) == (state, advances)

    def goes_on(self, to: ConsultationState) -> None:
        """Go on, giving a reason where some rule only warns."""
        page = self.hand.look(STAFF, self.case)
        if self.hand.form(page, "stage-advances").locator("[name=reason_for_warnings]").count():
            self.hand.fill(page, "stage-advances", reason_for_warnings="按程序继续")
        self.hand.press(page, "stage-advances")
        page.get_by_text("环节已推进。").wait_for()
        assert self.story.row.state is to


WAYS = [
    pytest.param(1280, True, id="on_a_desk"),
    pytest.param(360, False, id="on_a_phone_without_script"),
]


@pytest.mark.parametrize(("width", "has_script"), WAYS)
def test_a_consultation_is_carried_by_hand_from_its_topic_to_the_archive(
    site: Site, width: int, has_script: bool
) -> None:
    walk = Walk(Hand(site, width, has_script), site.story)
    unfurnish(site.story)
    open_it(walk)
    decide_on_it(walk)
    list_people(walk)
    research(walk)
    deliberate(walk)
    report(walk)
    carry_out(walk)
    evaluate(walk)
    by_deeds = site.story.another()
    by_deeds.reach(ConsultationState.COMPLETED)
    assert standing(site.story) == standing(by_deeds)
    look_back(walk)
    assert not [said for said in site.complaints if "422" not in said]


def unfurnish(story: Story) -> None:
    """Take one function from the room, so that 搭建平台 has something left to do."""
    with story.register.writing() as session:
        session.get_one(Room, cast.ROOM_ID).functions = ["member_home", "public_opinion_contact"]


def open_it(walk: Walk) -> None:
    """搭建平台: the wizard asks one thing after the other; nothing is written before its end."""
    site, hand = walk.hand.site, walk.hand
    walk.go_to(OPENED_ON)
    page = hand.look(STAFF, f"{site.address}/consultations/new")
    item = cast.plan_item_id(cast.TOPIC_ID)
    topic = {
        "plan_item_id": item,
        "category": "livelihood",
        "source": "public_proposed",
        "place": "云塘小区",
        "matter": "加装电梯",
        "scope_statement": "云塘小区三至八幢全体业主",
    }
    no = {"is_against_public_morals": "no", "is_settled_by_law": "no", "is_individual_dispute": "no"}
    for values in ({"room_id": cast.ROOM_ID}, topic, no, {}):
        hand.fill(page, "new-consultation", **values)
        hand.press(page, "new-consultation", "下一步")
    hand.press(page, "new-consultation", "发起协商")
    walk.story.consultation_id = page.url.rsplit("/", 1)[1]
    assert walk.story.row.state is ConsultationState.PLATFORM
    walk.is_kept_back("SZ-06")
    ready = "member_home public_opinion_contact member_studio"
    hand.send(STAFF, f"{site.address}/rooms/{cast.ROOM_ID}", "amendments", functions=ready)
    walk.goes_on(ConsultationState.TOPIC)


def decide_on_it(walk: Walk) -> None:
    """确定议题: 审定 by the street's party committee, 备案 with the district's 政协."""
    walk.is_kept_back("SZ-18")
    walk.go_to(APPROVED_ON)
    walk.send(cast.STREET_PARTY_PLAYER, "", "approvals-", decision="approved", note="同意")
    walk.go_to(FILED_ON)
    walk.send(cast.OWNER_PLAYER, "", "approvals-", decision="filed")
    walk.goes_on(ConsultationState.PARTICIPANTS)


def list_people(walk: Walk) -> None:
    """明确主体: six rows pasted from a table, looked over, then listed at once."""
    walk.go_to(LISTED_ON)
    walk.is_kept_back("SZ-21")
    rows = "\n".join(
        f"{name}\t利益相关方\t\t是\t否\t云塘小区业主\t{phone}"
        if index < 4
        else f"{name}\t镇村（社区）干部\t\t否\t否\t街道工作需要\t{phone}"
        for index, (name, phone) in enumerate(zip(PARTICIPANT_NAMES, PHONES, strict=True))
    )
    page = walk.send(STAFF, "/participants", "participants", press="核对名单", pasted=rows)
    walk.hand.press(page, "participants", "登记全部 6 人")
    page.get_by_text("已登记 6 名参会人员").wait_for()
    walk.goes_on(ConsultationState.RESEARCH)


def research(walk: Walk) -> None:
    """商前调研: what is found counts once the convener has accepted it."""
    walk.go_to(RESEARCHED_ON)
    walk.is_kept_back("D-S4-research")
    walk.send(
        STAFF,
        "/research",
        "research-records",
        kind="research",
        held_on=RESEARCHED_ON.isoformat(),
        place="云塘小区",
        researcher_count="3",
        includes_participant="yes",
        policy="加装电梯办法",
        facts="六幢无电梯",
        opinions="低楼层关心采光",
    )
    walk.send(CONVENER, "/research", "research-acceptances-", accepted_on=RESEARCHED_ON.isoformat())
    walk.goes_on(ConsultationState.DELIBERATION)


def deliberate(walk: Walk) -> None:
    """开展协商: people are called together, sign in at the door, speak and are answered."""
    walk.go_to(NOTIFIED_ON)
    walk.is_kept_back("SZ-14")
    walk.send(
        STAFF,
        "/sessions",
        "sessions",
        starts_at=f"{DELIBERATED_ON.isoformat()}T09:00",
        place="云塘议事室",
        format="meeting",
        chair_name=CONVENER.name,
        materials="调研报告",
    )
    walk.go_to(DELIBERATED_ON)
    session_id = walk.story.one(ConsultationSession).id
    day = f"/sessions/{session_id}"
    walk.send(STAFF, f"{day}/sign-ins", f"sign-ins-{session_id}", participant_ids="*")
    said = {"text": "先定补偿", "basis": "问卷", "speaker": "甲业主", "is_public": "yes"}
    page = walk.send(STAFF, day, f"statements-{session_id}", **said)
    answer = page.get_by_role("link", name="登记对此的回应").first.get_attribute("href")
    assert answer is not None
    site = walk.hand.site.address
    reply = {"text": "可以参照方案", "basis": "办法", "speaker": "己干部"}
    walk.hand.send(STAFF, f"{site}{answer}", f"statements-{session_id}", **reply)
    dissent = {"dissenter": "丁业主", "text": "一楼采光受影响"}
    walk.send(CONVENER, day, f"dissents-{session_id}", **dissent)
    walk.send(
        CONVENER,
        day,
        f"session-outcomes-{session_id}",
        state="held",
        consensus="同意加装",
        is_dissent_list_confirmed="yes",
    )
    for text in SUGGESTIONS:
        walk.send(STAFF, "/outcomes", "suggestions", text=text, is_accepted_on_list="yes")
    walk.goes_on(ConsultationState.REPORTING)


def report(walk: Walk) -> None:
    """报送成果: the report is signed, sent and received."""
    walk.go_to(REPORTED_ON)
    walk.is_kept_back("SZ-26")
    walk.send(
        STAFF,
        "/outcomes",
        "outcome-documents",
        kind="report",
        title="协商报告",
        drafted_on=DELIBERATED_ON.isoformat(),
        advice="补偿参考方案",
        consensus="同意加装",
        signed_by=CONVENER.name,
        signed_on=REPORTED_ON.isoformat(),
    )
    page = walk.hand.look(STAFF, f"{walk.case}/outcomes")
    document = walk.hand.form(page, "submissions").locator("[name=document_id] option").last
    sent = {"sent_on": REPORTED_ON.isoformat(), "received_on": REPORTED_ON.isoformat()}
    document_id = document.get_attribute("value")
    assert document_id
    walk.hand.fill(page, "submissions", document_id=document_id, recipient_id=cast.STREET_PARTY.id, **sent)
    walk.hand.press(page, "submissions")
    walk.goes_on(ConsultationState.IMPLEMENTATION)


def carry_out(walk: Walk) -> None:
    """转化落实: handed out at once, signed for and answered by three units, checked, and the dissent explained."""
    walk.go_to(ASSIGNED_ON)
    walk.is_kept_back("SZ-31-S7")
    ids = [one.id for one in walk.story.suggestions]
    units = {f"lead-{one}": unit.body.id for one, unit in zip(ids, UNITS, strict=True)}
    walk.send(STAFF, "/tasks", "feedback-tasks", press="交办", suggestion_ids=" ".join(ids), **units)
    site = walk.hand.site.address
    unit_of = {unit.body.id: unit for unit in UNITS}
    tasks = {task.id: unit_of[task.unit_id] for task in walk.story.tasks}
    assert len(tasks) == len(UNITS)
    for task_id, unit in tasks.items():
        walk.hand.send(unit, f"{site}/feedback-tasks/{task_id}", "acknowledgements")
    told = {"explained_on": ASSIGNED_ON.isoformat(), "explained_by": CONVENER.name, "text": "已说明采光测算"}
    walk.send(CONVENER, "/sessions", "dissent-explanations-", **told)
    walk.go_to(ANSWERED_ON)
    for task_id, unit in tasks.items():
        said = {"text": "已列入年度计划。", "adoption": "adopted", "result": "A"}
        walk.hand.send(unit, f"{site}/feedback-tasks/{task_id}", "answers", press="提交办复", **said)
    walk.go_to(VERIFIED_ON)
    for task_id in tasks:
        walk.hand.send(STAFF, f"{site}/feedback-tasks/{task_id}", "verifications", verdict="verified")
    assert {task.state for task in walk.story.tasks} == {FeedbackTaskState.VERIFIED}
    walk.goes_on(ConsultationState.EVALUATION)


def evaluate(walk: Walk) -> None:
    """评估与办结: three parties score, the public's ballots are counted, and it is completed."""
    walk.go_to(COMPLETED_ON)
    walk.is_kept_back("D-S8-evaluation")
    party = cast.STREET_PARTY_PLAYER
    walk.send(party, "/evaluation", "evaluations", party="party_gov_comment", score="92")
    walk.send(STAFF, "/evaluation", "evaluations", party="member_review", score="90")
    walk.send(CONVENER, "/evaluation", "evaluations", party="organizer_analysis", score="88")
    walk.send(STAFF, "/evaluation", "ballot-sheets", satisfied="19", dissatisfied="2")
    walk.goes_on(ConsultationState.COMPLETED)


def look_back(walk: Walk) -> None:
    """回头看 by a member once it is due, and then the archive, not before."""
    walk.go_to(REVIEWED_ON)
    walk.is_kept_back("SZ-28")
    found = {"outcome": "holds", "findings": "电梯已投入使用"}
    walk.send(MEMBER, "/evaluation", "follow-up-outcomes-", **found)
    walk.goes_on(ConsultationState.ARCHIVED)


def standing(story: Story) -> dict[str, Any]:
    """Every day and state that the register keeps of a consultation; nothing of who wrote it and in which words."""
    one = story.consultation_id
    row = story.row
    advances = sorted(story.every(StageAdvance, consultation_id=one), key=lambda each: each.recorded_at)
    approvals = sorted(story.every(Approval, consultation_id=one), key=lambda each: each.step)
    clocks = story.every(ClockRow, consultation_id=one)
    sessions = story.every(ConsultationSession, consultation_id=one)
    answers = [answer for task in story.tasks for answer in story.every(Answer, task_id=task.id)]
    return {
        "state": (row.state, row.round, row.is_suspended, row.rule_set_version, row.calendar_version),
        "days": (row.opened_on, row.entered_state_on, row.deliberated_on, row.completed_on, row.archived_on),
        "advances": [(each.from_state, each.to_state, each.occurred_on) for each in advances],
        "approvals": [(each.step, each.body_id, each.decision, each.decided_on) for each in approvals],
        "sessions": [
            (each.state, each.held_on, each.notice_sent_on, len(story.every(SignIn, session_id=each.id)))
            for each in sessions
        ],
        "suggestions": [
            (each.item_number, each.text, each.is_accepted_on_list) for each in story.suggestions
        ],
        "tasks": sorted(
            (each.unit_id, each.state, each.assigned_on, each.answered_on, each.verified_on)
            for each in story.tasks
        ),
        "answers": sorted((each.result, each.answered_on, bool(each.is_in_time)) for each in answers),
        "clocks": sorted(
            (each.kind, each.holder_id or "", each.started_on, each.due_on, each.is_open) for each in clocks
        ),
        "reviews": sorted(
            (each.due_on, each.state) for each in story.every(FollowUpReview, consultation_id=one)
        ),
    }
