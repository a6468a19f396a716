"""Exports of the audit trail, streamed: of a consultation, of a unit, of a span of days; each leaves an entry."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from api.attachments import download
from api.counter import Counter
from api.errands import AnErrand
from api.fields import Body, Day
from api.foresight import require
from api.lists import XLSX
from documents.trail_sheet import TRAIL_ROWS_MAX, TrailLine, render_trail
from domain.bodies import Actor
from domain.calendar import SHANGHAI
from domain.policy import PERMITS
from domain.refusals import RefusalCode, refuse
from records.audit import consultation_stream
from records.base import to_json
from records.export_proofs import StreamProofs
from records.pen import Pen
from records.queries.audit_entries import head_of
from records.queries.people import organisation_names, person_names
from records.queries.scopes import consultation_for
from records.queries.trail_exports import TrailScope, exported_count, exported_entries
from records.trail_exports import TrailFormat, note_export

router = APIRouter(tags=["审计"])
JSON_LINES = "application/x-ndjson"


class ExportBody(Body):
    """What is exported, and how it is written."""

    format: TrailFormat
    consultation_id: str = ""
    unit_id: str = ""
    since: Day | None = None
    until: Day | None = None


@dataclass(frozen=True)
class Export:
    """One export under way: for whom, what, and up to which instant."""

    counter: Counter
    by: Actor
    today: date
    scope: TrailScope
    at: datetime


@router.post("/audit-exports", response_class=Response)
def create_export(errand: AnErrand, body: ExportBody) -> Response:
    """The entries of the consultations whose trail one may read. JSON lines are streamed, however many there are."""
    scope = TrailScope(body.consultation_id, body.unit_id, body.since, body.until)
    return export(errand.counter, errand.by, scope, body.format, lambda write: once_for(errand, body, write))


def once_for(errand: Any, body: ExportBody, write: Callable[[Pen], Any]) -> Any:
    """Leave the entry once under the request's key."""
    said = {"path": errand.path, "said": body.model_dump(mode="json")}
    counter = errand.counter
    return counter.desk.once(
        errand.by, counter.now(), key=errand.key, act="export_trail", body=said, write=write
    )


def export(
    counter: Counter,
    by: Actor,
    scope: TrailScope,
    form: TrailFormat,
    write_once: Callable[[Callable[[Pen], Any]], Any],
) -> Response:
    """The file, once its entry has been left. Raises Refused."""

    def write(pen: Pen) -> Any:
        _require(pen, by, scope, form)
        return note_export(pen, scope, form)

    noted = write_once(write)
    at = datetime.fromisoformat(noted["at"])
    under_way = Export(counter, by, counter.today, scope, at)
    name = f"过程留痕-{counter.today.isoformat()}.{form.value}"
    if form is TrailFormat.XLSX:
        return download(_workbook(under_way), name, XLSX)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return StreamingResponse(_json_lines(under_way), media_type=JSON_LINES, headers=headers)


def in_words(scope: TrailScope, case: str, unit: str) -> str:
    """What is exported, for people."""
    words = [one for one in (case and f"协商：{case}", unit and f"办理单位：{unit}") if one]
    if scope.since_on or scope.until_on:
        words.append(f"期间：{scope.since_on or '最早'} 至 {scope.until_on or '导出时'}")
    return "　".join(words)


