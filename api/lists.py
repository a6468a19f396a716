"""三张清单 as JSON and as xlsx: suggestions, responsibilities, results, linked by item number."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from api.attachments import download
from api.counter import Counter, TheCounter
from api.fields import PathId
from api.identity import Visitor
from documents.co_handlers import CoHandler
from documents.lists import (
    FeedbackList,
    FeedbackRow,
    ListHeading,
    ResponsibilityList,
    ResponsibilityRow,
    SuggestionList,
    SuggestionRow,
    ThreeLists,
    render_feedback_list,
    render_responsibility_list,
    render_suggestion_list,
    render_three_lists,
)
from domain.bodies import Actor
from records.base import to_json
from records.queries.co_handlings import CoHandlingLine
from records.queries.lists import HandledItem, LinkedLists, linked_lists
from records.queries.reading import reading_consultation

router = APIRouter(prefix="/consultations/{consultation_id}/lists", tags=["三张清单"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST_JSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}, XLSX: {}}}
}


class ListFormat(StrEnum):
    """How a list is wanted."""

    JSON = "json"
    XLSX = "xlsx"


Format = Annotated[ListFormat, Query(alias="format")]


@router.get("", responses=LIST_JSON)
def read_lists(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, wanted: Format = ListFormat.JSON
) -> Response:
    """The three lists together."""
    lists = three_lists(counter, visitor.actor, consultation_id)
    if wanted is ListFormat.XLSX:
        return _workbook(render_three_lists(lists), "三张清单", lists.suggestions.heading)
    return _json(lists)


@router.get("/suggestions", responses=LIST_JSON)
def read_suggestion_list(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, wanted: Format = ListFormat.JSON
) -> Response:
    """协商建议清单."""
    found = three_lists(counter, visitor.actor, consultation_id).suggestions
    if wanted is ListFormat.XLSX:
        return _workbook(render_suggestion_list(found), "协商建议清单", found.heading)
    return _json(found)


@router.get("/responsibilities", responses=LIST_JSON)
def read_responsibility_list(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, wanted: Format = ListFormat.JSON
) -> Response:
    """责任落实清单."""
    found = three_lists(counter, visitor.actor, consultation_id).responsibilities
    if wanted is ListFormat.XLSX:
        return _workbook(render_responsibility_list(found), "责任落实清单", found.heading)
    return _json(found)


@router.get("/feedback", responses=LIST_JSON)
def read_feedback_list(
    consultation_id: PathId, counter: TheCounter, visitor: Visitor, wanted: Format = ListFormat.JSON
) -> Response:
    """结果反馈清单."""
    found = three_lists(counter, visitor.actor, consultation_id).feedback
    if wanted is ListFormat.XLSX:
        return _workbook(render_feedback_list(found), "结果反馈清单", found.heading)
    return _json(found)


def three_lists(counter: Counter, actor: Actor, consultation_id: str) -> ThreeLists:
    """The three lists of a consultation that the actor may read. Raises Refused (NOT_FOUND)."""
    today = counter.today
    with reading_consultation(counter.register, actor, consultation_id, today) as (session, row):
        linked = linked_lists(session, counter.books, row, today)
        heading = ListHeading(row.title, row.number, linked.issuer, today)
        conversions = {
            one.item_number: one.conversion.label for one in linked.suggestions if one.conversion is not None
        }
        return ThreeLists(
            suggestions=SuggestionList(heading, _suggestions(linked)),
            responsibilities=ResponsibilityList(heading, tuple(_responsibility(one) for one in linked.items)),
            feedback=FeedbackList(heading, tuple(_feedback(one, conversions) for one in linked.items)),
        )


def _suggestions(linked: LinkedLists) -> tuple[SuggestionRow, ...]:
    units = {one.line.item_number: one.line.unit_name for one in linked.items}
    return tuple(
        SuggestionRow(
            item_number=one.item_number,
            suggestion=one.text,
            basis=one.follow_up_plan,
            proposed_by="",
            suggested_department=units.get(one.item_number, ""),
        )
        for one in linked.suggestions
    )


def _responsibility(item: HandledItem) -> ResponsibilityRow:
    return ResponsibilityRow(
        item_number=item.line.item_number,
        suggestion=item.line.suggestion,
        department=item.line.unit_name,
        duty="主办" if item.co_handlers else "承办",
        co_handlers=tuple(_co_handler(one) for one in item.co_handlers),
        responsible_person="",
        assigned_on=item.line.task.assigned_on,
        due_on=item.clock.due_on,
        is_provisional=item.clock.is_provisional,
    )


def _co_handler(line: CoHandlingLine) -> CoHandler:
    return CoHandler(
        name=line.unit_name,
        due_on=line.clock.due_on if line.clock is not None else None,
        answered_on=line.co_handling.answered_on if line.co_handling is not None else None,
        is_provisional=line.clock is not None and line.clock.is_provisional,
    )


def _feedback(item: HandledItem, conversions: Mapping[int, str]) -> FeedbackRow:
    answer = item.answer
    return FeedbackRow(
        item_number=item.line.item_number,
        suggestion=item.line.suggestion,
        department=item.line.unit_name,
        adoption=answer.adoption.label if answer is not None and answer.adoption else "",
        result_class=answer.result.label if answer is not None and answer.result else "",
        feedback=answer.text if answer is not None else "",
        due_on=item.clock.due_on,
        answered_on=answer.answered_on if answer is not None else None,
        verified_on=item.line.task.verified_on,
        conversion=conversions.get(item.line.item_number, ""),
    )


def _json(found: ThreeLists | SuggestionList | ResponsibilityList | FeedbackList) -> Response:
    return Response(to_json(asdict(found)), media_type=JSONResponse.media_type)


def _workbook(content: bytes, name: str, heading: ListHeading) -> Response:
    return download(content, f"{heading.consultation_number}{name}.xlsx", XLSX)
