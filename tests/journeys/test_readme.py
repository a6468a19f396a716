"""The commands of the README, run as they stand there against a service that was started as it says."""

import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from domain.stages import ConsultationState
from tests.installation import ROOT, Installation

pytestmark = pytest.mark.journey

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```bash\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
SHOWN_REFUSAL = re.findall(r"^```\n(\{'rule_id'.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A data directory with the invented people in it."""
    made = Installation(tmp_path_factory.mktemp("readme") / "var")
    made.register_people()
    return made


@pytest.fixture(scope="module")
def carried(installation: Installation) -> subprocess.CompletedProcess[str]:
    """What the commands printed. The service was stopped afterwards."""
    with installation.up():
        return installation.bash("\n".join(COMMANDS))


def test_curl_alone_carries_a_consultation_through_every_stage(
    carried: subprocess.CompletedProcess[str],
) -> None:
    assert carried.returncode == 0, carried.stdout + carried.stderr
    lines = carried.stdout.splitlines()
    labels = [state.label for state in ConsultationState]
    reached = [line for line in lines if line in labels]
    assert (
        "、".join(reached)
        == "确定议题、明确主体、商前调研、开展协商、报送成果、转化落实、评估质效、办结、归档"
    )
    assert lines[-1] == "archived"


def test_the_refusal_of_forty_percent_is_the_one_the_readme_shows(
    carried: subprocess.CompletedProcess[str],
) -> None:
    (refusal,) = [line for line in carried.stdout.splitlines() if line.startswith("{'rule_id'")]
    (shown,) = SHOWN_REFUSAL
    said = re.findall(r"'(rule_id|measured|required|clause|article|source)': '(.*?)…?'", shown)
    assert len(said) == 6
    assert [part for name, part in said if f"'{name}': '{part}" not in refusal] == []
    assert "SZ-21" in refusal
    assert "40.0 %" in refusal


@pytest.mark.usefixtures("carried")
def test_the_record_of_the_consultation_is_whole(installation: Installation) -> None:
    sealed = installation.command("seal")
    assert sealed.returncode == 0, sealed.stdout + sealed.stderr
    verified = installation.command("verify-audit")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "留痕完整" in verified.stdout
    assert "已与流程历史核对 1 件协商" in verified.stdout


@pytest.mark.usefixtures("carried")
def test_a_row_changed_by_hand_is_named_by_stream_and_number(
    installation: Installation, tmp_path: Path
) -> None:
    copied = tmp_path / "changed.db"
    source, copy = sqlite3.connect(installation.data_dir / "shangliang.db"), sqlite3.connect(copied)
    try:
        source.backup(copy)
        ((stream, length),) = copy.execute(
            "select stream, max(sequence) from audit_entries where stream like 'consultation/%' group by stream"
        ).fetchall()
        assert length > 7
        # Who owns the file can take down what guards it.
        copy.execute("drop trigger audit_entries_update")
        copy.execute(
            "update audit_entries set note = '改过' where stream = ? and sequence in (7, ?)", (stream, length)
        )
        copy.commit()
    finally:
        source.close()
        copy.close()
    verified = installation.command(
        "verify-audit", "--no-temporal", SHANGLIANG_DATABASE_URL=f"sqlite:///{copied}"
    )
    assert verified.returncode == 1, verified.stdout + verified.stderr
    (named,) = [line for line in verified.stdout.splitlines() if line.startswith("不符")]
    assert re.match(rf"不符：\S+-2026-\d+（{stream}） 第 7 条：", named), named