def _require(pen: Pen, by: Actor, scope: TrailScope, form: TrailFormat) -> None:
    if by.role not in {role for role, _ in PERMITS["read_audit"]}:
        require(False)
    if scope.is_empty:
        message = "请指定协商、办理单位或者起止日期，至少一项。"
        raise refuse(RefusalCode.INVALID_INPUT, message, field="consultation_id")
    if scope.since_on and scope.until_on and scope.until_on < scope.since_on:
        raise refuse(RefusalCode.INVALID_INPUT, "截止日期不能早于起始日期。", field="until")
    named = (scope.consultation_id, scope.unit_id)
    if not all(one.isprintable() for one in named):
        raise refuse(
            RefusalCode.INVALID_INPUT, "协商或者办理单位不存在，请重新选择。", field="consultation_id"
        )
    if scope.consultation_id:
        if consultation_for(pen.session, by, scope.consultation_id, pen.today) is None:
            raise refuse(RefusalCode.NOT_FOUND, "未找到该协商。")
        if not exported_count(
            pen.session, by, pen.today, TrailScope(consultation_id=scope.consultation_id), pen.at
        ):
            require(False)
    if form is TrailFormat.XLSX:
        count = exported_count(pen.session, by, pen.today, scope, pen.at)
        if count > TRAIL_ROWS_MAX:
            message = f"共 {count} 条，电子表格最多 {TRAIL_ROWS_MAX} 条。请缩小范围，或者改为导出 JSON 行。"
            raise refuse(RefusalCode.INVALID_INPUT, message, field="format")


def _batches(one: Export) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """Batch after batch, each in a look of its own, so that a slow reader holds no transaction open."""
    after = None
    while True:
        with one.counter.register.reading() as session:
            rows = exported_entries(session, one.by, one.today, one.scope, one.at, after=after)
            if not rows:
                return
            yield session, list(rows)
        after = (rows[-1][0].stream, rows[-1][0].sequence)


def _json_lines(one: Export) -> Iterator[str]:
    """A head, every entry with its hashes (and its proof where one consultation is exported), and an end."""
    scope = one.scope
    head: dict[str, Any] = {"type": "export", "exported_at": one.at}
    head["scope"] = {name: value for name, value in asdict(scope).items() if value}
    proofs = None
    if scope.consultation_id:
        stream = consultation_stream(scope.consultation_id)
        proofs = StreamProofs(one.counter.seal_keys, stream)
        with one.counter.register.reading() as session:
            of_stream = head_of(session, stream)
        if of_stream is not None:
            head["head"] = {"stream": stream, "length": of_stream.length, "hash": of_stream.head}
    yield to_json(head) + "\n"
    written = 0
    for session, rows in _batches(one):
        for entry, case in rows:
            line = _entry(entry) | {"type": "entry", "consultation_number": case.number}
            if proofs is not None:
                line["proof"] = proofs.proof_of(session, entry.sequence)
            written += 1
            yield to_json(line) + "\n"
    yield to_json({"type": "end", "count": written}) + "\n"


def _workbook(one: Export) -> bytes:
    lines: list[TrailLine] = []
    for session, rows in _batches(one):
        people = person_names(session, [entry.person_id for entry, _ in rows])
        bodies = organisation_names(session, [entry.organisation_id for entry, _ in rows])
        lines += [_line(entry, case, people, bodies) for entry, case in rows]
    with one.counter.register.reading() as session:
        unit = organisation_names(session, [one.scope.unit_id]).get(one.scope.unit_id, "")
    case = lines[0].consultation_number if one.scope.consultation_id and lines else ""
    return render_trail(in_words(one.scope, case, unit), lines, one.today)


def _entry(entry: Any) -> dict[str, Any]:
    return {name.key: getattr(entry, name.key) for name in entry.__table__.columns} | {
        "action": entry.action.value,
        "action_label": entry.action.label,
    }


def _line(entry: Any, case: Any, people: dict[str, str], bodies: dict[str, str]) -> TrailLine:
    return TrailLine(
        consultation_number=case.number,
        consultation_title=case.title,
        sequence=entry.sequence,
        at=entry.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        action=entry.action.label,
        person_name=people.get(entry.person_id, "系统时钟" if entry.role == "clock" else ""),
        organisation_name=bodies.get(entry.organisation_id, ""),
        object=f"{entry.object_kind} {entry.object_id}",
        note=entry.note,
        old=json.dumps(entry.old, ensure_ascii=False) if entry.old else "",
        new=json.dumps(entry.new, ensure_ascii=False) if entry.new else "",
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )
