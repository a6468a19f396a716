"""纪要: the agreed record of one session, in the 纪要 form of GB/T 9704-2012 (no seal, no signature)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from documents.official import Paragraph, write_body, write_imprint
from documents.official_sheet import BODY_FONT, HEI_FONT, OfficialSheet
from documents.words import (
    chinese_numeral,
    lines_of,
    official_date,
    official_number,
    one_line,
    without_final_stop,
)


@dataclass(frozen=True)
class Attendee:
    """Somebody named in the minutes; `may_be_named` is False for a member of the public who declined."""

    name: str
    organisation: str
    may_be_named: bool = True


@dataclass(frozen=True)
class OpinionLine:
    """What a speaker said, and on what ground."""

    speaker: str
    text: str
    basis: str | None = None


@dataclass(frozen=True)
class DissentLine:
    """A recorded disagreement; `explanation` is the answer the dissenter has been given, if any."""

    dissenter: str
    text: str
    explanation: str | None = None


@dataclass(frozen=True)
class SuggestionLine:
    """One actionable proposal and the department it is meant for."""

    text: str
    department: str | None = None


@dataclass(frozen=True)
class SessionMinutes:
    """What the minutes of a session say. `masthead` is the red head without its last word 纪要.

    Minutes never claim more than is recorded: without consensus or dissents they say so only where that was stated.
    """

    masthead: str
    number: str
    issuer: str
    issued_on: date
    title: str
    held_on: date
    place: str
    chair: str
    recorder: str
    present: tuple[Attendee, ...]
    on_leave: tuple[Attendee, ...] = ()
    observers: tuple[Attendee, ...] = ()
    topics: tuple[str, ...] = ()
    opinions: tuple[OpinionLine, ...] = ()
    consensus: tuple[str, ...] = ()
    dissents: tuple[DissentLine, ...] = ()
    suggestions: tuple[SuggestionLine, ...] = ()
    is_without_consensus: bool = True
    is_dissent_list_confirmed: bool = True
    copied_to: tuple[str, ...] = ()
    printed_by: str | None = None


def render_minutes(minutes: SessionMinutes) -> bytes:
    """The minutes as a docx file; the same minutes always give the same bytes."""
    issuer = one_line(minutes.issuer)
    sheet = OfficialSheet(title=one_line(minutes.title), author=issuer, made_on=minutes.issued_on)
    sheet.masthead(f"{one_line(minutes.masthead).removesuffix('纪要')}纪要")
    sheet.number_line(official_number(minutes.number), None)
    sheet.sides_line(issuer, official_date(minutes.issued_on))
    sheet.red_line()
    sheet.title(lines_of(minutes.title))
    sheet.blank_lines(1)
    write_body(sheet, _body(minutes))
    sheet.blank_lines(1)
    for label, people in (
        ("出席", minutes.present),
        ("请假", minutes.on_leave),
        ("列席", minutes.observers),
    ):
        if people:
            _write_roll(sheet, label, people)
    write_imprint(sheet, minutes.copied_to, minutes.printed_by, minutes.issued_on)
    return sheet.to_bytes()


def with_pseudonyms(minutes: SessionMinutes, also_hidden: Iterable[str] = ()) -> SessionMinutes:
    """The minutes with everyone who may not be named called 群众代表甲, 乙 … wherever the name stands.

    `also_hidden` are names that stand in the text, not in the roll. A name inside a text is found only as it is
    written there; nicknames and addresses are not.
    """
    roll = (*minutes.present, *minutes.on_leave, *minutes.observers)
    unnamed = [person.name for person in roll if not person.may_be_named]
    hidden = [name for name in dict.fromkeys((*unnamed, *also_hidden)) if name]
    if not hidden:
        return minutes
    pseudonyms = {name: f"群众代表{_ordinal(position)}" for position, name in enumerate(hidden)}
    # In one pass, the longest first: what was put in for one name must not be taken for another.
    any_name = re.compile("|".join(re.escape(name) for name in sorted(hidden, key=len, reverse=True)))

    def hide(text: str) -> str:
        return any_name.sub(lambda found: pseudonyms[found[0]], text)

    return replace(
        minutes,
        title=hide(minutes.title),
        present=_renamed(minutes.present, hide),
        on_leave=_renamed(minutes.on_leave, hide),
        observers=_renamed(minutes.observers, hide),
        topics=tuple(hide(topic) for topic in minutes.topics),
        opinions=tuple(
            OpinionLine(hide(line.speaker), hide(line.text), line.basis and hide(line.basis))
            for line in minutes.opinions
        ),
        consensus=tuple(hide(text) for text in minutes.consensus),
        dissents=tuple(
            DissentLine(hide(line.dissenter), hide(line.text), line.explanation and hide(line.explanation))
            for line in minutes.dissents
        ),
        suggestions=tuple(replace(line, text=hide(line.text)) for line in minutes.suggestions),
    )


def _renamed(people: tuple[Attendee, ...], hide: Callable[[str], str]) -> tuple[Attendee, ...]:
    return tuple(
        person if person.may_be_named else replace(person, name=hide(person.name)) for person in people
    )


def _ordinal(position: int) -> str:
    stems = "甲乙丙丁戊己庚辛壬癸"
    return stems[position] if position < len(stems) else chinese_numeral(position + 1)


def _body(minutes: SessionMinutes) -> list[Paragraph]:
    opening = (
        f"{official_date(minutes.held_on)}，{one_line(minutes.chair)}在{one_line(minutes.place)}主持召开协商会。"
        f"{one_line(minutes.recorder)}负责记录。现将有关情况纪要如下。"
    )
    no_consensus = "本次协商未形成共识。" if minutes.is_without_consensus else "协商共识尚未登记。"
    no_dissent = (
        "经确认，会上没有不同意见。" if minutes.is_dissent_list_confirmed else "不同意见清单尚未确认。"
    )
    return [
        Paragraph(opening),
        *_part("协商议题", minutes.topics, "本次协商未另列议题。"),
        *_part("协商意见", [_opinion(line) for line in minutes.opinions], "会上没有发言意见。"),
        *_part("协商共识", minutes.consensus, no_consensus),
        *_part("不同意见", [_dissent(line) for line in minutes.dissents], no_dissent),
        *_part("协商建议", [_suggestion(line) for line in minutes.suggestions], "本次协商未提出建议。"),
    ]


def _part(heading: str, texts: tuple[str, ...] | list[str], when_empty: str) -> list[Paragraph]:
    if not texts:
        return [Paragraph(heading, level=1), Paragraph(when_empty)]
    return [Paragraph(heading, level=1), *(Paragraph(text, level=3) for text in texts)]


def _opinion(line: OpinionLine) -> str:
    basis = f"（依据：{without_final_stop(line.basis)}）" if line.basis else ""
    return f"{one_line(line.speaker)}：{without_final_stop(line.text)}{basis}。"


def _dissent(line: DissentLine) -> str:
    answer = f"解释说明：{without_final_stop(line.explanation)}" if line.explanation else "尚待解释说明"
    return f"{one_line(line.dissenter)}：{without_final_stop(line.text)}。{answer}。"


def _suggestion(line: SuggestionLine) -> str:
    department = f"（建议由{one_line(line.department)}研究办理）" if line.department else ""
    return f"{without_final_stop(line.text)}{department}。"


def _write_roll(sheet: OfficialSheet, label: str, people: tuple[Attendee, ...]) -> None:
    names = "，".join(f"{one_line(p.name)}（{one_line(p.organisation)}）" for p in people)
    hanging = len(label) + 1
    sheet.line((f"{label}：", HEI_FONT), (names, BODY_FONT), left=2 + hanging, first=-hanging)
