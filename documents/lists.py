"""The three lists (三张清单), linked item by item through the item number."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from documents.co_handlers import CoHandler
from documents.list_sheet import Column, ListSheet, workbook_of
from documents.words import official_date, one_line

_PROVISIONAL = "期限暂定：相应年度工作日安排尚未公布"


@dataclass(frozen=True)
class ListHeading:
    """What stands above every list of one consultation."""

    consultation_title: str
    consultation_number: str
    issuer: str
    made_on: date


@dataclass(frozen=True)
class SuggestionRow:
    """List 1: what is proposed, on what ground, to whom."""

    item_number: int
    suggestion: str
    basis: str
    proposed_by: str
    suggested_department: str


@dataclass(frozen=True)
class ResponsibilityRow:
    """List 2: who does it and by when. An item handled separately (分办) has one row per department."""

    item_number: int
    suggestion: str
    department: str
    duty: str
    co_handlers: tuple[CoHandler, ...]
    responsible_person: str
    assigned_on: date
    due_on: date
    is_provisional: bool = False
    note: str = ""


@dataclass(frozen=True)
class FeedbackRow:
    """List 3: what was done. Dates are None while they are still to come."""

    item_number: int
    suggestion: str
    department: str
    adoption: str
    result_class: str
    feedback: str
    due_on: date
    answered_on: date | None = None
    verified_on: date | None = None
    conversion: str = ""
    note: str = ""


@dataclass(frozen=True)
class SuggestionList:
    """协商建议清单. Raises ValueError when an item number stands twice."""

    heading: ListHeading
    rows: tuple[SuggestionRow, ...]

    def __post_init__(self) -> None:
        _refuse_repeated((row.item_number,) for row in self.rows)


@dataclass(frozen=True)
class ResponsibilityList:
    """责任落实清单. Raises ValueError when a department stands twice at one item."""

    heading: ListHeading
    rows: tuple[ResponsibilityRow, ...]

    def __post_init__(self) -> None:
        _refuse_repeated((row.item_number, row.department) for row in self.rows)


@dataclass(frozen=True)
class FeedbackList:
    """结果反馈清单. Raises ValueError when a department stands twice at one item."""

    heading: ListHeading
    rows: tuple[FeedbackRow, ...]

    def __post_init__(self) -> None:
        _refuse_repeated((row.item_number, row.department) for row in self.rows)


@dataclass(frozen=True)
class ThreeLists:
    """The linked view. Raises ValueError when list 2 or 3 names an item that list 1 does not have."""

    suggestions: SuggestionList
    responsibilities: ResponsibilityList
    feedback: FeedbackList

    def __post_init__(self) -> None:
        known = {row.item_number for row in self.suggestions.rows}
        named = {row.item_number for row in self.responsibilities.rows}
        named |= {row.item_number for row in self.feedback.rows}
        if named - known:
            raise ValueError(f"items without a suggestion: {sorted(named - known)}")

    @property
    def items_without_responsibility(self) -> tuple[int, ...]:
        """Suggestions nobody has been given yet; the lists are complete only when there is none."""
        given = {row.item_number for row in self.responsibilities.rows}
        return tuple(row.item_number for row in self.suggestions.rows if row.item_number not in given)

    @property
    def items_without_feedback(self) -> tuple[int, ...]:
        """Suggestions with a row missing in list 3 for the item or for one of its departments."""
        answered = {(row.item_number, row.department) for row in self.feedback.rows}
        owed = {(row.item_number, row.department) for row in self.responsibilities.rows}
        missing = {item for item, _ in owed - answered} | set(self.items_without_responsibility)
        return tuple(sorted(missing))


def render_suggestion_list(suggestions: SuggestionList) -> bytes:
    """协商建议清单 as xlsx."""
    return workbook_of([_suggestion_sheet(suggestions)], suggestions.heading.made_on)


def render_responsibility_list(responsibilities: ResponsibilityList) -> bytes:
    """责任落实清单 as xlsx."""
    return workbook_of([_responsibility_sheet(responsibilities)], responsibilities.heading.made_on)


def render_feedback_list(feedback: FeedbackList) -> bytes:
    """结果反馈清单 as xlsx."""
    return workbook_of([_feedback_sheet(feedback)], feedback.heading.made_on)


def render_three_lists(lists: ThreeLists) -> bytes:
    """The three lists as three sheets of one xlsx file."""
    sheets = [
        _suggestion_sheet(lists.suggestions),
        _responsibility_sheet(lists.responsibilities),
        _feedback_sheet(lists.feedback),
    ]
    return workbook_of(sheets, lists.suggestions.heading.made_on)


def _suggestion_sheet(suggestions: SuggestionList) -> ListSheet:
    columns = (
        Column("项号", 6),
        Column("协商建议", 48),
        Column("依据和理由", 36),
        Column("提出人", 16),
        Column("建议承办单位", 22),
    )
    rows = tuple(
        (row.item_number, row.suggestion, row.basis, row.proposed_by, row.suggested_department)
        for row in suggestions.rows
    )
    return _sheet("协商建议清单", suggestions.heading, columns, rows)


def _responsibility_sheet(responsibilities: ResponsibilityList) -> ListSheet:
    columns = (
        Column("项号", 6),
        Column("协商建议", 36),
        Column("承办单位", 20),
        Column("职责", 8),
        Column("会办单位及期限", 26),
        Column("责任人", 12),
        Column("交办日期", 16),
        Column("办理期限", 16),
        Column("备注", 22),
    )
    rows = tuple(
        (
            row.item_number,
            row.suggestion,
            row.department,
            row.duty,
            "；".join(one.in_words for one in row.co_handlers),
            row.responsible_person,
            row.assigned_on,
            row.due_on,
            "；".join(note for note in (_PROVISIONAL if row.is_provisional else "", row.note) if note),
        )
        for row in responsibilities.rows
    )
    return _sheet("责任落实清单", responsibilities.heading, columns, rows)


def _feedback_sheet(feedback: FeedbackList) -> ListSheet:
    columns = (
        Column("项号", 6),
        Column("协商建议", 30),
        Column("承办单位", 20),
        Column("采纳状态", 10),
        Column("办理结果", 10),
        Column("书面反馈", 40),
        Column("办理期限", 16),
        Column("反馈日期", 16),
        Column("核实日期", 16),
        Column("转化形式", 16),
        Column("备注", 20),
    )
    rows = tuple(
        (
            row.item_number,
            row.suggestion,
            row.department,
            row.adoption,
            row.result_class,
            row.feedback,
            row.due_on,
            row.answered_on,
            row.verified_on,
            row.conversion,
            row.note,
        )
        for row in feedback.rows
    )
    return _sheet("结果反馈清单", feedback.heading, columns, rows)


def _sheet(
    name: str,
    heading: ListHeading,
    columns: tuple[Column, ...],
    rows: tuple[tuple[str | int | date | None, ...], ...],
) -> ListSheet:
    subtitle = (
        f"编号：{one_line(heading.consultation_number)}　填报单位：{one_line(heading.issuer)}"
        f"　填报日期：{official_date(heading.made_on)}"
    )
    return ListSheet(name, f"{one_line(heading.consultation_title)}{name}", subtitle, columns, rows)


def _refuse_repeated(keys: Iterable[tuple[object, ...]]) -> None:
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise ValueError(f"rows standing twice in a list: {repeated}")
