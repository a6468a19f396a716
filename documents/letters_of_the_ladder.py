"""The three papers of the escalation ladder: 催办通知书, 通报 (red) and 专报.

The 政协 has no power of 督查: it urges, makes known and reports. The 专报 therefore asks for a 批示 and
orders nothing.
"""

from dataclasses import dataclass, replace
from datetime import date

from documents.official import OfficialPaper, Paragraph
from documents.words import official_date, one_line, without_final_stop


@dataclass(frozen=True)
class OverdueItem:
    """A suggestion whose answer is late. `workdays_overdue` is counted on the day the paper is signed."""

    item_number: int
    suggestion: str
    department: str
    duty: str
    assigned_on: date
    due_on: date
    workdays_overdue: int
    urged_on: date | None = None
    circulated_on: date | None = None


@dataclass(frozen=True)
class LadderLetter:
    """What all three papers need. `basis` names document and article that give the duty to answer.

    Raises ValueError without items: a paper about nothing must never go out.
    """

    issuer: str
    document_number: str | None
    addressee: str
    consultation_title: str
    consultation_number: str
    basis: str
    items: tuple[OverdueItem, ...]
    signed_on: date
    copied_to: tuple[str, ...] = ()
    printed_by: str | None = None

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("a paper of the ladder needs at least one overdue item")


def urge_notice(letter: LadderLetter, answer_by: date) -> OfficialPaper:
    """催办通知书 to the department (yellow): what is late, and by when the answer is now expected.

    `answer_by` is a request; the due date itself is not moved. Raises ValueError when the items belong to
    several departments, because each is urged in a letter of its own.
    """
    if len({item.department for item in letter.items}) > 1:
        raise ValueError("an urge notice speaks to one department only")
    return _paper(
        letter,
        f"关于“{_subject(letter)}”协商建议\n逾期未反馈的催办通知书",
        [
            Paragraph(f"{_opening(letter)}，下列事项已超过办理期限，尚未收到书面反馈："),
            *_items(letter),
            Paragraph(
                f"请抓紧办理，并于{official_date(answer_by)}前书面反馈办理结果；"
                "确有困难的，请书面说明原因和下一步安排。原办理期限不因本通知改变。"
            ),
        ],
    )


def red_circular(letter: LadderLetter) -> OfficialPaper:
    """通报 (red): makes known which departments are late, and since when they have been urged."""
    departments = dict.fromkeys(one_line(item.department) for item in letter.items)
    return _paper(
        letter,
        f"关于“{_subject(letter)}”协商建议\n逾期未反馈情况的通报",
        [
            Paragraph(f"{_opening(letter)}，下列事项经催办仍未书面反馈，按红牌事项予以通报。"),
            Paragraph("逾期事项", level=1),
            *_items(letter),
            Paragraph("有关要求", level=1),
            Paragraph(
                f"请{'、'.join(departments)}对照协商建议和责任落实清单，尽快书面反馈办理结果。"
                "仍不反馈的，将按规定向同级党委报送专报。"
            ),
        ],
    )


def special_report(letter: LadderLetter, signatory: str, proposals: tuple[str, ...]) -> OfficialPaper:
    """专报 to the party committee: the facts, what was done about them, what is proposed.

    Raises ValueError without a 签发人: a paper that goes upward must name who signed it out.
    """
    if not one_line(signatory):
        raise ValueError("a special report needs its signatory")
    paper = _paper(
        letter,
        f"关于“{_subject(letter)}”协商建议\n逾期未反馈情况的专报",
        [
            Paragraph("基本情况", level=1),
            Paragraph(f"{_opening(letter)}，下列事项经催办、通报仍未书面反馈。"),
            *_items(letter),
            Paragraph("已开展的工作", level=1),
            *(Paragraph(_steps_taken(item)) for item in letter.items),
            Paragraph("有关建议", level=1),
            *(Paragraph(f"{without_final_stop(proposal)}。", level=3) for proposal in proposals),
            Paragraph("以上报告，请审阅批示。"),
        ],
    )
    return replace(paper, signatory_for_upward=signatory)


def _paper(letter: LadderLetter, title: str, paragraphs: list[Paragraph]) -> OfficialPaper:
    return OfficialPaper(
        issuer=letter.issuer,
        document_number=letter.document_number,
        title=title,
        addressee=letter.addressee,
        paragraphs=tuple(paragraphs),
        attachments=(),
        signed_by=letter.issuer,
        signed_on=letter.signed_on,
        copied_to=letter.copied_to,
        printed_by=letter.printed_by,
    )


def _subject(letter: LadderLetter) -> str:
    return without_final_stop(letter.consultation_title)


def _opening(letter: LadderLetter) -> str:
    return (
        f"根据{without_final_stop(letter.basis)}，“{_subject(letter)}”"
        f"（编号：{one_line(letter.consultation_number)}）协商建议已交有关单位办理。"
        f"截至{official_date(letter.signed_on)}"
    )


def _items(letter: LadderLetter) -> list[Paragraph]:
    return [
        Paragraph(
            f"第{item.item_number}项“{without_final_stop(item.suggestion)}”，"
            f"由{one_line(item.department)}{one_line(item.duty)}，{official_date(item.assigned_on)}交办，"
            f"办理期限至{official_date(item.due_on)}，已逾期{item.workdays_overdue}个工作日。"
        )
        for item in letter.items
    ]


def _steps_taken(item: OverdueItem) -> str:
    steps = []
    if item.urged_on:
        steps.append(f"{official_date(item.urged_on)}发出催办通知书")
    if item.circulated_on:
        steps.append(f"{official_date(item.circulated_on)}予以通报")
    return f"第{item.item_number}项：{'，'.join(steps) if steps else '已按期限提醒'}，至今未收到书面反馈。"
