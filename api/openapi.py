"""The contract as programs read it: every answer that is no success is a problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE, finding_body
from domain.refusals import RefusalCode, RuleFinding, Severity

_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "请求格式有误，或缺少幂等键", **_PROBLEM},
    401: {"description": "需要登录", **_PROBLEM},
    403: {"description": "无权进行此操作", **_PROBLEM},
    404: {"description": "未找到", **_PROBLEM},
    409: {"description": "当前状态或时限不允许", **_PROBLEM},
    413: {"description": "提交的内容过大", **_PROBLEM},
    422: {"description": "规则要求未满足，或填写内容有误", **_PROBLEM},
    429: {"description": "请求过于频繁", **_PROBLEM},
    503: {"description": "流程服务或数据库暂时不可用", **_PROBLEM},
}

_FINDING = finding_body(RuleFinding("", "", Severity.HARD, False, "", "", "", "", ""))
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "field", "unmet"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "examples": [code.value for code in RefusalCode]},
        "field": {"type": "string"},
        "unmet": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    name: {"type": "boolean" if isinstance(value, bool) else ["string", "null"]}
                    for name, value in _FINDING.items()
                },
            },
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


def add_problem_schema(app: FastAPI) -> None:
    """Let the contract of the application name its problems."""

    def contract() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = PROBLEM_SCHEMA
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = contract  # type: ignore[method-assign]
