"""One good paper of every kind, and the commands that write them all in order."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from domain.bodies import Actor, BodyKind, Role, RoomLevel
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.matters import (
    BallotChoice,
    Diversion,
    Exclusion,
    FeedbackTaskState,
    ObligationKind,
    OutcomeDocumentKind,
    ParticipantKind,
    ResearchKind,
    SessionFormat,
    SessionState,
)
from domain.plans import PlanSide
from domain.stages import ConsultationState
from domain.work_log import PublicationChannel, WorkKind
from records.accounts import issue_token
from records.api_tokens import revoke_token
from records.papers import (
    answers,
    attachments,
    ballots,
    co_handlings,
    decisions,
    effects,
    leaves,
    links,
    members,
    organisations,
    outcomes,
    participants,
    plans,
    publications,
    research,
    research_returns,
    rooms,
    rule_set_drafts,
    session_changes,
    sessions,
    statements,
    supervision,
    topic_returns,
    topics,
    work_log,
)
from records.tables.consultations import Consultation, StageAdvance, Topic
from records.tables.obligations import ClockRow, CoHandling, FeedbackTask
from records.tables.people import Membership, Organisation
from records.tables.plans import AnnualPlan
from tests.records.papers.people_and_places import AREA, BOOKS, NOW, TODAY, Scene

SUZHOU = BOOKS.rule_sets["suzhou"]
PHONE = "13812345678"
HASH = "$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
TOPIC = topics.TopicPaper(title="加装电梯", area=AREA, proposed_on=TODAY, proposer="枫溪区园林局")
RESEARCH = research.ResearchPaper(
    kind=ResearchKind.RESEARCH, held_on=TODAY, policy="规定", facts="情况", opinions="意见"
)
PLAN = sessions.SessionPlan(
    starts_at=NOW + timedelta(days=3), place="议事室", format=SessionFormat.MEETING, chair_name="王召集"
)
MOVE = session_changes.SessionMove(starts_at=NOW + timedelta(days=7), reason="防汛值班")
LACKING = topic_returns.TopicReturn(reason="请写明涉及哪几幢", sent_back_on=TODAY)
SENT_BACK = research_returns.ResearchReturn(reason="缺少沿街商户的意见", returned_on=TODAY)
HELD = sessions.SessionOutcome(state=SessionState.HELD, held_on=TODAY, consensus="同意试点")
SUGGESTION = outcomes.SuggestionPaper(text="增设夜间共享车位")
DOCUMENT = outcomes.OutcomeDocumentPaper(
    kind=OutcomeDocumentKind.REPORT, title="协商报告", drafted_on=TODAY, signed_by="李主任", signed_on=TODAY
)
CONVERSION = effects.ConversionPaper(conversion=ConversionKind.MEASURE, converted_on=TODAY)
LINK = effects.OutcomeLinkPaper(kind=OutcomeLinkKind.PROPOSAL, number="2026-015", linked_on=TODAY)
DECISION = decisions.DecisionPaper(
    organisation_id="org-client", decided_on=TODAY, title="停车改造方案", document_number="枫政〔2026〕9号"
)
PUBLICATION = publications.PublicationPaper(
    channel=PublicationChannel.WEBSITE, title="停车难协商", text="已增设车位", published_on=TODAY
)
CLOSURE = supervision.SupervisionClosure(conclusion="全部落实", closed_on=TODAY)
PDF = attachments.AttachmentPaper(
    subject="调研照片", filename="照片.pdf", media_type="application/pdf", content=b"%PDF-1.7 x"
)
ROOM = rooms.RoomPaper(
    name="“有事好商量”协商议事室",
    level=RoomLevel.STREET,
    rule_set_id="suzhou",
    area=AREA,
    functions=("member_home",),
)

PLAN_OF_THE_YEAR = plans.AnnualPlanPaper(
    organisation_id="org-operator", year=2026, title="云塘街道2026年度协商计划"
)
PLAN_ITEM = plans.PlanItemPaper(title="小区停车")
END = members.EndPaper(until_on=TODAY)


def participant(**values: Any) -> participants.ParticipantPaper:
    """A stakeholder with a phone."""
    given: dict[str, Any] = {"name": "张三", "kind": ParticipantKind.STAKEHOLDER, "phone": PHONE} | values
    return participants.ParticipantPaper(**given)


def past_session(scene: Scene) -> str:
    """The id of a session that was planned for yesterday."""
    plan = sessions.SessionPlan(
        starts_at=NOW - timedelta(days=1), place="议事室", format=SessionFormat.MEETING, chair_name="王召集"
    )
    answer = scene.write(lambda pen: sessions.plan_session(pen, scene.consultation_id, plan, BOOKS))
    return str(answer["session_id"])


def listed(scene: Scene, **values: Any) -> str:
    """The id of a participant who was just listed."""
    answer = scene.write(
        lambda pen: participants.list_participants(
            pen, scene.consultation_id, [participant(**values)], scene.vault
        )
    )
    return str(answer["participant_ids"][0])


def suggested(scene: Scene) -> str:
    """The id of a suggestion that was just recorded."""
    answer = scene.write(lambda pen: outcomes.record_suggestion(pen, scene.consultation_id, SUGGESTION))
    return str(answer["suggestion_id"])


def assigned(scene: Scene, unit_id: str = "org-roads") -> str:
    """The id of a feedback task in the hands of a unit."""
    suggestion_id = suggested(scene)
    with scene.register.writing() as session:
        clocks = [
            ClockRow(
                id=f"clock-{suggestion_id}-{kind.value}",
                consultation_id=scene.consultation_id,
                kind=kind,
                subject_id=suggestion_id,
                title="办理反馈",
                started_on=TODAY,
                budget_workdays=30,
                recorded_at=NOW,
                calendar_version="cn-2026.1",
                due_on=date(2026, 7, 23),
            )
            for kind in (ObligationKind.FEEDBACK_TASK, ObligationKind.ACKNOWLEDGEMENT)
        ]
        session.add_all(clocks)
        session.flush()
        task = FeedbackTask(
            consultation_id=scene.consultation_id,
            suggestion_id=suggestion_id,
            unit_id=unit_id,
            state=FeedbackTaskState.ACKNOWLEDGED,
            assigned_on=TODAY,
            period_workdays=30,
            clock_id=clocks[0].id,
            acknowledgement_clock_id=clocks[1].id,
        )
        session.add(task)
        session.flush()
        return task.id


def co_handle(scene: Scene, task_id: str, unit_id: str) -> None:
    """Let a unit co-handle a task."""
    with scene.register.writing() as session:
        clock = ClockRow(
            id=f"co-clock-{task_id}-{unit_id}",
            consultation_id=scene.consultation_id,
            kind=ObligationKind.CO_HANDLING,
            subject_id=task_id,
            title="会办",
            started_on=TODAY,
            budget_workdays=15,
            recorded_at=NOW,
            calendar_version="cn-2026.1",
            due_on=date(2026, 7, 2),
        )
        session.add(clock)
        session.flush()
        session.add(CoHandling(task_id=task_id, unit_id=unit_id, clock_id=clock.id))


def _convene(scene: Scene) -> Iterator[Mapping[str, Any]]:
    one = scene.consultation_id
    who = listed(scene)
    yield scene.write(lambda pen: participants.reveal_contact(pen, one, who, "通知参会", scene.vault))
    gone = listed(scene, name="李四", phone="0512-66668888")
    yield scene.write(lambda pen: participants.remove_participant(pen, one, gone, "本人不参加"))
    record = scene.write(lambda pen: research.record_research(pen, one, RESEARCH))["research_record_id"]
    yield scene.write(lambda pen: research.accept_research(pen, one, record, TODAY), scene.convener)
    lacking = scene.write(lambda pen: research.record_research(pen, one, RESEARCH))["research_record_id"]
    yield scene.write(
        lambda pen: research_returns.return_research(pen, one, lacking, SENT_BACK, BOOKS), scene.convener
    )
    coming = scene.write(lambda pen: sessions.plan_session(pen, one, PLAN, BOOKS))["session_id"]
    yield scene.write(lambda pen: session_changes.reschedule_session(pen, one, coming, MOVE, BOOKS))
    met = past_session(scene)
    presence = sessions.DepartmentPresencePaper(organisation_id="org-roads", has_presented=True)
    yield scene.write(lambda pen: sessions.record_department_presence(pen, one, met, presence))
    yield scene.write(lambda pen: sessions.record_sign_ins(pen, one, met, [who]))
    said = statements.StatementPaper(text="车位不够", participant_id=who)
    yield scene.write(lambda pen: statements.record_statement(pen, one, met, said))
    dissent = statements.DissentPaper(dissenter="张三", text="不同意收费")
    against = scene.write(lambda pen: statements.record_dissent(pen, one, met, dissent))["dissent_id"]
    told = statements.ExplanationPaper(explained_on=TODAY, explained_by="王召集", text="收费用于维护")
    yield scene.write(lambda pen: statements.explain_dissent(pen, one, against, told))
    yield scene.write(lambda pen: sessions.record_session(pen, one, met, HELD))
    paper = session_changes.Invalidation(reason="签到比例不足")
    yield scene.write(lambda pen: session_changes.mark_invalid(pen, one, met, paper, BOOKS))


def county_consultation(scene: Scene, **values: Any) -> str:
    """The id of an open consultation of the whole county."""
    with scene.register.writing() as session:
        own = session.get_one(Consultation, scene.consultation_id)
        names = {column.key for column in Consultation.__table__.columns}
        above = {"id": "county", "number": "苏-枫溪-2026-0100", "area": "suzhou/fengxi", "parent_id": None}
        session.add(Consultation(**{name: getattr(own, name) for name in names} | above | values))
    return str(values.get("id", "county"))


def _carry_on(scene: Scene) -> Iterator[Mapping[str, Any]]:
    one = scene.consultation_id
    above = links.ParentLink(parent_id=county_consultation(scene), linked_on=TODAY)
    yield scene.write(lambda pen: links.link_consultations(pen, one, above))
    task = assigned(scene)
    yield scene.write(lambda pen: outcomes.accept_suggestion_list(pen, one))
    item = suggested(scene)
    yield scene.write(lambda pen: outcomes.explain_suggestion(pen, one, item, "条件限制", TODAY))
    yield scene.write(lambda pen: outcomes.set_follow_up_plan(pen, one, item, "每季度跟踪"))
    paper = scene.write(lambda pen: outcomes.record_outcome_document(pen, one, DOCUMENT))["document_id"]
    sent = outcomes.SubmissionPaper(document_id=paper, recipient_id="org-client", sent_on=TODAY)
    yield scene.write(lambda pen: outcomes.submit_document(pen, one, sent))
    yield scene.write(lambda pen: answers.prepare_answer(pen, task, "已增设车位"), scene.unit)
    co_handle(scene, task, scene.unit.organisation_id)
    yield scene.write(lambda pen: co_handlings.prepare_co_handling(pen, task, "已错峰停车"), scene.unit)
    tokens = scene.write(lambda pen: ballots.issue_ballot_tokens(pen, one, 3))["tokens"]
    yield scene.desk.anonymously(
        NOW, lambda pen: ballots.cast_ballot(pen, one, tokens[0], BallotChoice.SATISFIED)
    )
    yield scene.write(lambda pen: ballots.record_ballot_sheet(pen, one, 5, 2, 1))
    yield scene.write(lambda pen: attachments.add_attachment(pen, one, PDF))


def _administer(scene: Scene) -> Iterator[Mapping[str, Any]]:
    body = organisations.OrganisationPaper(name="枫溪区交通局", kind=BodyKind.HANDLING_UNIT, area=AREA)
    place = scene.write(lambda pen: organisations.register_organisation(pen, body))["organisation_id"]
    person = organisations.PersonPaper(
        name="赵六", sign_in_name="zhaoliu", password_hash=HASH, email="z@x.example"
    )
    who = scene.write(lambda pen: organisations.register_person(pen, person))["person_id"]
    held = organisations.MembershipPaper(person_id=who, organisation_id=place, role=Role.DEPARTMENT)
    right = scene.write(lambda pen: organisations.grant_membership(pen, held))["membership_id"]
    issued = scene.write(lambda pen: issue_token(pen, right, "对接程序"))
    yield issued
    holder = Actor(who, place, Role.DEPARTMENT)
    yield scene.write(lambda pen: revoke_token(pen, issued["token_id"]), by=holder)
    other = organisations.PersonPaper(name="孙七", sign_in_name="sunqi", password_hash=HASH)
    deputy = scene.write(lambda pen: organisations.register_person(pen, other))["person_id"]
    beside = organisations.MembershipPaper(person_id=deputy, organisation_id=place, role=Role.DEPARTMENT)
    standing_in = scene.write(lambda pen: organisations.grant_membership(pen, beside))["membership_id"]
    away = leaves.LeavePaper(
        membership_id=right, deputy_membership_id=standing_in, since_on=TODAY, until_on=TODAY, reason="公出"
    )
    entered = scene.write(lambda pen: leaves.enter_leave(pen, away), by=holder)
    yield entered
    yield scene.write(lambda pen: leaves.end_leave(pen, entered["leave_id"]), by=holder)
    last = organisations.MembershipEnd(until_on=TODAY)
    yield scene.write(lambda pen: organisations.end_membership(pen, right, last))
    gone = organisations.Deactivation(reason="调离")
    yield scene.write(lambda pen: organisations.deactivate_person(pen, who, gone))
    room = scene.write(lambda pen: rooms.register_room(pen, ROOM))
    yield scene.write(lambda pen: rooms.amend_room(pen, room["room_id"], room["row_version"], ROOM))
    appointed = rooms.ConvenerPaper(person_id=who, is_cppcc_member=True)
    convener = scene.write(lambda pen: rooms.appoint_convener(pen, room["room_id"], appointed))
    yield scene.write(lambda pen: rooms.end_convener_term(pen, room["room_id"], convener["convener_id"], END))
    made = scene.write(
        lambda pen: rule_set_drafts.draft_version(pen, SUZHOU, parameters()), by=scene.convener
    )
    more = parameters(parameters={"report_days": 8})
    amend = partial(rule_set_drafts.amend_draft, draft_id=made["draft_id"], row_version=1, paper=more)
    yield scene.write(lambda pen: amend(pen, SUZHOU), by=scene.convener)
    yield scene.write(lambda pen: rule_set_drafts.publish_draft(pen, SUZHOU, made["draft_id"]))
    other = scene.write(lambda pen: rule_set_drafts.draft_version(pen, SUZHOU, parameters(version="2026-2")))
    why = rule_set_drafts.WithdrawalPaper(reason="另拟")
    yield scene.write(lambda pen: rule_set_drafts.withdraw_draft(pen, other["draft_id"], why))
    topic = scene.write(lambda pen: topics.propose_topic(pen, TOPIC))
    yield scene.write(lambda pen: topics.amend_topic(pen, topic["topic_id"], topic["row_version"], TOPIC))
    back = scene.write(lambda pen: topic_returns.send_back_topic(pen, topic["topic_id"], LACKING, BOOKS))
    completed = replace(TOPIC, scope_statement="三幢全体业主")
    yield scene.write(
        lambda pen: topic_returns.resubmit_topic(pen, back["topic_id"], back["row_version"], completed, TODAY)
    )
    yield scene.write(lambda pen: topics.reject_topic(pen, topic["topic_id"], rejection()))


def planned(scene: Scene, **values: Any) -> tuple[str, str]:
    """The ids of the year's plan and of an item that was just added to it."""
    with scene.register.reading() as session:
        plan_id = session.scalar(select(AnnualPlan.id))
    if plan_id is None:
        plan_id = scene.write(lambda pen: plans.draw_up_plan(pen, PLAN_OF_THE_YEAR))["plan_id"]
    item = replace(PLAN_ITEM, **values)
    return plan_id, scene.write(lambda pen: plans.add_plan_item(pen, plan_id, item))["item_id"]


