"""The forms that write papers of a consultation."""

from dataclasses import replace

from api.pages import small_papers as small
from api.pages.form_specs import FormSpec
from records.papers import (
    ballots,
    outcomes,
    participants,
    research,
    research_returns,
    session_changes,
    sessions,
    statements,
)

PAPER_FORMS = (
    FormSpec(
        noun="participant-removals",
        page="participants",
        title="从名单中移除",
        button="移除",
        done="已从名单中移除，联系电话同时删除。",
        reads=small.RemovalForm,
        write=lambda pen, at, form: participants.remove_participant(
            pen, at.consultation_id, at.subject_id, form.reason
        ),
        is_grave=True,
    ),
    FormSpec(
        noun="research-records",
        page="research",
        title="登记调研",
        button="登记调研",
        done="调研已登记，请召集人审核；审核通过后计入环节要求。",
        reads=research.ResearchPaper,
        write=lambda pen, at, paper: research.record_research(pen, at.consultation_id, paper),
    ),
    FormSpec(
        noun="research-acceptances",
        page="research",
        title="审核调研报告",
        button="审核通过",
        done="调研报告已审核通过。",
        reads=small.ResearchAcceptanceForm,
        permit="accept_research",
        write=lambda pen, at, form: research.accept_research(
            pen, at.consultation_id, at.subject_id, form.accepted_on
        ),
    ),
    FormSpec(
        noun="research-returns",
        page="research",
        title="退回补充调研",
        button="退回补充",
        done="调研报告已退回补充，并告知承办人员；补充后请另行登记。",
        reads=research_returns.ResearchReturn,
        without=("link",),
        permit="accept_research",
        write=lambda pen, at, paper: research_returns.return_research(
            pen, at.consultation_id, at.subject_id, replace(paper, link=f"{at.link}/research"), at.books
        ),
        is_grave=True,
    ),
    FormSpec(
        noun="sessions",
        page="sessions",
        title="安排协商活动",
        button="安排协商活动",
        done="协商活动已安排；尚未举行的，通知已发往有关单位和人员。",
        reads=sessions.SessionPlan,
        without=("link",),
        write=lambda pen, at, paper: sessions.plan_session(
            pen, at.consultation_id, replace(paper, link=f"{at.link}/sessions"), at.books
        ),
    ),
    FormSpec(
        noun="session-reschedules",
        page="sessions",
        title="改期",
        button="改期",
        done="协商活动已改期；尚未举行的，改期通知已发往原通知的全部人员。",
        reads=session_changes.SessionMove,
        without=("link",),
        write=lambda pen, at, paper: session_changes.reschedule_session(
            pen, at.consultation_id, at.subject_id, replace(paper, link=f"{at.link}/sessions"), at.books
        ),
        hint="通知期限自改期通知之日起重新计算。",
    ),
    FormSpec(
        noun="session-continuations",
        page="sessions",
        title="续会",
        button="登记续会结果",
        done="续会结果已登记。",
        reads=sessions.SessionOutcome,
        write=lambda pen, at, paper: sessions.record_session(pen, at.consultation_id, at.subject_id, paper),
        hint="“举行日期”填写续会日期；再次休会的，可再次续会。",
    ),
    FormSpec(
        noun="session-invalidations",
        page="sessions",
        title="认定无效场次",
        button="认定无效场次",
        done="已认定为无效场次，不计入次数；可另行安排场次予以补充。",
        reads=session_changes.Invalidation,
        write=lambda pen, at, paper: session_changes.mark_invalid(
            pen, at.consultation_id, at.subject_id, paper, at.books
        ),
        is_grave=True,
    ),
    FormSpec(
        noun="session-outcomes",
        page="sessions",
        title="登记活动结果",
        button="登记活动结果",
        done="活动结果已登记。",
        reads=sessions.SessionOutcome,
        write=lambda pen, at, paper: sessions.record_session(pen, at.consultation_id, at.subject_id, paper),
    ),
    FormSpec(
        noun="sign-ins",
        page="sessions",
        title="登记签到",
        button="登记签到",
        done="签到已登记，参会比例已按签到人员重新计算。",
        reads=small.SignInsForm,
        write=lambda pen, at, form: sessions.record_sign_ins(
            pen, at.consultation_id, at.subject_id, form.participant_ids
        ),
    ),
    FormSpec(
        noun="department-presences",
        page="sessions",
        title="登记部门到会情况",
        button="登记到会情况",
        done="部门到会情况已登记。",
        reads=sessions.DepartmentPresencePaper,
        write=lambda pen, at, paper: sessions.record_department_presence(
            pen, at.consultation_id, at.subject_id, paper
        ),
    ),
    FormSpec(
        noun="statements",
        page="sessions",
        title="登记发言",
        button="登记发言",
        done="发言已登记。",
        reads=statements.StatementPaper,
        write=lambda pen, at, paper: statements.record_statement(
            pen, at.consultation_id, at.subject_id, paper
        ),
    ),
    FormSpec(
        noun="dissents",
        page="sessions",
        title="登记异议",
        button="登记异议",
        done="异议已登记，请在办结前作出解释说明。",
        reads=statements.DissentPaper,
        write=lambda pen, at, paper: statements.record_dissent(pen, at.consultation_id, at.subject_id, paper),
    ),
    FormSpec(
        noun="dissent-explanations",
        page="sessions",
        title="作出解释说明",
        button="登记解释说明",
        done="解释说明已登记。",
        reads=statements.ExplanationPaper,
        write=lambda pen, at, paper: statements.explain_dissent(
            pen, at.consultation_id, at.subject_id, paper
        ),
    ),
    FormSpec(
        noun="suggestions",
        page="outcomes",
        title="登记协商建议",
        button="登记建议",
        done="协商建议已登记，三张清单使用同一项号。",
        reads=outcomes.SuggestionPaper,
        write=lambda pen, at, paper: outcomes.record_suggestion(pen, at.consultation_id, paper),
    ),
    FormSpec(
        noun="suggestion-acceptances",
        page="outcomes",
        title="认可协商建议清单",
        button="认可所选建议",
        done="所选建议已列入认可的清单。",
        reads=small.SuggestionAcceptanceForm,
        write=lambda pen, at, form: outcomes.accept_suggestion_list(
            pen, at.consultation_id, form.suggestion_ids
        ),
    ),
    FormSpec(
        noun="suggestion-explanations",
        page="outcomes",
        title="对未能解决事项作出说明",
        button="登记说明",
        done="说明已登记。",
        reads=small.SuggestionExplanationForm,
        write=lambda pen, at, form: outcomes.explain_suggestion(
            pen, at.consultation_id, at.subject_id, form.explanation, form.explained_on
        ),
    ),
    FormSpec(
        noun="follow-up-plans",
        page="outcomes",
        title="制定跟踪办理计划",
        button="保存计划",
        done="跟踪办理计划已保存。",
        reads=small.FollowUpPlanForm,
        write=lambda pen, at, form: outcomes.set_follow_up_plan(
            pen,
            at.consultation_id,
            at.subject_id,
            form.follow_up_plan,
            is_key_difficulty=form.is_key_difficulty,
        ),
    ),
    FormSpec(
        noun="outcome-documents",
        page="outcomes",
        title="登记成果文件",
        button="登记文件",
        done="成果文件已登记，请报送并登记签收。",
        reads=outcomes.OutcomeDocumentPaper,
        write=lambda pen, at, paper: outcomes.record_outcome_document(pen, at.consultation_id, paper),
    ),
    FormSpec(
        noun="submissions",
        page="outcomes",
        title="登记报送",
        button="登记报送",
        done="报送已登记。",
        reads=outcomes.SubmissionPaper,
        write=lambda pen, at, paper: outcomes.submit_document(pen, at.consultation_id, paper),
        hint="收到回执后，用同一报送日期再登记一次并填写签收日期，即补全原记录。",
    ),
    FormSpec(
        noun="ballot-sheets",
        page="evaluation",
        title="登记现场评价票",
        button="登记评价票",
        done="评价票已登记。",
        reads=small.BallotSheetForm,
        write=lambda pen, at, form: ballots.record_ballot_sheet(
            pen, at.consultation_id, form.satisfied, form.basically_satisfied, form.dissatisfied
        ),
    ),
    FormSpec(
        noun="ballot-tokens",
        page="evaluation",
        title="发放评价凭证",
        button="生成评价凭证",
        done="评价凭证已生成。",
        reads=small.BallotTokensForm,
        write=lambda pen, at, form: ballots.issue_ballot_tokens(pen, at.consultation_id, form.count),
        hint="每个凭证只能评价一次，且只在生成时显示一次。",
    ),
    FormSpec(
        noun="contact-views",
        page="participants",
        title="查看联系电话",
        button="查看并留痕",
        done="",
        reads=small.RevealForm,
        permit="reveal_contact",
        write=lambda pen, at, form: participants.reveal_contact(
            pen, at.consultation_id, at.subject_id, form.purpose, at.vault
        ),
    ),
)
