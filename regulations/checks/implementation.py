"""转化落实: lists 2 and 3, answers verified, and what cannot be solved explained."""

from collections.abc import Callable

from domain.facts import ConsultationFacts, SuggestionFacts
from domain.matters import ResultClass
from regulations.checks.registry import Finding, check


@check
def responsibility_list_is_complete(facts: ConsultationFacts) -> Finding:
    """责任落实清单: every item has a unit and a date."""
    return _every_item(
        facts,
        lambda item: item.has_unit and item.due_on is not None,
        "已落实单位和期限",
        "每条建议均有承办单位和办理期限",
    )


@check
def feedback_list_is_complete(facts: ConsultationFacts) -> Finding:
    """结果反馈清单: every item says what was adopted, what came of it, and was answered."""
    return _every_item(facts, _is_answered, "已反馈", "每条建议均有采纳状态、办理结果和反馈")


@check
def suggestions_have_written_feedback(facts: ConsultationFacts) -> Finding:
    """Every item was answered in writing."""
    return _every_item(facts, lambda item: item.has_written_feedback, "已书面反馈", "每条建议均有书面反馈")


@check
def answers_are_verified(facts: ConsultationFacts) -> Finding:
    """The organiser has verified every answer."""
    return _every_item(facts, lambda item: item.is_verified, "已核实", "每条建议的办理结果均经组织者核实")


@check
def class_c_is_explained(facts: ConsultationFacts) -> Finding:
    """What cannot be solved for now is explained to the people."""
    items = [item for item in facts.suggestions if item.result is ResultClass.C]
    missing = [item.item_number for item in items if not item.is_explained]
    return Finding(
        not missing,
        measured=f"C 类 {len(items)} 条"
        + (f"，尚未解释说明：{_numbers(missing)}" if missing else "，均已解释说明" if items else ""),
        required="暂不能解决的问题（C 类）均有释疑解惑记录",
        field="explanations",
    )


@check
def key_items_have_follow_up_plan(facts: ConsultationFacts) -> Finding:
    """What is marked 重点难点 has a plan how it is followed up."""
    items = [item for item in facts.suggestions if item.is_key_difficulty]
    missing = [item.item_number for item in items if not item.has_follow_up_plan]
    return Finding(
        not missing,
        measured=f"重点难点问题 {len(items)} 条" + (f"，无跟踪计划：{_numbers(missing)}" if missing else ""),
        required="重点难点问题有民主监督、调研视察或民主评议等跟踪计划",
        field="suggestions",
    )


@check
def dissents_are_explained(facts: ConsultationFacts) -> Finding:
    """The organiser has explained to everybody who disagreed."""
    missing = sum(not dissent.is_explained for dissent in facts.dissents)
    return Finding(
        missing == 0,
        measured=f"持不同意见 {len(facts.dissents)} 件，尚未解释说明 {missing} 件",
        required="对持不同意见的群众均已解释说明",
        field="explanations",
    )


def _is_answered(item: SuggestionFacts) -> bool:
    return item.adoption is not None and item.result is not None and item.has_written_feedback


def _every_item(
    facts: ConsultationFacts, is_done: Callable[[SuggestionFacts], bool], done: str, required: str
) -> Finding:
    missing = [item.item_number for item in facts.suggestions if not is_done(item)]
    total = len(facts.suggestions)
    return Finding(
        not missing,
        measured=f"协商建议 {total} 条，{done} {total - len(missing)} 条"
        + (f"，尚缺：{_numbers(missing)}" if missing else ""),
        required=required,
        field="suggestions",
    )


def _numbers(items: list[int]) -> str:
    return "、".join(f"第 {number} 条" for number in items)
