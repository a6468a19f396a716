"""The people of a case at the counter: each has a token of their own and calls the HTTP API with it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

TRIES_MAX = 120
WAIT_SECONDS = 0.5
TIMEOUT_SECONDS = 60.0

Client = httpx2.AsyncClient


class CallFailed(Exception):
    """The counter did not answer as its contract says."""


@dataclass(frozen=True)
class Answer:
    """What the counter said. A refusal has a stable ``code`` and the ``unmet`` rules."""

    status: int
    body: Mapping[str, Any]

    @property
    def is_refusal(self) -> bool:
        """Whether it was a no."""
        return self.status >= 400

    @property
    def code(self) -> str:
        """The stable code of a refusal; empty for a yes."""
        return str(self.body.get("code", "")) if self.is_refusal else ""

    @property
    def detail(self) -> str:
        """The refusal in words for people."""
        return str(self.body.get("detail", ""))

    @property
    def unmet(self) -> list[dict[str, Any]]:
        """The rules that were not met, each with its clause."""
        return list(self.body.get("unmet", ()))


class Callers:
    """Calls the API at ``client`` as one person or another. ``token_of`` gives a person's bearer token."""

    def __init__(self, client: Client, token_of: Callable[[str], Awaitable[str]]) -> None:
        self._client = client
        self._token_of = token_of
        self._tokens: dict[str, str] = {}

    async def read(self, who: str, path: str, **query: Any) -> Any:
        """Read a resource. Raises CallFailed for anything but a 200."""
        headers = await self._headers(who)
        response = await self._client.get(f"/api/v1{path}", params=query, headers=headers)
        if response.status_code != 200:
            raise CallFailed(f"{who} 读取 {path}：{response.status_code} {response.text[:300]}")
        return response.json()

    async def post(self, who: str, path: str, body: Mapping[str, Any], key: str) -> Answer:
        """Post once under this key, waiting while the service is away or still at work. Raises CallFailed."""
        headers = {**await self._headers(who), "Idempotency-Key": key}
        response = await self._client.post(f"/api/v1{path}", json=dict(body), headers=headers)
        for _ in range(TRIES_MAX):
            if response.status_code == 503:
                await asyncio.sleep(WAIT_SECONDS)
                response = await self._client.post(f"/api/v1{path}", json=dict(body), headers=headers)
            elif response.status_code == 202:
                await asyncio.sleep(WAIT_SECONDS)
                response = await self._client.get(response.json()["poll_at"], headers=headers)
            else:
                return _answer(response)
        raise CallFailed(f"{who} 办理 {path}：服务一直没有答复")

    async def _headers(self, who: str) -> dict[str, str]:
        if who not in self._tokens:
            self._tokens[who] = await self._token_of(who)
        return {"Authorization": f"Bearer {self._tokens[who]}"}


def signing_in(open_client: Callable[[str], Client], password: str) -> Callable[[str], Awaitable[str]]:
    """A ``token_of`` that signs in with the password and asks for a token.

    A token and not the cookie, because a simulated clock moves on by months and the cookie ends after minutes.
    ``open_client`` gives each person an address of their own, as they would have.
    """

    async def token_of(who: str) -> str:
        async with open_client(who) as client:
            # With a cookie the counter asks where a request comes from.
            client.headers["Origin"] = str(client.base_url).rstrip("/")
            answer = await client.post(
                "/api/v1/sign-ins",
                json={"sign_in_name": who, "password": password},
                headers={"Idempotency-Key": uuid.uuid4().hex},
            )
            if answer.status_code != 201:
                raise CallFailed(f"{who} 登录：{answer.status_code} {answer.text[:300]}")
            answer = await client.post(
                "/api/v1/api-tokens", json={"name": "案例"}, headers={"Idempotency-Key": uuid.uuid4().hex}
            )
            if answer.status_code != 201:
                raise CallFailed(f"{who} 申请令牌：{answer.status_code} {answer.text[:300]}")
            return str(answer.json()["token"])

    return token_of


def _answer(response: httpx2.Response) -> Answer:
    try:
        return Answer(response.status_code, response.json())
    except ValueError as error:
        raise CallFailed(f"{response.status_code}：{response.text[:300]}") from error
