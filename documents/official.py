"""Official papers (党政机关公文, GB/T 9704-2012) from plain facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from documents.official_sheet import BODY_FONT, HEI_FONT, KAI_FONT, OfficialSheet
from documents.words import (
    chinese_numeral,
    lines_of,
    official_date,
    official_number,
    one_line,
    width_in_characters,
    without_final_stop,
)

_DEEPEST_LEVEL = 4
_FONT_OF_LEVEL = (BODY_FONT, HEI_FONT, KAI_FONT, BODY_FONT, BODY_FONT)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body, without its number: the paper counts 一、（一）1.（1） itself.

    Level 0 is running text, 1–4 are headings. Raises ValueError for any other level.
    """

    text: str
    level: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.level <= _DEEPEST_LEVEL:
            raise ValueError(f"a paragraph has level 0 to {_DEEPEST_LEVEL}, not {self.level}")


@dataclass(frozen=True)
class OfficialPaper:
    """What an official paper says.

    `title` may hold newlines where the sense allows a break. `signatory_for_upward` is the 签发人, shown
    only on papers to a higher body. `sealed` places the signature for a seal. `masthead` replaces
    "<issuer>文件"; `printed_on` is the day of signing unless given.
    """

    issuer: str
    document_number: str | None
    title: str
    addressee: str | None
    paragraphs: tuple[Paragraph, ...]
    attachments: tuple[str, ...]
    signed_by: str
    signed_on: date
    copied_to: tuple[str, ...] = ()
    printed_by: str | None = None
    signatory_for_upward: str | None = None
    printed_on: date | None = None
    note: str | None = None
    sealed: bool = True
    masthead: str | None = None


def render_official(paper: OfficialPaper) -> bytes:
    """The paper as a docx file; the same paper always gives the same bytes."""
    sheet = OfficialSheet(title=one_line(paper.title), author=one_line(paper.issuer), made_on=paper.signed_on)
    signatory = one_line(paper.signatory_for_upward or "") or None
    sheet.masthead(one_line(paper.masthead or f"{paper.issuer}文件"))
    sheet.number_line(official_number(paper.document_number or ""), signatory)
    sheet.red_line()
    sheet.title(lines_of(paper.title))
    sheet.blank_lines(1)
    if paper.addressee:
        sheet.line((f"{one_line(paper.addressee).rstrip('：:')}：", BODY_FONT))
    write_body(sheet, paper.paragraphs)
    _write_attachments(sheet, paper.attachments)
    write_signature(sheet, one_line(paper.signed_by), official_date(paper.signed_on), paper.sealed)
    if paper.note:
        sheet.line((f"（{one_line(paper.note).strip('（）()')}）", BODY_FONT), first=2)
    write_imprint(sheet, paper.copied_to, paper.printed_by, paper.printed_on or paper.signed_on)
    return sheet.to_bytes()


def write_body(sheet: OfficialSheet, paragraphs: Iterable[Paragraph]) -> None:
    """The body, numbered; a paragraph of several lines goes on as running text."""
    for mark, paragraph in _numbered(paragraphs):
        font = _FONT_OF_LEVEL[paragraph.level]
        for position, text in enumerate(lines_of(paragraph.text)):
            if position == 0:
                sheet.line((mark + text, font), first=2)
            else:
                sheet.line((text, BODY_FONT), first=2)


def write_imprint(
    sheet: OfficialSheet, copied_to: tuple[str, ...], printed_by: str | None, printed_on: date
) -> None:
    """版记: to whom copies go, who printed, when."""
    copies = "，".join(without_final_stop(name) for name in copied_to)
    sheet.imprint(copies or None, one_line(printed_by or "") or None, official_date(printed_on))


def _numbered(paragraphs: Iterable[Paragraph]) -> Iterator[tuple[str, Paragraph]]:
    counts = [0] * (_DEEPEST_LEVEL + 1)
    for paragraph in paragraphs:
        level = paragraph.level
        if level == 0:
            yield "", paragraph
            continue
        counts[level] += 1
        counts[level + 1 :] = [0] * (_DEEPEST_LEVEL - level)
        yield _mark(level, counts[level]), paragraph


def _mark(level: int, number: int) -> str:
    if level == 1:
        return f"{chinese_numeral(number)}、"
    if level == 2:
        return f"（{chinese_numeral(number)}）"
    return f"{number}. " if level == 3 else f"（{number}）"


def _write_attachments(sheet: OfficialSheet, attachments: tuple[str, ...]) -> None:
    names = [without_final_stop(name) for name in attachments]
    if not names:
        return
    sheet.blank_lines(1)
    if len(names) == 1:
        sheet.line((f"附件：{names[0]}", BODY_FONT), left=5, first=-3)
        return
    sheet.line((f"附件：1. {names[0]}", BODY_FONT), left=6, first=-4)
    for number, name in enumerate(names[1:], start=2):
        sheet.line((f"{number}. {name}", BODY_FONT), left=6, first=-1)


def write_signature(sheet: OfficialSheet, signer: str, day: str, sealed: bool) -> None:
    """署名 and 成文日期: centred on each other for a seal, else the date begins two characters in."""
    sheet.blank_lines(2)
    excess = width_in_characters(signer) - width_in_characters(day)
    if sealed:
        # A long name reaches the margin before its middle meets the date's; then the date moves inward.
        signer_right, day_right = max(4 - excess / 2, 0.0), max(4.0, excess / 2)
    elif excess >= 0:
        signer_right, day_right = 2.0, excess
    else:
        signer_right, day_right = 4 - excess, 2.0
    sheet.line((signer, BODY_FONT), right=signer_right, keep_right=True, keep_next=True)
    sheet.line((day, BODY_FONT), right=day_right, keep_right=True)