def signature(*item_ids: str, **values: Any) -> plans.PlanSignOffPaper:
    """The 政协's own signature under items."""
    given: dict[str, Any] = {"item_ids": item_ids, "side": PlanSide.CPPCC, "signed_on": TODAY}
    return plans.PlanSignOffPaper(**(given | values))


def _plan_the_year(scene: Scene) -> Iterator[Mapping[str, Any]]:
    plan, item = planned(scene)
    yield scene.write(lambda pen: plans.sign_off_plan_items(pen, plan, signature(item)))
    gone = plans.PlanItemWithdrawal(reason="上级已统一部署", withdrawn_on=TODAY)
    yield scene.write(lambda pen: plans.withdraw_plan_item(pen, plan, item, gone))
    belongs = members.MemberAssignmentPaper(person_id="member", since_on=TODAY)
    assignment = scene.write(lambda pen: members.assign_member(pen, scene.room_id, belongs))["assignment_id"]
    yield scene.write(lambda pen: members.end_assignment(pen, scene.room_id, assignment, END))
    with scene.register.writing() as session:
        session.add(
            Organisation(
                id="org-cppcc", name="枫溪区政协", kind=BodyKind.CPPCC_COMMITTEE, area="suzhou/fengxi"
            )
        )
        session.flush()
        session.add(Membership(person_id="member", organisation_id="org-cppcc", role=Role.APPROVER))
    guides = members.LiaisonPaper(person_id="member", area=AREA, since_on=TODAY)
    liaison = scene.write(lambda pen: members.set_liaison(pen, guides))["liaison_id"]
    yield scene.write(lambda pen: members.end_liaison(pen, liaison, END))


