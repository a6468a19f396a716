"""What came of it and who was told: SZ-25, NT-19, SZ-29, LF-14, SZ-33, LF-26, NT-06."""

from typing import Any

from sqlalchemy import Select, or_, select

from domain.effects import ConversionKind, OutcomeLinkKind
from domain.figures import Tally
from domain.words import Word
from domain.work_log import PublicationChannel
from records.queries.counting.count import Count
from records.queries.counting.measures import ids_of, number_part, number_tally, share_tally
from records.tables.consultations import Consultation
from records.tables.outcomes import OutcomeLink, Suggestion, SupervisionItem
from records.tables.work_log import Publication


def outcome_links(count: Count, *, kinds: tuple[OutcomeLinkKind, ...]) -> Tally:
    """Papers of other systems that came out of consultations, by kind."""
    query = (
        select(OutcomeLink.kind, OutcomeLink.consultation_id)
        .join(Consultation, Consultation.id == OutcomeLink.consultation_id)
        .where(count.stands, count.in_year(OutcomeLink.linked_on))
    )
    return _by_word(count, query, kinds)


def conversions(count: Count, *, kinds: tuple[ConversionKind, ...]) -> Tally:
    """Suggestions that were turned into something, by what they were turned into."""
    query = (
        select(Suggestion.conversion, Suggestion.consultation_id)
        .join(Consultation, Consultation.id == Suggestion.consultation_id)
        .where(count.stands, count.in_year(Suggestion.converted_on))
    )
    return _by_word(count, query, kinds)


def publications(count: Count, *, channels: tuple[PublicationChannel, ...]) -> Tally:
    """What was made public, by channel."""
    query = (
        select(Publication.channel, Publication.consultation_id)
        .join(Consultation, Consultation.id == Publication.consultation_id)
        .where(count.stands, count.in_year(Publication.published_on))
    )
    return _by_word(count, query, channels)


def key_consultations(count: Count) -> Tally:
    """督查事项 that stood open at some time of the year: how many are closed, how many are not."""
    rows = count.session.execute(
        select(SupervisionItem.consultation_id, SupervisionItem.closed_on)
        .join(Consultation, Consultation.id == SupervisionItem.consultation_id)
        .where(
            count.stands,
            SupervisionItem.opened_on <= count.last_on,
            or_(SupervisionItem.closed_on.is_(None), SupervisionItem.closed_on >= count.first_on),
        )
        .order_by(SupervisionItem.opened_on, SupervisionItem.consultation_id)
    ).all()
    closed = [one for one, closed_on in rows if closed_on is not None and closed_on <= count.last_on]
    still_open = [one for one, closed_on in rows if closed_on is None or closed_on > count.last_on]
    parts = (
        number_part("open", "在督", len(still_open), ids=still_open, unit="项"),
        number_part("closed", "已销号", len(closed), ids=closed, unit="项"),
    )
    return share_tally(len(closed), len(rows), ids=ids_of(parts), parts=parts)


def _by_word(count: Count, query: Select[Any, str], words: tuple[Word, ...]) -> Tally:
    found = count.session.execute(query.order_by(Consultation.number)).all()
    by_word = {word: [one for kind, one in found if kind == word] for word in words}
    parts = tuple(
        number_part(word, word.label, len(ids), ids=dict.fromkeys(ids)) for word, ids in by_word.items()
    )
    number = sum(kind in by_word for kind, _ in found)
    return number_tally(number, ids=ids_of(parts), parts=parts)
