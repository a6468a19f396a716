"""Seals and proofs over the API and on pages: for who verifies the record, and proofs for who may read an entry."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from starlette.testclient import TestClient

from api.identity import COOKIE
from domain.stages import ConsultationState
from records.audit_checks import AuditCheck
from records.kept_outside import read_kept
from records.seals import Sealing
from records.tables.audit import AuditHead
from tests import cast
from tests.api.conftest import House
from tests.installation import ROOT
from tests.pages import cookie_of, hand_out_cookies
from tests.stories import BASE_URL, SEAL_KEYS, TRAIL

API = "/api/v1"


@pytest.fixture
def sealed(house: House) -> House:
    house.story.reach(ConsultationState.TOPIC)
    Sealing(house.story.register, TRAIL, SEAL_KEYS, BASE_URL).seal_the_day(house.story.now)
    return house


def test_seals_are_for_who_verifies_the_record(sealed: House) -> None:
    for path in (f"{API}/audit/seals", f"{API}/audit/seals/1/paper"):
        assert sealed.get(path, cast.STAFF_PLAYER).status_code == 403
        assert sealed.get(path, None).status_code == 401
    assert sealed.get(f"{API}/audit/seals/2/paper", cast.SUPERVISOR_PLAYER).status_code == 404


def test_a_proof_is_for_who_may_read_the_trail_of_the_consultation(sealed: House) -> None:
    path = f"{sealed.consultation}/audit-entries/1/proof"
    assert sealed.get(path, cast.OUTSIDER_PLAYER).status_code == 404
    assert sealed.get(path, cast.MEMBER_PLAYER).status_code == 403
    area = f"{API}/audit/entries/1/proof?stream=administration/seals"
    assert sealed.get(area, cast.STAFF_PLAYER).status_code == 403
    assert sealed.get(area, cast.SUPERVISOR_PLAYER).status_code == 409


def test_a_proof_from_the_api_is_confirmed_with_the_key_that_anybody_can_have(
    sealed: House, tmp_path: Path
) -> None:
    (key,) = sealed.client.get(f"{API}/audit/public-key").json()
    assert key["is_current"]
    answer = sealed.get(f"{sealed.consultation}/audit-entries/2/proof", cast.SUPERVISOR_PLAYER)
    assert "attachment" in answer.headers["content-disposition"]
    (tmp_path / "proof.json").write_bytes(answer.content)
    command = [sys.executable, "-I", "-S", str(ROOT / "docs" / "verify_proof.py")]
    done = subprocess.run(
        [*command, str(tmp_path / "proof.json"), key["public_key"]], timeout=30, check=False
    )
    assert done.returncode == 0
    content = json.loads(answer.json()["entry"]["content"])
    assert (content["stream"], content["sequence"]) == (
        f"consultation/{sealed.story.consultation_id}",
        2,
    )


def test_the_paper_of_a_seal_holds_what_was_signed(sealed: House) -> None:
    (seal,) = sealed.get(f"{API}/audit/seals", cast.SUPERVISOR_PLAYER).json()["items"]
    paper = sealed.get(f"{API}/audit/seals/1/paper", cast.SUPERVISOR_PLAYER).content
    document = Document(io.BytesIO(paper))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for said in ("留痕每日封存（第1号）", seal["root"], seal["signature"], seal["statement"]):
        assert said in text
    assert len(document.inline_shapes) == 1


def test_all_heads_are_handed_out_to_be_kept_outside(sealed: House, tmp_path: Path) -> None:
    hand_out_cookies(sealed.story)
    visitor = TestClient(sealed.client.app, cookies={COOKIE: cookie_of(cast.STAFF_PLAYER)})
    assert visitor.get("/audit/heads").status_code == 403
    visitor = TestClient(sealed.client.app, cookies={COOKIE: cookie_of(cast.SUPERVISOR_PLAYER)})
    (tmp_path / "heads.jsonl").write_bytes(visitor.get("/audit/heads").content)
    kept = read_kept(tmp_path / "heads.jsonl")
    assert len(kept.heads) == len(sealed.story.every(AuditHead))
    with sealed.story.look() as session:
        assert list(AuditCheck(TRAIL, SEAL_KEYS, kept=kept).faults(session)) == []


def test_a_verification_tells_of_streams_by_their_names(sealed: House) -> None:
    answer = sealed.get(f"{API}/audit/verification?since=2026-01-01", cast.AUDIT_ADMIN_PLAYER).json()
    assert (answer["is_intact"], answer["faults"]) == (True, [])
