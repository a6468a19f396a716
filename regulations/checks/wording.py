"""报送成果: the words of what goes outside. 政协 advises and never decides; some names are no longer used."""

from domain.facts import ConsultationFacts
from regulations.checks.registry import Finding, check
from regulations.phrases import phrases_in


@check
def texts_avoid(facts: ConsultationFacts, *, words: tuple[str, ...]) -> Finding:
    """No outcome document and no suggestion says any of these words."""
    found = phrases_in(words, *facts.wordings)
    return Finding(
        not found,
        measured=f"成果文书、协商建议中出现：{_quoted(found)}" if found else "成果文书、协商建议用语规范",
        required=f"不使用{_quoted(words)}等提法",
        field="outcome_documents",
    )


@check
def reports_are_not_doubled(facts: ConsultationFacts) -> Finding:
    """No two different documents of one form went to the same recipient."""
    seen: dict[tuple[str, str], int] = {}
    doubled = 0
    for document in facts.documents:
        if document.sent_on is None or document.is_interim:
            continue
        first = seen.setdefault((document.kind, document.recipient_id), document.ordinal)
        doubled += first != document.ordinal
    return Finding(
        doubled == 0,
        measured=f"向同一单位重复报送同类文书 {doubled} 份" if doubled else "没有重复报送",
        required="同一事项不向同一单位重复报送同类文书",
        field="submissions",
    )


def _quoted(words: tuple[str, ...]) -> str:
    return "、".join(f"“{word}”" for word in words)
