"""One true-to-life notice of every kind, from the sample cases of the domain manual."""

from datetime import UTC, date, datetime
from typing import Any

from domain.notices import NoticeKind
from notifications import notices as n

ABOUT: dict[str, Any] = {
    "consultation_number": "通-城东-2026-0007",
    "consultation_title": "学校周边上下学拥堵治理",
    "link": "https://shangliang.example.cn/consultations/通-城东-2026-0007",
}
TASK: dict[str, Any] = {**ABOUT, "unit_name": "江海县公安局", "task_title": "错峰上下学与护学岗"}
DATED: dict[str, Any] = {**TASK, "due_on": date(2026, 7, 14)}
PAPER: dict[str, Any] = {"issued_by": "城东街道政协工委"}
DECIDED: dict[str, Any] = {"decided_on": date(2026, 7, 1), "decided_by": "江海县委办公室"}

ASSIGNED: dict[str, Any] = {
    "due_workdays": 30,
    "assigned_on": date(2026, 6, 1),
    "assigned_by": "江海县委办公室",
    "acknowledge_by_on": date(2026, 6, 4),
    "return_by_on": date(2026, 6, 8),
    "extension_by_on": date(2026, 7, 9),
    "co_handler_names": ("江海县教育局", "城东街道办事处"),
}

