"""The settings of the service, and the only place that reads the environment.

Every setting is an environment variable `SHANGLIANG_<NAME>`. With no variable at all the service runs embedded:
its own Temporal server, SQLite file, mail catcher and keys, all under `data_dir`.
"""

import hashlib
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from records.audit import ALGORITHMS
from records.seal_keys import public_key_of
from service.keys import KeyFileError, is_fernet_key, read_or_create_key

PREFIX = "SHANGLIANG_"
KEY_NAMES = ("audit_key", "personal_data_key", "seal_key")
KEY_LENGTH_MIN = 32
RETENTION_MONTHS_MIN = 6
"""No law lets logs go sooner (Cybersecurity Law, article 21: not less than six months)."""


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class SettingsError(Exception):
    """A setting is missing or wrong; `names` lists the variables, the text never holds a value."""

    def __init__(self, complaints: dict[str, str]) -> None:
        self.names = tuple(complaints)
        lines = [f"  {name}：{complaint}" for name, complaint in complaints.items()]
        super().__init__(
            "\n".join(["设置有误，服务没有启动。The service did not start, because of:", *lines])
        )


def _complaint(chinese: str, english: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{chinese} / {english}", {"chinese": chinese, "english": english})


def _known_database(url: str) -> str:
    if url and not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise _complaint(
            "只支持 sqlite:/// 和 postgresql+psycopg:// 地址",
            "only sqlite:/// and postgresql+psycopg:// are supported",
        )
    return url


def _host_and_port(address: str | None) -> str | None:
    if address is not None:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise _complaint("应写作 主机:端口", "expected host:port")
    return address


def _web_address(url: str) -> str:
    if url:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise _complaint("应为 http:// 或 https:// 网址", "expected an http:// or https:// address")
    return url.rstrip("/")


def _long_key(key: SecretStr) -> SecretStr:
    if 0 < len(key.get_secret_value()) < KEY_LENGTH_MIN:
        raise _complaint(f"不得少于 {KEY_LENGTH_MIN} 个字符", f"needs at least {KEY_LENGTH_MIN} characters")
    return key


def _encryption_key(key: SecretStr) -> SecretStr:
    if key.get_secret_value() and not is_fernet_key(key.get_secret_value()):
        raise _complaint(
            "应为 32 个字节的 URL 安全 Base64 编码", "expected 32 bytes in URL-safe Base64 (44 characters)"
        )
    return key


def _public_keys(texts: str) -> str:
    try:
        for text in texts.split(","):
            if text.strip():
                public_key_of(text)
    except ValueError:
        raise _complaint(
            "应为以逗号分隔的 Base64 公钥，每个 32 个字节",
            "expected public keys of 32 bytes in Base64, with commas",
        ) from None
    return texts


def _known_algorithm(name: str) -> str:
    if name not in ALGORITHMS or name not in hashlib.algorithms_available:
        raise _complaint("应为本机支持的 sha256 或 sm3", "expected sha256 or sm3, and a machine that has it")
    return name


def _retention(months: int) -> int:
    if months < RETENTION_MONTHS_MIN:
        raise _complaint(
            f"留痕保存不得少于 {RETENTION_MONTHS_MIN} 个月",
            f"audit entries are kept for no less than {RETENTION_MONTHS_MIN} months",
        )
    return months


Port = Annotated[int, Field(ge=1, le=65535)]
Key = Annotated[SecretStr, AfterValidator(_long_key)]


class Settings(BaseSettings):
    """All settings, checked. An empty key or address means "not set"; `load_settings` leaves no key empty."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, hide_input_in_errors=True, frozen=True, extra="forbid"
    )

    data_dir: Path = Path("var")
    """Where the embedded parts keep their files."""
    database_url: Annotated[str, AfterValidator(_known_database)] = Field(default="", repr=False)
    """The register; an SQLite file in `data_dir` when not set."""

    temporal_address: Annotated[str | None, AfterValidator(_host_and_port)] = None
    """`host:port` of a Temporal cluster; None starts the embedded server."""
    temporal_namespace: Annotated[str, Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")] = "default"
    task_queue: Annotated[str, Field(min_length=1)] = "shangliang"
    max_cached_workflows: Annotated[int, Field(ge=0)] = 1000
    """Open consultations a worker keeps in memory, 50 to 75 kB each."""
    sandboxed_workflows: bool = True
    patience_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    """How long a request waits for a process event before it answers 202 or 503."""

    web_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    web_port: Port = 8000
    base_url: Annotated[str, AfterValidator(_web_address)] = ""
    """The address people see, for links in letters; without a slash at its end."""
    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15

    smtp_host: str | None = None
    """The mail relay; None delivers to the embedded mail catcher."""
    smtp_port: Port = 587
    smtp_starttls: bool = True
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = "shangliang@localhost"

    audit_key: Key = SecretStr("")
    audit_algorithm: Annotated[str, AfterValidator(_known_algorithm)] = ALGORITHMS[0]
    """`sha256` or `sm3`, for entries from now on; those of before are verified with what they were written."""
    audit_retention_months: Annotated[int, AfterValidator(_retention)] = 36
    """How long entries are promised to be kept. The service itself deletes none, however old."""
    personal_data_key: Annotated[SecretStr, AfterValidator(_encryption_key)] = SecretStr("")
    seal_key: Annotated[SecretStr, AfterValidator(_encryption_key)] = SecretStr("")
    """The private key (Ed25519) that signs the daily seals."""
    retired_seal_keys: Annotated[str, AfterValidator(_public_keys)] = ""
    """Public keys in Base64, with commas, that signed seals before; their signatures still count."""
    database_service_role: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$|^$")] = ""
    """PostgreSQL: the role as which web and worker connect. `migrate` takes from it what could change audit rows."""

    log_format: LogFormat = LogFormat.CONSOLE
    log_level: LogLevel = LogLevel.INFO

    @property
    def is_embedded(self) -> bool:
        """Whether this process starts its own Temporal server."""
        return self.temporal_address is None

    @property
    def has_secure_cookies(self) -> bool:
        """Whether people reach the pages through https, so that cookies may demand it."""
        return self.base_url.startswith("https://")

    @model_validator(mode="before")
    @classmethod
    def _fill_in_what_follows(cls, given: dict[str, Any]) -> dict[str, Any]:
        data_dir = Path(given.get("data_dir") or "var").expanduser().absolute()
        filled = {**given, "data_dir": data_dir}
        filled.setdefault("database_url", f"sqlite:///{data_dir / 'shangliang.db'}")
        filled.setdefault("base_url", f"http://127.0.0.1:{given.get('web_port', 8000)}")
        return filled

    @model_validator(mode="after")
    def _mail_names_go_with_passwords(self) -> Self:
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise _complaint(
                "SHANGLIANG_SMTP_USERNAME 和 SHANGLIANG_SMTP_PASSWORD 应同时设置",
                "set both SHANGLIANG_SMTP_USERNAME and SHANGLIANG_SMTP_PASSWORD, or neither",
            )
        return self


def load_settings() -> Settings:
    """Read the settings from the environment.

    An embedded service makes its missing keys once, in files under `data_dir/keys` that only its user may read.

    Raises:
        SettingsError: a setting is wrong, unknown, or missing where the service is not embedded.
    """
    complaints = _unknown_names()
    try:
        settings = Settings()
    except ValidationError as refusal:
        complaints |= dict(_in_two_languages(error) for error in refusal.errors())
        raise SettingsError(complaints) from None
    if not settings.is_embedded:
        complaints |= _missing_outside_embedding(settings)
    if complaints:
        raise SettingsError(complaints)
    return _with_keys(settings)


def _unknown_names() -> dict[str, str]:
    """A misspelt setting would be ignored in silence."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = sorted(name for name in os.environ if name.upper().startswith(PREFIX))
    return {name: "没有这个设置 / there is no such setting" for name in given if name.upper() not in known}


def _in_two_languages(error: ErrorDetails) -> tuple[str, str]:
    name = PREFIX + str(error["loc"][0]).upper() if error["loc"] else f"{PREFIX}SMTP_*"
    if error["type"] == "setting":
        return name, error["msg"]
    return name, f"取值不合要求 / not a valid value ({error['msg']})"


def _missing_outside_embedding(settings: Settings) -> dict[str, str]:
    missing = [name for name in KEY_NAMES if not getattr(settings, name).get_secret_value()]
    return {
        PREFIX + name.upper(): "接入外部 Temporal 时必须设置 / required with an external Temporal server"
        for name in missing
    }


def _with_keys(settings: Settings) -> Settings:
    missing = [name for name in KEY_NAMES if not getattr(settings, name).get_secret_value()]
    try:
        made = {name: read_or_create_key(settings.data_dir / "keys" / name) for name in missing}
    except KeyFileError as trouble:
        raise SettingsError({f"{PREFIX}DATA_DIR": str(trouble)}) from trouble
    return settings.model_copy(update={name: SecretStr(key) for name, key in made.items()})