def parameters(**values: Any) -> rule_set_drafts.RuleSetDraftPaper:
    """What a county is about to set."""
    given: dict[str, Any] = {
        "rule_set_id": "suzhou",
        "area": "suzhou/fengxi",
        "version": "2026-1",
        "effective_on": TODAY,
        "parameters": {"feedback_days": 30},
    }
    return rule_set_drafts.RuleSetDraftPaper(**(given | values))


def rejection(**values: Any) -> topics.TopicRejection:
    """A refusal that hands the topic to mediation."""
    given: dict[str, Any] = {
        "exclusion": Exclusion.INDIVIDUAL_DISPUTE,
        "diversion": Diversion.PEOPLES_MEDIATION,
        "reason": "属于邻里纠纷",
        "rejected_on": TODAY,
        "link": "https://example.invalid/topics/1",
    }
    return topics.TopicRejection(**(given | values))


def left_reporting(scene: Scene, on: date = TODAY) -> None:
    """Let the consultation have completed 报送成果 on that day."""
    with scene.register.writing() as session:
        session.get_one(Consultation, scene.consultation_id).state = ConsultationState.IMPLEMENTATION
        session.add(
            StageAdvance(
                consultation_id=scene.consultation_id,
                event="advance",
                from_state=ConsultationState.REPORTING,
                to_state=ConsultationState.IMPLEMENTATION,
                occurred_on=on,
                recorded_at=NOW,
            )
        )