ALL: tuple[n.Notice, ...] = (
    n.SpecialReport(
        **DATED,
        **PAPER,
        addressee_name="中共江海县委员会",
        document_number="江政协专〔2026〕3号",
        suggestion="错时放学，增设护学岗。\n在校门两侧施划临时停车区。",
        assigned_on=date(2026, 6, 1),
        workdays_late=10,
        rungs_fired=(
            n.DatedFact(happened_on=date(2026, 7, 15), what="黄牌，发出《催办通知书》"),
            n.DatedFact(happened_on=date(2026, 7, 21), what="红牌，予以通报"),
        ),
        period_history=(n.DatedFact(happened_on=date(2026, 7, 2), what="申请延期10个工作日，未获同意"),),
        issued_on=date(2026, 7, 28),
    ),
    n.TalkProposed(
        **{**DATED, "due_on": date(2026, 8, 13)},
        **PAPER,
        addressee_name="中共江海县委员会",
        document_number="江政协专〔2026〕5号",
        first_due_on=date(2026, 7, 14),
        instructed_on=date(2026, 7, 30),
        workdays_late=1,
        issued_on=date(2026, 8, 14),
    ),
    n.RedNotice(
        **DATED,
        **PAPER,
        document_number="江政协工委〔2026〕8号",
        assigned_on=date(2026, 6, 1),
        urged_on=date(2026, 7, 15),
        workdays_late=5,
        copied_to=("江海县委督查室", "江海县政府督查室"),
        issued_on=date(2026, 7, 21),
    ),
    n.Overdue(
        **DATED,
        **PAPER,
        document_number="江政协工委〔2026〕6号",
        assigned_on=date(2026, 6, 1),
        workdays_late=1,
        issued_on=date(2026, 7, 15),
    ),
    n.InstructionRecorded(
        **{**DATED, "due_on": date(2026, 8, 13)},
        instructed_by="江海县委主要负责同志",
        instructed_on=date(2026, 7, 30),
        instruction="请县公安局抓紧研究，十个工作日内办结。",
    ),
    n.Terminated(
        **ABOUT,
        terminated_on=date(2026, 9, 22),
        terminated_by="城东街道党工委",
        reason="上级已作统一规定。",
    ),
    n.Suspended(
        **ABOUT,
        suspended_on=date(2026, 3, 26),
        suspended_by="岷岭县政协",
        reason="交通局负责同志缺席，协商活动不能完成。",
        review_on=date(2026, 4, 9),
    ),
    n.Rejected(
        **{**ABOUT, "consultation_title": "张家与李家宅基地边界和采光"},
        document_number="岷政协告〔2026〕1号",
        decided_on=date(2026, 4, 14),
        decided_by="岷岭县政协办公室",
        reason="该议题属于两户之间的宅基地边界纠纷。",
        clause="不议有悖于公序良俗的、法规明文规定的以及个体利益纠纷之事",
        article="三（二）",
        source="川政协〔2020〕9号",
        diverted_to=("人民调解委员会", "岷岭县司法所"),
    ),
    n.InspectionNotice(
        **{**ABOUT, "consultation_title": "护学岗落实情况督查"},
        unit_name="江海县公安局",
        inspected_by="江海县委督查室",
        inspected_on=date(2026, 7, 16),
        matters="护学岗到岗情况。\n错峰放学执行情况。",
        withdrawal_reason="与上级检查合并进行。",
    ),
    n.SessionNotice(
        **ABOUT,
        session_ordinal=2,
        starts_at=datetime(2026, 4, 9, 1, 30, tzinfo=UTC),
        place="岷岭县政协二楼会议室",
        format_name="会议协商",
        chair_name="罗永嘉",
        agenda=("介绍调研情况", "部门说明", "互动协商"),
        materials=("调研报告",),
    ),
    n.SessionRescheduled(
        **ABOUT,
        session_ordinal=2,
        starts_at=datetime(2026, 4, 9, 1, 30, tzinfo=UTC),
        place="岷岭县政协二楼会议室",
        format_name="会议协商",
        chair_name="罗永嘉",
        agenda=("介绍调研情况", "部门说明", "互动协商"),
        materials=("调研报告",),
        postponed_from=date(2026, 3, 26),
        reason="交通局负责同志因防汛不能到会。",
    ),
    n.ResearchReturned(
        **ABOUT,
        held_on=date(2026, 3, 18),
        returned_on=date(2026, 3, 20),
        returned_by="罗永嘉",
        reason="缺少沿街商户的意见。",
        returns_left=1,
    ),
    n.TopicSentBack(
        **{**ABOUT, "consultation_title": "校门口停车"},
        sent_back_on=date(2026, 3, 3),
        sent_back_by="城东街道政协工委",
        reason="请写明涉及哪几所学校。",
        complete_by_on=date(2026, 3, 10),
    ),
    n.Merged(
        **{**ABOUT, "consultation_title": "校门口停车"},
        merged_on=date(2026, 3, 6),
        merged_by="城东街道政协工委",
        into_number="通-城东-2026-0007",
        into_title="学校周边上下学拥堵治理",
        reason="两件议题属于同一事项。",
    ),
    n.UnmetReport(
        **ABOUT,
        addressee_name="中共江海县委员会",
        closed_on=date(2026, 12, 7),
        rework_count=2,
        measured="群众满意率 70.0 %，综合得分 58.3 分",
        reason="两轮二次办理后，错峰放学仍未落实。",
        issued_by="城东街道政协工委",
    ),
    n.DueSoon(**DATED, assigned_on=date(2026, 6, 1), workdays_left=5),
    n.NotYetAcknowledged(
        **DATED, assigned_on=date(2026, 6, 1), acknowledge_by_on=date(2026, 6, 4), workdays_late=1
    ),
    n.SentBack(
        **DATED,
        sent_back_on=date(2026, 6, 30),
        sent_back_by="城东街道政协工委",
        reason="未说明护学岗的人员安排。",
        due_workdays=10,
    ),
    n.Relapsed(
        **ABOUT, held_on=date(2026, 7, 22), follow_up_ordinal=1, finding="泵站再次停开，沿线农田无法灌溉。"
    ),
    n.ReworkStarted(
        **{**DATED, "due_on": date(2026, 8, 24)},
        started_on=date(2026, 7, 27),
        round_ordinal=1,
        reason="回头看发现反弹。",
        due_workdays=20,
    ),
    n.TaskAssigned(**DATED, **ASSIGNED),
    n.TaskReassigned(**DATED, **ASSIGNED, previous_unit_name="江海县城管局"),
    n.CoHandlingAsked(
        **{**DATED, "unit_name": "江海县教育局", "due_on": date(2026, 6, 23)},
        lead_name="江海县公安局",
        due_workdays=15,
        assigned_on=date(2026, 6, 1),
        assigned_by="江海县委办公室",
        lead_due_on=date(2026, 7, 14),
    ),
    n.ApprovalAsked(
        **ABOUT,
        body_name="城东街道党工委",
        approval_name="审定",
        step_ordinal=1,
        step_count=2,
        asked_on=date(2026, 3, 2),
        asked_by="城东街道政协工委",
        due_on=date(2026, 3, 16),
    ),
    n.DueDateRecounted(
        **ABOUT,
        obligation_name="错峰上下学与护学岗",
        holder_name="江海县公安局",
        calendar_version="cn-2026.1+1",
        recounted_on=date(2026, 12, 10),
        previous_due_on=date(2027, 1, 5),
        was_provisional=True,
        due_on=date(2027, 1, 6),
    ),
    n.FiledBySilence(
        **ABOUT, body_name="政协江海县委员会", asked_on=date(2026, 3, 10), filed_on=date(2026, 3, 17)
    ),
    n.ExtensionAsked(
        **DATED,
        asked_on=date(2026, 6, 30),
        extension_workdays=15,
        requested_due_on=date(2026, 8, 4),
        reason="警力调配尚在报批。",
    ),
    n.ReturnAsked(
        **DATED,
        asked_on=date(2026, 6, 5),
        reason="该事项属于市政设施管理职责。",
        proposed_unit_name="江海县城管局",
    ),
    n.ExtensionRefused(**DATED, **DECIDED, reason="原定期限可以办结。"),
    n.ReturnRefused(**DATED, **DECIDED, reason="该事项属于公安机关交通管理职责。"),
    n.StageDuty(
        **ABOUT,
        stage_name="商前调研",
        stage_ordinal=4,
        previous_stage_name="明确主体",
        entered_on=date(2026, 3, 16),
        duties=("开展调研并形成调研报告", "调研报告经召集人认可"),
        due_on=date(2026, 4, 7),
    ),
    n.Answered(
        **DATED,
        answered_on=date(2026, 8, 21),
        workdays_late=6,
        result_name="A类（已经解决）",
        adoption_name="采纳",
        answer_summary="已设护学岗四处，自9月1日起错峰放学。",
    ),
    n.CoHandlingAnswered(
        **{**DATED, "unit_name": "江海县教育局", "due_on": date(2026, 6, 23)},
        lead_name="江海县公安局",
        answered_on=date(2026, 6, 25),
        workdays_late=2,
        opinion_summary="两校已错峰放学，\n护学岗由家长志愿者配合。",
    ),
    n.EvaluationAsked(**ABOUT, party_name="群众评价", round_ordinal=2, due_on=date(2026, 9, 7)),
    n.FollowUpDue(
        **ABOUT,
        completed_on=date(2026, 8, 24),
        follow_up_ordinal=1,
        due_on=date(2026, 11, 20),
        items=("护学岗是否在岗", "校门口是否通畅"),
    ),
    n.Resumed(
        **ABOUT,
        suspended_on=date(2026, 3, 26),
        resumed_on=date(2026, 4, 9),
        resumed_by="岷岭县政协",
        suspended_workdays=9,
    ),
    n.ExtensionGranted(
        **{**DATED, "due_on": date(2026, 9, 7)},
        **DECIDED,
        extension_workdays=15,
        previous_due_on=date(2026, 8, 17),
    ),
    n.ReturnAccepted(**TASK, **DECIDED),
    n.Verified(
        **TASK, verified_on=date(2026, 8, 24), verified_by="城东街道政协工委", result_name="A类（已经解决）"
    ),
    n.Completed(**ABOUT, completed_on=date(2026, 6, 8), outcome_name="办结", follow_up_on=date(2026, 8, 17)),
    n.Archived(**ABOUT, archived_on=date(2026, 11, 20), follow_up_count=2, retention_name="30年"),
)

BY_KIND: dict[NoticeKind, n.Notice] = {notice.kind: notice for notice in ALL}
