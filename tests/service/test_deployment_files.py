"""The files that start the service elsewhere speak of settings that exist."""

import re
from pathlib import Path

import pytest

from service.settings import KEY_NAMES, PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields}


def settings_named_in(name: str) -> set[str]:
    return set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", (ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["docker-compose.yml", "Dockerfile"])
def test_every_setting_named_exists(name: str) -> None:
    named = settings_named_in(name)
    assert named
    assert named <= KNOWN


def test_compose_gives_every_key_that_is_required_outside_embedding() -> None:
    assert {PREFIX + name.upper() for name in KEY_NAMES} <= settings_named_in("docker-compose.yml")


def test_compose_refuses_to_start_without_the_passwords_of_the_example() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    required = set(re.findall(r"\$\{([A-Z_]+):\?", compose))
    assert required == {"POSTGRES_PASSWORD", "AUDIT_KEY", "PERSONAL_DATA_KEY", "SEAL_KEY"}
    assert all(re.search(rf"^{name}=$", example, re.MULTILINE) for name in required)
