"""`shangliang up` in a process of its own: stopped, killed and started again on the same data; bad settings."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import (
    PATIENCE_SECONDS,
    Installation,
    processes_about,
    wait_until_nothing_runs,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and only Linux ends orphans")

SIGNED_IN = """
send() { curl -sS --fail-with-body -H 'Content-Type: application/json' "$@"; echo; }
jar=$(mktemp)
send -c "$jar" -H 'Idempotency-Key: in' "$URL/api/v1/sign-ins" \
  -d '{"sign_in_name":"yuntang.gongwei","password":"shangliang-2026"}' >/dev/null
"""
OPEN = (
    SIGNED_IN
    + """
pick() { python3 -c 'import json, sys; v = json.load(sys.stdin)
print(v["items"][0]["id"] if "items" in v else v[sys.argv[1]])' "$@"; }
post() { send -b "$jar" -H "Origin: $URL" -H "Idempotency-Key: $1" "$URL/api/v1/$1" -d "$2"; }
room=$(send -b "$jar" "$URL/api/v1/rooms?limit=200" -G --data-urlencode q=云塘街道 | pick id)
topic=$(post topics '{"title":"晾衣架放哪里","area":"suzhou/fengxi/yuntang","proposed_on":"2026-03-02",
  "description":"楼道里不能再晾了。","proposer":"居民代表","source":"public_proposed","category":"livelihood",
  "is_against_public_morals":false,"is_settled_by_law":false,"is_individual_dispute":false,"is_solvable":true}' \
  | pick topic_id)
post consultations '{"room_id":"'$room'","topic_id":"'$topic'","occurred_on":"2026-03-03"}'
"""
)
READ = SIGNED_IN + """send -b "$jar" "$URL/api/v1/consultations" """
ADVANCE = (
    SIGNED_IN
    + """
id=$(send -b "$jar" "$URL/api/v1/consultations" | python3 -c 'import json, sys
print(json.load(sys.stdin)["items"][0]["id"])')
send -b "$jar" -H "Origin: $URL" -H 'Idempotency-Key: on' "$URL/api/v1/consultations/$id/stage-advances" \
  -d '{"expected_state":"platform","occurred_on":"2026-03-04"}'
"""
)


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "var")


@pytest.mark.faults
def test_stopped_or_killed_it_leaves_no_orphan_and_the_next_start_goes_on(installation: Installation) -> None:
    installation.register_people()
    with installation.up() as running:
        assert '"state":"platform"' in said(installation.bash(OPEN))
        assert len(processes_about(installation.data_dir)) == 1
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE_SECONDS) == 0
        assert processes_about(installation.data_dir) == []
    with installation.up() as running:
        assert "晾衣架放哪里" in said(installation.bash(READ))
        running.kill()
        running.wait(PATIENCE_SECONDS)
        wait_until_nothing_runs(installation.data_dir)
    with installation.up() as running:
        assert '"state":"topic"' in said(installation.bash(ADVANCE))
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE_SECONDS) == 0
    assert processes_about(installation.data_dir) == []


@pytest.mark.parametrize(
    ("command", "settings", "named"),
    [
        (
            "up",
            {
                "SHANGLIANG_WEB_PORT": "eighty",
                "SHANGLIANG_WEB_PROT": "8000",
                "SHANGLIANG_DATABASE_URL": "mysql://root:hunter2@db/x",
            },
            ["SHANGLIANG_WEB_PORT", "SHANGLIANG_WEB_PROT", "SHANGLIANG_DATABASE_URL"],
        ),
        (
            "worker",
            {"SHANGLIANG_TEMPORAL_ADDRESS": "127.0.0.1:7233"},
            ["SHANGLIANG_AUDIT_KEY", "SHANGLIANG_PERSONAL_DATA_KEY", "SHANGLIANG_SEAL_KEY"],
        ),
    ],
)
def test_bad_settings_stop_a_command_and_each_is_named(
    installation: Installation, command: str, settings: dict[str, str], named: list[str]
) -> None:
    refused = installation.command(command, **settings)
    assert refused.returncode == 2
    assert [name for name in named if name not in refused.stderr] == []
    assert "设置有误，服务没有启动" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "hunter2" not in refused.stderr + refused.stdout
    assert not installation.data_dir.exists()


def test_a_port_that_is_taken_is_named_and_nothing_stays_behind(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        refused = installation.command("up", "--no-sample-data")
    assert refused.returncode == 2, refused.stderr
    assert f"127.0.0.1:{installation.port}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert processes_about(installation.data_dir) == []
