"""确定议题: category, source, exclusions, narrowness, and the ordered chain of 审定 and 备案."""

from datetime import date

from domain.facts import ApprovalFacts, ConsultationFacts
from domain.matters import Decision, TopicCategory, TopicSource
from domain.plans import TopicFit
from regulations.checks.registry import Finding, check
from regulations.rule_sets import ApprovalStep

_PASSED = frozenset({Decision.APPROVED, Decision.FILED})


@check
def topic_category_is_one_of(facts: ConsultationFacts, *, categories: tuple[TopicCategory, ...]) -> Finding:
    """The topic has a category, and it is one that this place deliberates."""
    category = facts.topic.category
    return Finding(
        category in categories,
        measured=f"议题类别：{category.label}" if category else "尚未选择议题类别",
        required=f"属于：{'、'.join(each.label for each in categories)}",
        field="category",
    )


@check
def topic_source_is_one_of(facts: ConsultationFacts, *, sources: tuple[TopicSource, ...]) -> Finding:
    """The topic came in one of the ways that this place knows."""
    source = facts.topic.source
    return Finding(
        source in sources,
        measured=f"议题来源：{source.label}" if source else "尚未选择议题来源",
        required=f"来源为：{'、'.join(each.label for each in sources)}",
        field="source",
    )


@check
def topic_is_not_excluded(facts: ConsultationFacts) -> Finding:
    """All three questions are answered, and all with no. An open question is no answer."""
    answers = {
        "is_against_public_morals": ("有悖于公序良俗", facts.topic.is_against_public_morals),
        "is_settled_by_law": ("法规明文规定", facts.topic.is_settled_by_law),
        "is_individual_dispute": ("个体利益纠纷", facts.topic.is_individual_dispute),
    }
    excluded = [label for label, answer in answers.values() if answer]
    unanswered = [label for label, answer in answers.values() if answer is None]
    faults = [key for key, (_, answer) in answers.items() if answer is None or answer]
    if excluded:
        measured = f"属于不议事项：{'、'.join(excluded)}，应不予受理并分流"
    elif unanswered:
        measured = f"尚未逐项确认：{'、'.join(unanswered)}"
    else:
        measured = "三项不议事项均已确认为“否”"
    return Finding(
        not faults,
        measured,
        required="不议有悖于公序良俗的、法规明文规定的以及个体利益纠纷之事",
        field=faults[0] if faults else "",
    )


@check
def topic_is_narrow(facts: ConsultationFacts) -> Finding:
    """Place and object are named, and the matter can be solved."""
    topic = facts.topic
    gaps = {
        "place": ("未写明地点范围", not topic.place.strip()),
        "matter": ("未写明具体事项", not topic.matter.strip()),
        "is_solvable": ("未确认通过协商可以解决", topic.is_solvable is not True),
    }
    missing = [(key, text) for key, (text, is_missing) in gaps.items() if is_missing]
    return Finding(
        not missing,
        measured="；".join(text for _, text in missing) or "地点、事项明确，可以解决",
        required="选题切口小：地点明确、事项具体、可以解决",
        field=missing[0][0] if missing else "",
    )


@check
def topic_fits(facts: ConsultationFacts, *, fits: tuple[TopicFit, ...]) -> Finding:
    """The topic was looked at from each of these sides, and fits."""
    missing = [fit for fit in fits if fit.value not in facts.topic.fits]
    return Finding(
        not missing,
        measured=f"尚未确认：{'、'.join(fit.label for fit in missing)}" if missing else "各项契合均已确认",
        required=f"议题{'、'.join(fit.label for fit in fits)}",
        field="fits",
    )


@check
def priority_question_is_answered(facts: ConsultationFacts) -> Finding:
    """It was asked whether self-government alone cannot solve the matter; such matters come first."""
    answer = facts.topic.is_beyond_grassroots
    words = {
        True: "属于基层能力所限无法解决的问题，列为重点内容",
        False: "不属于基层能力所限无法解决的问题",
        None: "尚未确认是否属于基层能力所限无法解决的问题",
    }
    return Finding(
        answer is not None,
        measured=words[answer],
        required="确认是否为基层群众自治中涉及、因基层能力所限无法解决又与群众切身利益相关的问题",
        field="is_beyond_grassroots",
    )


@check
def sectors_are_heard_in_collection(facts: ConsultationFacts) -> Finding:
    """People of the 界别 took part in collecting the topic."""
    has_heard = facts.topic.has_heard_sectors is True
    return Finding(
        has_heard,
        measured="征集议题时有界别群众参与" if has_heard else "未登记界别群众参与议题收集",
        required="邀请界别群众参与协商议题收集",
        field="has_heard_sectors",
    )


@check
def topic_has_scope_statement(facts: ConsultationFacts) -> Finding:
    """The scope of the consultation is written down."""
    has_statement = bool(facts.topic.scope_statement.strip())
    return Finding(
        has_statement,
        measured="已填写协商范围说明" if has_statement else "未填写协商范围说明",
        required="明晰协商内容，合理界定范围",
        field="scope_statement",
    )


@check
def parallel_consultations_are_at_most(facts: ConsultationFacts, *, maximum: int) -> Finding:
    """The organiser does not run too many consultations at once."""
    return Finding(
        facts.parallel_count <= maximum,
        measured=f"组织者同时进行 {facts.parallel_count} 件协商",
        required=f"同时进行的协商不超过 {maximum} 件",
    )


@check
def approvals_are_complete(facts: ConsultationFacts, *, chain: tuple[ApprovalStep, ...]) -> Finding:
    """Every step decided in favour, in the order of the chain; 备案 included, optional steps if taken.

    Steps of one day stand in the order of their numbers (domain.md §1.6, reading 4). Silence approves nothing.
    """
    required = " → ".join(f"{step.label}{'（必要时）' if step.is_optional else ''}" for step in chain)
    last_on: date | None = None
    done: list[str] = []
    for step in chain:
        decided = _latest(facts, step)
        if decided is None or decided.decided_on is None or decided.decision is None:
            if step.is_optional:
                continue
            later = _decided_later(facts, chain, step)
            jump = f"，“{later.label}”不得先行" if later else ""
            return Finding(False, f"{_done(done)}尚缺“{step.label}”{jump}", required, "approvals")
        if decided.decision not in _PASSED:
            return Finding(False, f"“{step.label}”：{decided.decision.label}", required, "approvals")
        if last_on is not None and decided.decided_on < last_on:
            return Finding(
                False,
                f"次序不符：“{step.label}”（{decided.decided_on.isoformat()}）早于前一步（{last_on.isoformat()}）",
                required,
                "approvals",
            )
        last_on = decided.decided_on
        done.append(f"{step.label}（{decided.decided_on.isoformat()}）")
    return Finding(True, "、".join(done) or "按年度计划开展，无须逐件审定", required or "按年度协商计划开展")


def _latest(facts: ConsultationFacts, step: ApprovalStep) -> ApprovalFacts | None:
    """The last decision of that step by a competent body: a body may change its mind."""
    taken = [
        each
        for each in facts.approvals
        if each.step == step.step and each.body_kind in step.body_kinds and each.decided_on is not None
    ]
    return max(taken, key=lambda each: each.decided_on or date.min, default=None)


def _decided_later(
    facts: ConsultationFacts, chain: tuple[ApprovalStep, ...], missing: ApprovalStep
) -> ApprovalStep | None:
    return next((step for step in chain if step.step > missing.step and _latest(facts, step)), None)


def _done(done: list[str]) -> str:
    return f"已完成：{'、'.join(done)}；" if done else ""
