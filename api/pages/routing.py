"""Routes of pages: every "no" becomes a page that says why and what to do, never JSON."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from api.pages.kept_forms import kept_of
from api.pages.rendering import page, see_other
from api.problems import STATUSES, CounterProblem, register_unavailable
from domain.refusals import Refused, RuleFinding
from records.dialects import is_unavailable

logger = logging.getLogger(__name__)

_TITLES = {
    400: "请求有误",
    403: "无权办理",
    404: "未找到该页面",
    405: "不支持该操作",
    409: "现在不能办理",
    413: "提交的内容过大",
    422: "填写内容有误",
    429: "请求过于频繁",
    500: "服务出现意外错误",
    503: "服务暂时不可用",
}
_ADVICE = {
    403: "您可以在页面右上角切换任职身份；如认为权限有误，请联系安全管理员。",
    404: "地址可能有误，内容可能已变更，或者该事项不在您的可见范围内。",
    409: "请返回上一页，查看最新状态后再办理。",
    500: "错误已记录。请稍后重试；如仍不能办理，请联系系统管理员。",
    503: "请稍候片刻再试；已经提交的内容不会重复办理。",
}


class PageRoute(APIRoute):
    """A route that answers its errors as pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except CounterProblem as problem:
                if problem.status == 401 and request.method == "POST":
                    return await _sign_in_and_go_on(request)
                return error_page(request, problem)
            except Exception as error:
                return error_page(request, error)

        return answer


def page_router() -> APIRouter:
    """A router for one noun's pages."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, default_response_class=Response)


def error_page(request: Request, error: Exception) -> Response:
    """The page for an error; who is not signed in is led to the sign-in and back."""
    match error:
        case Refused():
            refusal = error.refusal
            return failure(request, STATUSES[refusal.code], refusal.message, refusal.unmet)
        case CounterProblem(status=401):
            back = quote(request.url.path if request.method == "GET" else "/", safe="/")
            return see_other(f"/sign-in?next={back}", "请先登录，登录后将回到原来的页面。")
        case CounterProblem():
            return failure(request, error.status, error.detail, headers=error.headers)
        case RequestValidationError():
            return failure(request, 404, "没有这样的地址。")
        case HTTPException():
            return failure(request, error.status_code, "")
        case PoolTimeout():
            return _away(request)
        case DBAPIError() if is_unavailable(error):
            return _away(request)
    logger.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
    return failure(request, 500, "")


async def _sign_in_and_go_on(request: Request) -> Response:
    """The sign-in, with what was typed into the form that came too late."""
    kept = await kept_of(request)
    onward = request.url.path if kept else "/"
    error = "" if kept else "登录已过期，请重新登录。"
    return page(request, "sign_in.html", status=401, name="", error=error, onward=onward, kept=kept)


def failure(
    request: Request,
    status: int,
    message: str,
    unmet: tuple[RuleFinding, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The page that says no."""
    response = page(
        request,
        "error.html",
        status=status,
        code=status,
        title=_TITLES.get(status, "请求未能完成"),
        message=message,
        advice=_ADVICE.get(status, "请返回上一页后重试。"),
        unmet=unmet,
    )
    response.headers.update(headers or {})
    return response


def _away(request: Request) -> Response:
    problem = register_unavailable()
    return failure(request, problem.status, problem.detail, headers=problem.headers)
