"""The forms of side paths: what happens when a consultation does not go straight on."""

from dataclasses import replace

from api.pages.form_specs import FormSpec
from records.papers import links, research_returns, session_changes, sessions

SIDE_FORMS = (
    FormSpec(
        noun="parent-links",
        page="",
        title="建立上下级联动",
        button="建立联动",
        done="已建立上下级联动。",
        reads=links.ParentLink,
        write=lambda pen, at, paper: links.link_consultations(pen, at.consultation_id, paper),
        hint="上级协商应属于上一级区域，且正在进行。",
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
)
