"""A wrong setting stops the service and is named; a secret is never shown."""

import os
import stat
from pathlib import Path

import pytest

from service.keys import new_key
from service.settings import LogFormat, Settings, SettingsError, load_settings

EXTERNAL = {
    "SHANGLIANG_TEMPORAL_ADDRESS": "temporal:7233",
    "SHANGLIANG_AUDIT_KEY": "a" * 32,
    "SHANGLIANG_PERSONAL_DATA_KEY": new_key(),
    "SHANGLIANG_SEAL_KEY": new_key(),
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("SHANGLIANG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_without_any_variable_the_service_is_embedded(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.is_embedded
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/shangliang.db"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.smtp_host is None
    assert settings.session_idle_minutes == 15
    assert settings.patience_seconds == 10


def test_the_address_for_links_follows_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGLIANG_WEB_PORT", "8123")
    assert load_settings().base_url == "http://127.0.0.1:8123"


def test_embedded_keys_are_made_once_and_only_their_user_reads_them(tmp_path: Path) -> None:
    first, second = load_settings(), load_settings()
    names = {"audit_key", "personal_data_key", "seal_key"}
    keys = {getattr(first, name).get_secret_value() for name in names}
    assert len(keys) == 3
    assert keys == {getattr(second, name).get_secret_value() for name in names}
    files = list((tmp_path / "var" / "keys").iterdir())
    assert {file.name for file in files} == names
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_key_that_is_set_is_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHANGLIANG_AUDIT_KEY", "k" * 40)
    assert load_settings().audit_key.get_secret_value() == "k" * 40
    assert not (tmp_path / "var" / "keys" / "audit_key").exists()


def test_a_damaged_key_file_stops_the_service(tmp_path: Path) -> None:
    (tmp_path / "var" / "keys").mkdir(parents=True)
    (tmp_path / "var" / "keys" / "audit_key").write_text("half a k")
    with pytest.raises(SettingsError, match="audit_key") as refusal:
        load_settings()
    assert refusal.value.names == ("SHANGLIANG_DATA_DIR",)


def test_with_an_external_temporal_the_keys_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGLIANG_TEMPORAL_ADDRESS", "temporal:7233")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert refusal.value.names == (
        "SHANGLIANG_AUDIT_KEY",
        "SHANGLIANG_PERSONAL_DATA_KEY",
        "SHANGLIANG_SEAL_KEY",
    )


def test_a_production_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, EXTERNAL)
    set_all(
        monkeypatch,
        {
            "SHANGLIANG_DATABASE_URL": "postgresql+psycopg://app:pw@db/shangliang",
            "SHANGLIANG_BASE_URL": "https://xieshang.example.cn/",
            "SHANGLIANG_LOG_FORMAT": "json",
            "SHANGLIANG_SANDBOXED_WORKFLOWS": "false",
            "SHANGLIANG_SMTP_HOST": "",
        },
    )
    settings = load_settings()
    assert not settings.is_embedded
    assert settings.base_url == "https://xieshang.example.cn"
    assert settings.has_secure_cookies
    assert settings.log_format is LogFormat.JSON
    assert not settings.sandboxed_workflows
    assert settings.smtp_host is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHANGLIANG_WEB_PORT", "0"),
        ("SHANGLIANG_WEB_PORT", "eighty"),
        ("SHANGLIANG_DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("SHANGLIANG_TEMPORAL_ADDRESS", "temporal"),
        ("SHANGLIANG_TEMPORAL_ADDRESS", "temporal:99999"),
        ("SHANGLIANG_TEMPORAL_NAMESPACE", "a b"),
        ("SHANGLIANG_BASE_URL", "xieshang.example.cn"),
        ("SHANGLIANG_BASE_URL", "javascript:alert(1)"),
        ("SHANGLIANG_AUDIT_KEY", "hunter2"),
        ("SHANGLIANG_PERSONAL_DATA_KEY", "hunter2" * 6),
        ("SHANGLIANG_AUDIT_ALGORITHM", "md5"),
        ("SHANGLIANG_AUDIT_RETENTION_MONTHS", "5"),
        ("SHANGLIANG_SEAL_KEY", "hunter2" * 6),
        ("SHANGLIANG_RETIRED_SEAL_KEYS", "aGFsZiBhIGtleQ=="),
        ("SHANGLIANG_DATABASE_SERVICE_ROLE", "app; drop"),
        ("SHANGLIANG_SMTP_SENDER", "nobody"),
        ("SHANGLIANG_LOG_FORMAT", "xml"),
        ("SHANGLIANG_LOG_LEVEL", "loud"),
        ("SHANGLIANG_PATIENCE_SECONDS", "0"),
        ("SHANGLIANG_SESSION_IDLE_MINUTES", "-1"),
        ("SHANGLIANG_MAX_CACHED_WORKFLOWS", "many"),
        ("SHANGLIANG_SANDBOXED_WORKFLOWS", "perhaps"),
        ("SHANGLIANG_WEB_PROT", "8000"),
    ],
)
def test_a_bad_value_is_refused_by_name_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert refusal.value.names == (name,)
    assert "设置有误，服务没有启动" in str(refusal.value)
    assert "did not start" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"SHANGLIANG_WEB_PORT": "x", "SHANGLIANG_LOG_FORMAT": "x", "SHANGLIANG_NONE": "x"})
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert set(refusal.value.names) == {
        "SHANGLIANG_WEB_PORT",
        "SHANGLIANG_LOG_FORMAT",
        "SHANGLIANG_NONE",
    }


def test_a_mail_user_without_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANGLIANG_SMTP_USERNAME", "clerk")
    with pytest.raises(SettingsError, match="SHANGLIANG_SMTP_PASSWORD"):
        load_settings()


def test_printing_the_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {**EXTERNAL, "SHANGLIANG_DATABASE_URL": "postgresql://app:hunter2@db/shangliang"}
    set_all(monkeypatch, secrets)
    shown = repr(load_settings()) + str(load_settings())
    assert "hunter2" not in shown
    assert not any(EXTERNAL[name] in shown for name in EXTERNAL if name.endswith("_KEY"))


def test_settings_do_not_change_while_the_service_runs() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.web_port = 1
