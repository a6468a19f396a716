"""报送成果: the documents on their way upward, and list 1."""

from domain.bodies import BodyKind
from domain.facts import ConsultationFacts, OutcomeDocumentFacts
from domain.matters import OutcomeDocumentKind
from domain.words import Word
from regulations.checks.counting import decisive_session
from regulations.checks.registry import Finding, check


class OutcomePart(Word):
    """A part that an outcome document has."""

    ADVICE = "advice", "建言"
    CONSENSUS = "consensus", "共识"


@check
def outcome_document_is_sent(
    facts: ConsultationFacts,
    *,
    forms: tuple[OutcomeDocumentKind, ...],
    recipients: tuple[BodyKind, ...],
) -> Finding:
    """One document of these forms is signed and was sent to one of these bodies on a known day."""
    sent = [
        each
        for each in _final(facts)
        if each.kind in forms and each.is_signed and each.sent_on and each.recipient_kind in recipients
    ]
    if sent:
        first = sent[0]
        measured = f"{first.kind.label}已于 {first.sent_on} 报送{_recipient(first)}"
    else:
        final = _final(facts)
        signed = sum(each.is_signed for each in final)
        interim = len(facts.documents) - len(final)
        measured = f"成果文书 {len(final)} 份，已签发 {signed} 份，尚未报送规定的单位"
        measured += f"；阶段性报告 {interim} 份不计" if interim else ""
    return Finding(
        bool(sent),
        measured,
        required=f"以{'、'.join(form.label for form in forms)}报送{'、'.join(each.label for each in recipients)}",
        field="outcome_documents",
    )


@check
def submission_is_received(facts: ConsultationFacts) -> Finding:
    """The recipient's receipt is recorded."""
    received = [each.received_on for each in _final(facts) if each.sent_on and each.received_on]
    return Finding(
        bool(received),
        measured=f"收文登记：{min(received)}" if received else "尚无收文登记",
        required="报送件有收文登记",
        field="submissions",
    )


@check
def suggestion_list_is_accepted(facts: ConsultationFacts) -> Finding:
    """协商建议清单 holds items and each was accepted; empty only where no consensus was found."""
    accepted = sum(each.is_accepted_on_list for each in facts.suggestions)
    total = len(facts.suggestions)
    required = "协商建议清单不为空，各条均已确认"
    session = decisive_session(facts)
    if total == 0 and session is not None and session.is_without_consensus:
        return Finding(True, "未形成共识，无建议条目", required)
    return Finding(
        0 < total == accepted,
        measured=f"协商建议清单 {total} 条，已确认 {accepted} 条",
        required=required,
        field="suggestions",
    )


@check
def outcome_has_parts(facts: ConsultationFacts, *, parts: tuple[OutcomePart, ...]) -> Finding:
    """The documents together have each of these parts."""
    there = {
        OutcomePart.ADVICE: any(each.has_advice for each in _final(facts)),
        OutcomePart.CONSENSUS: any(each.has_consensus for each in _final(facts)),
    }
    missing = [part.label for part in parts if not there[part]]
    return Finding(
        not missing,
        measured=f"成果文书缺少：{'、'.join(missing)}" if missing else "成果文书内容齐全",
        required=f"成果文书写明{'、'.join(part.label for part in parts)}",
        field="outcome_documents",
    )


@check
def client_is_reported_to(facts: ConsultationFacts) -> Finding:
    """A commissioned consultation reports its result to who commissioned it."""
    required = "受委托的协商事项，向委托的党委政府或部门报告协商结果"
    if not facts.is_commissioned:
        return Finding(True, "不是受委托的协商事项", required)
    on = facts.reported_to_client_on
    measured = f"已于 {on.isoformat()} 向委托单位报告" if on else "受委托的协商事项，尚未向委托单位报告结果"
    return Finding(on is not None, measured, required, "commission_report")


def _final(facts: ConsultationFacts) -> list[OutcomeDocumentFacts]:
    """The documents that close 报送成果; an interim report is sent while the consultation is still going on."""
    return [each for each in facts.documents if not each.is_interim]


def _recipient(document: OutcomeDocumentFacts) -> str:
    return document.recipient_kind.label if document.recipient_kind else ""
