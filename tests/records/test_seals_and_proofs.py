"""A day is sealed once, whatever was written verifies, and a proof convinces whoever has only the public key."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.acts import ResumeConsultation, SuspendConsultation
from domain.audit_actions import AuditAction
from domain.notices import NoticeKind
from domain.refusals import RefusalCode, Refused
from domain.stages import ConsultationState
from records.audit import AuditTrail, administration_stream, consultation_stream
from records.audit_checks import AuditCheck
from records.kept_outside import KeptOutsideError, read_kept
from records.merkle import EMPTY_ROOT, MerkleTree, RunningRoot, leaf_hash, node_hash
from records.pen import Pen
from records.proofs import proof_of
from records.queries.seals import newest_seal
from records.seal_keys import SealKeys, public_key_of
from records.seals import Sealing, missed_days, statement_of
from records.tables.audit import AuditEntry
from records.tables.letters import NoticeRow
from records.tables.seals import AuditSeal, AuditSealLeaf
from tests import cast
from tests.installation import ROOT
from tests.stories import BASE_URL, SEAL_KEYS, TRAIL, Story, new_story

PUBLIC_KEY = base64.b64encode(SEAL_KEYS.public_keys[SEAL_KEYS.key_id]).decode()
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]


@pytest.fixture
def story(sqlite_url: str) -> Iterator[Story]:
    story = new_story(sqlite_url)
    yield story.reach(ConsultationState.TOPIC)
    story.register.dispose()


def seal(story: Story) -> AuditSeal:
    return Sealing(story.register, TRAIL, SEAL_KEYS, BASE_URL).seal_the_day(story.now)[0]


def suspend(story: Story) -> None:
    review_on = story.today + timedelta(days=9)
    story.record(
        SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待", review_on=review_on)
    )


def faults(story: Story, **how: Any) -> list[object]:
    with story.look() as session:
        return list(AuditCheck(TRAIL, SEAL_KEYS, **how).faults(session))


# ---------------------------------------------------------------- trees


def test_the_empty_tree_and_a_small_one_have_the_roots_of_rfc_6962() -> None:
    assert MerkleTree().root() == RunningRoot().root() == EMPTY_ROOT
    # A tree of three: the third leaf stands alone on its level.
    assert _root(LEAVES[:3]) == node_hash(node_hash(LEAVES[0], LEAVES[1]), LEAVES[2])
    assert _root(LEAVES[:1]) == LEAVES[0]


def _root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, §2.1, as it stands there."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(_root(leaves[:split]), _root(leaves[split:]))


@pytest.mark.parametrize("size", range(1, len(LEAVES) + 1))
def test_both_ways_to_a_root_are_that_of_the_definition(size: int) -> None:
    tree, running = MerkleTree(), RunningRoot()
    for position, leaf in enumerate(LEAVES[:size]):
        tree.put(position, b"\0" * 32)
        tree.put(position, leaf)
        running.add(leaf)
    assert tree.root() == running.root() == _root(LEAVES[:size])


# ---------------------------------------------------------------- sealing


def test_a_day_is_sealed_once_and_told_to_the_supervisors(story: Story) -> None:
    first = seal(story)
    suspend(story)
    assert seal(story).number == first.number == 1
    assert len(story.every(AuditSeal)) == 1
    (letter,) = story.every(NoticeRow, kind=NoticeKind.DAY_SEALED)
    assert letter.person_id == cast.SUPERVISOR_PLAYER.id
    assert letter.payload["statement"] == statement_of(first).decode()
    assert story.one(AuditEntry, action=AuditAction.DAY_SEALED).new["root"] == first.root


def test_a_missed_day_is_sealed_late_and_says_so(story: Story) -> None:
    on = seal(story).sealed_on
    story.go_to(on + timedelta(days=3))
    late = seal(story)
    assert missed_days(late) == [on + timedelta(days=1), on + timedelta(days=2)]
    story.go_to(on + timedelta(days=4))
    assert missed_days(seal(story)) == []
    assert faults(story) == []


def test_a_seal_writes_only_the_streams_that_grew(story: Story) -> None:
    number = seal(story).number
    story.go_to(story.today + timedelta(days=1))
    assert {one.stream for one in story.every(AuditSealLeaf, seal_number=number)} >= {
        consultation_stream(story.consultation_id)
    }
    second = seal(story)
    assert {one.stream for one in story.every(AuditSealLeaf, seal_number=second.number)} == {
        "administration/seals"
    }


def test_a_stream_that_does_not_hold_is_left_out_and_counted(story: Story) -> None:
    with story.register.writing() as session:
        AuditTrail(b"another key of somebody else....").append(
            session,
            stream=administration_stream("books"),
            at=story.now,
            by=cast.STAFF,
            action=AuditAction.PARAMETER_SET,
            object_kind="rule_set",
            object_id="x",
        )
    sealed = seal(story)
    assert sealed.left_out == 1
    assert not story.every(AuditSealLeaf, stream=administration_stream("books"))
    assert [fault.stream for fault in faults(story)] == [administration_stream("books")]  # type: ignore[attr-defined]


def test_reading_from_a_day_on_starts_at_the_last_seal_before_it(story: Story) -> None:
    sealed = seal(story)
    suspend(story.go_to(sealed.sealed_on + timedelta(days=1)))
    read: list[None] = []
    assert faults(story, since=story.today, seen=lambda: read.append(None)) == []
    everything: list[None] = []
    assert faults(story, seen=lambda: everything.append(None)) == []
    assert len(read) == len(everything) - sealed.entries


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
def test_a_chain_verifies_across_a_change_of_algorithm(story: Story, algorithm: str) -> None:
    other = AuditTrail(b"a key of the tests, 32 bytes long", algorithm)
    with story.register.writing() as session:
        Pen(session, other, cast.STAFF, story.now).note(
            AuditAction.STREAM_VERIFIED, "consultation", "x", consultation_id=story.consultation_id
        )
    with story.look() as session:
        assert list(TRAIL.verify(session)) == list(other.verify(session)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["suspend", "resume", "advance", "clock", "seal", "next day"]),
            st.tuples(
                st.sampled_from(["accounts", "books", "topics"]),
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
                st.dictionaries(st.text('甲a"\\\n', max_size=3), st.integers() | st.booleans() | st.none()),
            ),
        ),
        max_size=8,
    )
)
def test_any_sequence_of_deeds_and_papers_verifies(story: Story, deeds: list[Any]) -> None:
    for deed in deeds:
        match deed:
            case "suspend":
                suspend(story)
            case "resume":
                story.record(ResumeConsultation(by=cast.STAFF, occurred_on=story.today))
            case "advance":
                story.record(story.advancing())
            case "clock":
                story.let_clock_run()
            case "seal":
                seal(story)
            case "next day":
                story.go_to(story.today + timedelta(days=1))
            case (area, note, values):
                with story.register.writing() as session:
                    Pen(session, TRAIL, cast.STAFF, story.now).note(
                        AuditAction.PARAMETER_SET,
                        "rule_set",
                        "x",
                        stream=administration_stream(area),
                        new=values,
                        note=note,
                    )
    assert faults(story) == []


# ---------------------------------------------------------------- proofs


def proof(story: Story, sequence: int) -> dict[str, Any]:
    with story.look() as session:
        return proof_of(session, SEAL_KEYS, consultation_stream(story.consultation_id), sequence)


@cache
def script() -> ModuleType:
    """The stand-alone script as a module."""
    spec = spec_from_file_location("verify_proof", ROOT / "docs" / "verify_proof.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(file: Path, document: object, public_key: str = PUBLIC_KEY) -> tuple[int, str]:
    """What the script says, alone: no package, no site, no environment of ours."""
    file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    script = str(ROOT / "docs" / "verify_proof.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", script, str(file), public_key],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_entry_that_is_not_sealed_or_not_there_has_no_proof(story: Story) -> None:
    for sequence, code in ((1, RefusalCode.STATE_FORBIDS), (99, RefusalCode.NOT_FOUND)):
        with pytest.raises(Refused) as refused:
            proof(story, sequence)
        assert refused.value.refusal.code is code


def test_the_script_refutes_what_was_changed_in_a_proof(story: Story, tmp_path: Path) -> None:
    seal(story)
    sound = proof(story, 2)
    other = base64.b64encode(SealKeys(b"o" * 32).public_keys[SealKeys(b"o" * 32).key_id]).decode()
    assert check(tmp_path / "proof.json", sound, other)[0] == 1
    changed = json.dumps(sound, ensure_ascii=False)
    for old, new in (
        ("suzhou" if "suzhou" in changed else sound["entry"]["hash"], "x" * 6),
        (sound["entry"]["path"][0], "00" * 32),
        (f"streams={sound['stream']['size']}", "streams=99"),
        ('\\"sequence\\":2', '\\"sequence\\":3'),
    ):
        assert old in changed
        document = json.loads(changed.replace(old, new))
        assert check(tmp_path / "proof.json", document)[0] == 1, old


def test_the_script_confirms_every_sealed_entry_with_the_public_key_alone(
    story: Story, tmp_path: Path
) -> None:
    seal(story)
    story.go_to(date(2026, 3, 11)).suspend_until(date(2026, 3, 11), date(2026, 3, 12))
    second = seal(story)
    with story.look() as session:
        newest = newest_seal(session)
    assert newest is not None
    count = len(story.every(AuditEntry, stream=consultation_stream(story.consultation_id)))
    for sequence in range(1, count + 1):
        entry, _, sealed = script().check(proof(story, sequence), public_key_of(PUBLIC_KEY))
        assert entry["sequence"] == sequence
    assert sealed["number"] == str(second.number)
    code, said = check(tmp_path / "proof.json", proof(story, count))
    assert (code, "成立 / holds" in said) == (0, True), said


# ---------------------------------------------------------------- what is kept outside


def test_a_file_without_heads_and_seals_is_refused(tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text("{}")
    with pytest.raises(KeptOutsideError, match=r"heads\.json"):
        read_kept(tmp_path / "heads.json")


def test_heads_are_read_from_the_api_and_seals_from_a_letter(story: Story, tmp_path: Path) -> None:
    sealed = seal(story)
    file = tmp_path / "kept.txt"
    page = {"items": [{"stream": "s", "length": 2, "head": "h"}], "next": None}
    letter = f"　　封存文本：\n{statement_of(sealed).decode()}\n\n　　办理、查询请登录：\n"
    file.write_text(f"{letter}{json.dumps(page)}\n", encoding="utf-8")
    kept = read_kept(file)
    assert [(one.stream, one.length, one.head) for one in kept.heads] == [("s", 2, "h")]
    assert kept.statements == {1: statement_of(sealed).decode()}
