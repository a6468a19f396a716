"""开展协商: what the decisive session must show."""

from collections.abc import Callable, Mapping

from domain.facts import ConsultationFacts, SessionFacts
from regulations.checks.counting import decisive_session
from regulations.checks.registry import Finding, check

_NO_SESSION = "尚无已举行的有效场次"


@check
def session_is_held(facts: ConsultationFacts) -> Finding:
    """At least one valid session."""
    session = decisive_session(facts)
    measured = f"最近一次有效场次：{session.held_on.isoformat()}" if session else _NO_SESSION
    return Finding(session is not None, measured, "至少举行 1 次有效的协商活动", "sessions")


@check
def session_is_chaired_by_convener(facts: ConsultationFacts) -> Finding:
    """The convener presides, or has delegated it in writing."""
    return _judged(
        facts,
        lambda session: session.is_chaired_by_convener or session.has_delegation,
        lambda session: (
            "由召集人主持"
            if session.is_chaired_by_convener
            else "由他人主持，" + ("有书面委托" if session.has_delegation else "无书面委托")
        ),
        "由召集人组织并主持；他人主持的须有书面委托",
    )


@check
def session_has_interactions(facts: ConsultationFacts, *, minimum: int) -> Finding:
    """Question and answer were exchanged and recorded."""
    return _judged(
        facts,
        lambda session: session.interaction_count >= minimum,
        lambda session: f"记录问答互动 {session.interaction_count} 次",
        f"问答互动不少于 {minimum} 次",
    )


@check
def public_speaks(facts: ConsultationFacts, *, minimum: int) -> Finding:
    """The public spoke."""
    return _judged(
        facts,
        lambda session: session.public_speech_count >= minimum,
        lambda session: f"群众发言 {session.public_speech_count} 次",
        f"群众发言不少于 {minimum} 次",
    )


@check
def opinions_have_basis(facts: ConsultationFacts) -> Finding:
    """Every opinion states the facts it rests on."""
    return _judged(
        facts,
        lambda session: session.opinions_with_basis_count >= session.opinion_count,
        lambda session: (
            f"意见 {session.opinion_count} 条，其中写明依据的 {session.opinions_with_basis_count} 条"
        ),
        "每条意见均写明事实依据",
    )


@check
def dissent_list_is_confirmed(facts: ConsultationFacts) -> Finding:
    """The list of dissents was confirmed; it may be empty."""
    return _judged(
        facts,
        lambda session: session.is_dissent_list_confirmed,
        lambda session: "异议登记表" + ("已确认" if session.is_dissent_list_confirmed else "尚未确认"),
        "确认异议登记表（可以为空）",
        field="dissents",
    )


@check
def session_ends_in_suggestion(facts: ConsultationFacts) -> Finding:
    """There is a suggestion, or it is said plainly that no consensus was found."""
    count = len(facts.suggestions)
    return _judged(
        facts,
        lambda session: count > 0 or session.is_without_consensus,
        lambda session: (
            f"协商建议 {count} 条" + ("，已注明未形成共识" if session.is_without_consensus else "")
        ),
        "至少 1 条协商建议，或明确注明“未形成共识”",
        field="suggestions",
    )


@check
def session_is_substantive(facts: ConsultationFacts) -> Finding:
    """More than a symposium: questions, positions, and what came of them."""
    count = len(facts.suggestions)
    return _judged(
        facts,
        lambda session: (
            session.interaction_count > 0
            and session.opinion_count > 0
            and (count > 0 or session.is_without_consensus)
        ),
        lambda session: (
            f"互动 {session.interaction_count} 次、意见 {session.opinion_count} 条、建议 {count} 条"
        ),
        "有问题、有观点、有建议，不等同于一般的座谈会",
    )


@check
def departments_answer_on_the_spot(facts: ConsultationFacts) -> Finding:
    """Each invited unit, and one at least, sent a 负责同志 who presented and answered."""
    required = "应邀责任单位均有负责同志现场介绍情况并回应意见建议，且不少于 1 家"
    session = decisive_session(facts)
    if session is None:
        return Finding(False, _NO_SESSION, required, "sessions")
    complete = {each.organisation_id for each in session.departments if each.is_complete}
    expected = facts.invited_units | {each.organisation_id for each in session.departments}
    return Finding(
        bool(complete) and facts.invited_units <= complete,
        measured=f"{session.held_on.isoformat()} 场次：应到和到场单位 {len(expected)} 家，"
        f"负责同志到场介绍情况并回应的 {len(complete)} 家，应邀而未做到的 {len(facts.invited_units - complete)} 家",
        required=required,
        field="departments",
    )


@check
def notice_is_early_enough(facts: ConsultationFacts, *, days: Mapping[str, int]) -> Finding:
    """The notice went out this many working days before the session; how many differs by the room's level."""
    needed = days[facts.room.level.value]
    return _judged(
        facts,
        lambda session: session.notice_workdays is not None and session.notice_workdays >= needed,
        _notice_shown,
        f"会前不少于 {needed} 个工作日发出通知",
        field="notice_sent_on",
    )


@check
def materials_are_early_enough(facts: ConsultationFacts, *, days: Mapping[str, int]) -> Finding:
    """There are materials, and they went out with the notice this many working days before the session."""
    needed = days[facts.room.level.value]
    return _judged(
        facts,
        lambda session: (
            session.material_count > 0
            and session.notice_workdays is not None
            and session.notice_workdays >= needed
        ),
        lambda session: f"会议材料 {session.material_count} 份，{_notice_shown(session)}",
        f"会前不少于 {needed} 个工作日随通知送达会议材料",
        field="materials",
    )


def _notice_shown(session: SessionFacts) -> str:
    if session.notice_sent_on is None or session.notice_workdays is None:
        return "未登记通知发出日期"
    return f"通知于 {session.notice_sent_on.isoformat()} 发出，距会议 {session.notice_workdays} 个工作日"


def _judged(
    facts: ConsultationFacts,
    is_satisfied: Callable[[SessionFacts], bool],
    measured: Callable[[SessionFacts], str],
    required: str,
    field: str = "sessions",
) -> Finding:
    session = decisive_session(facts)
    if session is None:
        return Finding(False, _NO_SESSION, required, "sessions")
    return Finding(
        is_satisfied(session), f"{session.held_on.isoformat()} 场次：{measured(session)}", required, field
    )