def verified(scene: Scene) -> str:
    """The id of a suggestion whose answer was verified."""
    task_id = assigned(scene)
    with scene.register.writing() as session:
        task = session.get_one(FeedbackTask, task_id)
        task.state, task.verified_on = FeedbackTaskState.VERIFIED, TODAY
        return task.suggestion_id


def made_key(scene: Scene, **flags: bool) -> None:
    """Call the topic key, or give it other flags."""
    with scene.register.writing() as session:
        topic = session.get_one(Topic, scene.topic_id)
        for name, value in ({"is_key": True} | flags).items():
            setattr(topic, name, value)


def _bear_fruit(scene: Scene) -> Iterator[Mapping[str, Any]]:
    one = scene.consultation_id
    with scene.register.writing() as session:
        tasks = session.scalars(select(FeedbackTask)).all()
        for task in tasks:
            task.state = FeedbackTaskState.VERIFIED
    left_reporting(scene)
    made_key(scene)
    item = verified(scene)
    yield scene.write(lambda pen: effects.convert_suggestion(pen, one, item, CONVERSION))
    yield scene.write(lambda pen: effects.record_outcome_link(pen, one, LINK))
    yield scene.write(lambda pen: decisions.record_decision(pen, one, DECISION, BOOKS))
    yield scene.write(lambda pen: publications.publish(pen, one, PUBLICATION, BOOKS))
    listed_item = scene.write(lambda pen: supervision.open_supervision(pen, one))["supervision_item_id"]
    yield scene.write(lambda pen: supervision.close_supervision(pen, listed_item, CLOSURE))


def _keep_the_log(scene: Scene) -> Iterator[Mapping[str, Any]]:
    paper = work_log.WorkPaper(kind=WorkKind.TRAINING, happened_on=TODAY, title="委员培训")
    made = scene.write(lambda pen: work_log.record_work(pen, paper, ""))["work_record_id"]
    yield scene.write(lambda pen: work_log.withdraw_work(pen, made, "重复登记", ""))


def write_every_paper(scene: Scene) -> list[Mapping[str, Any]]:
    """Write at least one paper with every command; return some of the answers."""
    return [
        *_convene(scene),
        *_carry_on(scene),
        *_administer(scene),
        *_plan_the_year(scene),
        *_keep_the_log(scene),
        *_bear_fruit(scene),
    ]
