"""Every "no" of the counter as ``application/problem+json`` with a stable code (RFC 9457)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from domain.refusals import Refusal, RefusalCode, Refused, RuleFinding
from records.dialects import is_unavailable

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5

STATUSES: Mapping[RefusalCode, int] = {
    RefusalCode.GATES_UNMET: 422,
    RefusalCode.INVALID_INPUT: 422,
    RefusalCode.PARAMETER_UNSET: 422,
    RefusalCode.WRONG_ORDER: 422,
    RefusalCode.STATE_FORBIDS: 409,
    RefusalCode.SUSPENDED: 409,
    RefusalCode.STALE_FORM: 409,
    RefusalCode.WINDOW_CLOSED: 409,
    RefusalCode.LIMIT_REACHED: 409,
    RefusalCode.KEY_REUSED: 409,
    RefusalCode.NOT_WAIVABLE: 409,
    RefusalCode.PARENT_RULE_HARD: 409,
    RefusalCode.NOT_AT_STAGE_BORDER: 409,
    RefusalCode.SAME_PERSON: 403,
    RefusalCode.NOT_PERMITTED: 403,
    RefusalCode.NOT_FOUND: 404,
}


@dataclass
class CounterProblem(Exception):
    """A problem of the counter itself, beside the refusals of the domain."""

    status: int
    code: str
    title: str
    detail: str
    headers: dict[str, str] = field(default_factory=dict)
    field_name: str = ""


def sign_in_required() -> CounterProblem:
    """Nobody is signed in, or the sign-in has ended."""
    headers = {"WWW-Authenticate": "Bearer"}
    return CounterProblem(401, "sign_in_required", "需要登录", "请先登录，或重新登录。", headers)


def temporal_unavailable() -> CounterProblem:
    """The engine of the processes cannot be reached; the same request with the same key may be sent again."""
    return CounterProblem(
        503,
        "temporal_unavailable",
        "流程服务暂时不可用",
        "流程服务暂时没有响应。请稍后用同一幂等键重试，不会重复办理。",
        {"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def register_unavailable() -> CounterProblem:
    """The database is locked or away."""
    return CounterProblem(
        503,
        "register_unavailable",
        "数据库暂时不可用",
        "数据库暂时没有响应，请稍后重试。",
        {"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def problem_response(problem: CounterProblem, **more: Any) -> JSONResponse:
    """The problem as an answer; ``more`` are further members of the body."""
    body = {
        "type": f"urn:shangliang:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "field": problem.field_name,
        "unmet": [],
    }
    return JSONResponse(
        {**body, **more}, status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def refusal_response(refusal: Refusal) -> JSONResponse:
    """The refusal of an act as an answer, with every rule that is not met."""
    problem = CounterProblem(
        STATUSES[refusal.code],
        refusal.code.value,
        refusal.code.label,
        refusal.message,
        field_name=refusal.field,
    )
    return problem_response(problem, unmet=[finding_body(finding) for finding in refusal.unmet])


def finding_body(finding: RuleFinding) -> dict[str, Any]:
    """One rule as judged."""
    return {
        "rule_id": finding.rule_id,
        "stage": finding.stage,
        "severity": finding.severity.value,
        "is_satisfied": finding.is_satisfied,
        "is_waived": finding.is_waived,
        "measured": finding.measured,
        "required": finding.required,
        "clause": finding.clause,
        "article": finding.article,
        "source": finding.source,
        "waivable_by": finding.waivable_by,
        "field": finding.field,
        "is_default": finding.is_default,
    }


def install(app: FastAPI) -> None:
    """Answer every exception that is expected with a problem; the rest is for ``middleware.Faults``."""
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(CounterProblem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(DBAPIError, _on_database)
    app.add_exception_handler(PoolTimeout, _on_database)


async def _on_refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return refusal_response(error.refusal)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CounterProblem)
    return problem_response(error)


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "field": _field_of(one["loc"]),
            "message": _message_of(one["type"], one.get("ctx") or {}, one["msg"]),
        }
        for one in error.errors()
    ]
    first = errors[0]
    detail = f"{first['field']}：{first['message']}" if first["field"] else first["message"]
    code = RefusalCode.INVALID_INPUT
    problem = CounterProblem(422, code.value, code.label, detail, field_name=first["field"])
    return problem_response(problem, errors=errors)


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, title = _HTTP_WORDS.get(error.status_code, ("http_error", "请求未能完成"))
    headers = dict(error.headers or {})
    return problem_response(CounterProblem(error.status_code, code, title, f"{title}。", headers))


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, PoolTimeout) or is_unavailable(error):
        logger.warning("the register is unavailable: %s", type(error).__name__)
        return problem_response(register_unavailable())
    return unexpected_response(request, error)


def unexpected_response(request: Request, error: Exception) -> JSONResponse:
    """The answer to a fault of ours, which is logged."""
    logger.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
    detail = "服务内部出现意外错误，已记录。请稍后重试；如仍不能办理，请将页面上的请求编号告知系统管理员。"
    return problem_response(CounterProblem(500, "internal_error", "服务内部错误", detail))


_HTTP_WORDS = {
    400: ("bad_request", "请求格式有误"),
    404: (RefusalCode.NOT_FOUND.value, RefusalCode.NOT_FOUND.label),
    405: ("method_not_allowed", "此地址不支持该请求方法"),
    413: ("body_too_large", "提交的内容过大"),
    415: ("unsupported_media_type", "不支持该内容类型"),
}


def _field_of(location: tuple[int | str, ...]) -> str:
    """``("body", "assignments", 0, "lead_unit_id")`` as ``assignments[0].lead_unit_id``."""
    name = ""
    for part in location[1:]:
        if isinstance(part, int):
            name += f"[{part}]" if name else ""
        else:
            name += f".{part}" if name else part
    return name


_MESSAGES = {
    "missing": "此项必填。",
    "extra_forbidden": "没有这一项，请删除。",
    "enum": "不在允许的取值之内，可用：{expected}。",
    "literal_error": "不在允许的取值之内，可用：{expected}。",
    "string_type": "应为文字。",
    "string_too_short": "不得少于 {min_length} 个字符。",
    "string_too_long": "不得超过 {max_length} 个字符。",
    "string_pattern_mismatch": "格式不正确。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "finite_number": "应为有限的数字。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "greater_than_equal": "不得小于 {ge}。",
    "less_than_equal": "不得大于 {le}。",
    "list_type": "应为列表。",
    "tuple_type": "应为列表。",
    "dict_type": "应为键值表。",
    "too_short": "不得少于 {min_length} 项。",
    "too_long": "不得超过 {max_length} 项。",
    "model_type": "应为 JSON 对象。",
    "model_attributes_type": "应为 JSON 对象。",
    "json_invalid": "不是有效的 JSON。",
    "timezone_aware": "应为带时区的时刻。",
}


def _message_of(kind: str, context: Mapping[str, Any], message: str) -> str:
    """The sentence for people. Our own validators bring theirs along."""
    if kind == "chinese":
        return message
    if kind.startswith(("date_", "datetime_")):
        return "应为有效的日期（如 2026-03-10）。" if kind.startswith("date_") else "应为有效的时刻。"
    template = _MESSAGES.get(kind, "填写内容有误。")
    try:
        return template.format(**context)
    except KeyError:
        return "填写内容有误。"
