"""The daily seals as JSON, the public keys that check them, and the proof that one entry lies under a seal."""

import base64
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api.attachments import download
from api.counter import Counter, TheCounter
from api.cursors import PAGE_LIMIT, Cursor, Limit, Page, key_of, next_of
from api.fields import PathId, Shown
from api.foresight import require
from api.identity import Visitor
from api.printed_papers import AS_DOCX, DOCX
from documents.seal_paper import SealPaper, render_seal
from domain.bodies import Actor
from domain.policy import Matter, may
from domain.refusals import RefusalCode, refuse
from records.audit import consultation_stream
from records.matters import matter_of
from records.proofs import proof_of
from records.queries import seals as queries
from records.queries.reading import reading_consultation
from records.seals import statement_of

router = APIRouter(tags=["审计"])

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Stream = Annotated[str, Query(min_length=1, max_length=200, description="留痕链，如 administration/books")]


class PublicKeyShown(BaseModel):
    """One public key (Ed25519): 32 bytes in Base64, and the name that seals have it by."""

    key_id: str
    public_key: str
    is_current: bool


class SealShown(Shown):
    """One daily seal. ``statement`` is the text that was signed."""

    number: int
    since_on: date
    sealed_on: date
    sealed_at: datetime
    streams: int
    entries: int
    left_out: int
    root: str
    previous: str
    key_id: str
    signature: str
    statement: str


@router.get("/audit/public-key")
def read_public_keys(counter: TheCounter) -> list[PublicKeyShown]:
    """The keys that sign seals, the current one first. Open to everybody: whoever holds a proof checks it with them."""
    keys = counter.seal_keys
    shown = [
        PublicKeyShown(
            key_id=key_id, public_key=base64.b64encode(key).decode(), is_current=key_id == keys.key_id
        )
        for key_id, key in keys.public_keys.items()
    ]
    return shown[::-1]


@router.get("/audit/seals", response_model=Page[SealShown])
def list_seals(
    counter: TheCounter, visitor: Visitor, cursor: Cursor = None, limit: Limit = PAGE_LIMIT
) -> Page[SealShown]:
    """The daily seals, the newest first, to be kept where we cannot reach them."""
    require(may(visitor.actor, "verify_audit", Matter()))
    key = key_of(cursor, int)
    with counter.register.reading() as session:
        rows = queries.newest_seals(session, before=key[0] if key else None, limit=limit)
        items = [
            SealShown(
                **{name: getattr(row, name) for name in SealShown.model_fields if name != "statement"},
                statement=statement_of(row).decode(),
            )
            for row in rows
        ]
    return Page(items=items, next=next_of(items, limit, lambda one: (one.number,)))


@router.get("/audit/seals/{number}/paper", response_class=Response, responses=AS_DOCX)
def read_seal_paper(number: Number, counter: TheCounter, visitor: Visitor) -> Response:
    """One seal as a paper to be printed and kept, with a QR code."""
    return download(render_seal(seal_paper(counter, visitor.actor, number)), f"第{number}号封存.docx", DOCX)


@router.get("/consultations/{consultation_id}/audit-entries/{sequence}/proof", response_model=dict[str, Any])
def read_proof(
    consultation_id: PathId, sequence: Number, counter: TheCounter, visitor: Visitor
) -> JSONResponse:
    """The proof that this entry lies under a seal, checked by ``docs/verify_proof.py`` with the public key alone."""
    today = counter.today
    with reading_consultation(counter.register, visitor.actor, consultation_id, today) as (session, row):
        require(may(visitor.actor, "read_audit", matter_of(session, row, today)))
        proof = proof_of(session, counter.seal_keys, consultation_stream(row.id), sequence)
        return _as_file(proof, f"{row.number}-{sequence}.json")


@router.get("/audit/entries/{sequence}/proof", response_model=dict[str, Any])
def read_proof_of_area(
    sequence: Number, stream: Stream, counter: TheCounter, visitor: Visitor
) -> JSONResponse:
    """The proof of an entry of any stream, for who verifies the whole record."""
    require(may(visitor.actor, "verify_audit", Matter()))
    with counter.register.reading() as session:
        proof = proof_of(session, counter.seal_keys, stream, sequence)
    return _as_file(proof, f"proof-{sequence}.json")


def seal_paper(counter: Counter, actor: Actor, number: int) -> SealPaper:
    """What the paper and the page of a seal say. Raises Refused where there is none, and for who may not verify."""
    require(may(actor, "verify_audit", Matter()))
    with counter.register.reading() as session:
        seal = queries.seal_with(session, number)
    if seal is None:
        raise refuse(RefusalCode.NOT_FOUND, "没有这一号封存。")
    return SealPaper(
        number=seal.number,
        since_on=seal.since_on,
        sealed_on=seal.sealed_on,
        streams=seal.streams,
        entries=seal.entries,
        left_out=seal.left_out,
        root=seal.root,
        key_id=seal.key_id,
        statement=statement_of(seal).decode(),
        signature=seal.signature,
    )


def _as_file(proof: dict[str, Any], name: str) -> JSONResponse:
    answer = JSONResponse(proof)
    answer.headers["Content-Disposition"] = download(b"", name, "").headers["Content-Disposition"]
    return answer
