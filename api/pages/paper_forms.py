"""The forms that write papers of a consultation."""

from dataclasses import replace

from api.pages import small_papers as small
from api.pages.form_specs import FormSpec
from records.papers import (
    ballots,
    decisions,
    effects,
    outcomes,
    participants,
    publications,
    research,
    sessions,
    statements,
    supervision,
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
        noun="conversions",
        page="outcomes",
        title="登记成果转化",
        button="登记转化",
        done="成果转化已登记，结果反馈清单同步显示。",
        reads=effects.ConversionPaper,
        write=lambda pen, at, paper: effects.convert_suggestion(
            pen, at.consultation_id, at.subject_id, paper
        ),
        outlasts=True,
    ),
    FormSpec(
        noun="outcome-links",
        page="outcomes",
        title="关联提案、社情民意信息",
        button="登记关联",
        done="关联已登记。",
        reads=effects.OutcomeLinkPaper,
        write=lambda pen, at, paper: effects.record_outcome_link(pen, at.consultation_id, paper),
        outlasts=True,
    ),
    FormSpec(
        noun="decisions",
        page="outcomes",
        title="登记决策",
        button="登记决策",
        done="决策已登记。",
        reads=decisions.DecisionPaper,
        permit="record_decision",
        write=lambda pen, at, paper: decisions.record_decision(pen, at.consultation_id, paper, at.books),
        hint="须经协商后提交决策的事项，报送成果完成后方可登记决策。",
        outlasts=True,
    ),
    FormSpec(
        noun="publications",
        page="outcomes",
        title="登记公开发布",
        button="登记发布",
        done="公开发布已登记。",
        reads=publications.PublicationPaper,
        permit="publish",
        write=lambda pen, at, paper: publications.publish(pen, at.consultation_id, paper, at.books),
        hint="登记时核对标题和内容的用语，含有停用提法的不予登记。",
        outlasts=True,
    ),
    FormSpec(
        noun="supervision-items",
        page="outcomes",
        title="列入督查事项",
        button="列入督查事项",
        done="已列入督查事项。",
        reads=small.SupervisionEntryForm,
        permit="close_supervision",
        write=lambda pen, at, _: supervision.open_supervision(pen, at.consultation_id),
        hint="议题在进入“转化落实”环节之后才确定为重点协商的，由此补列。",
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
