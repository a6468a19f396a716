"""The paper of a daily seal: what was sealed in figures, the signed text, and both once more as a QR code."""

import io
from dataclasses import dataclass
from datetime import date

import segno

from documents.official import Paragraph, write_body
from documents.official_sheet import BODY_FONT, OfficialSheet
from documents.words import official_date

PLATFORM = "协商议事平台"
CODE_MILLIMETRES = 62


@dataclass(frozen=True)
class SealPaper:
    """What the paper says. ``statement`` is what was signed, ``signature`` the signature over it in hex."""

    number: int
    since_on: date
    sealed_on: date
    streams: int
    entries: int
    left_out: int
    root: str
    key_id: str
    statement: str
    signature: str


def render_seal(paper: SealPaper) -> bytes:
    """The paper as a docx file; the same seal always gives the same bytes."""
    title = f"留痕每日封存（第{paper.number}号）"
    sheet = OfficialSheet(title=title, author=PLATFORM, made_on=paper.sealed_on)
    sheet.title([title])
    sheet.blank_lines(1)
    write_body(sheet, [Paragraph(text) for text in _sentences(paper)])
    sheet.picture(code_as_png(code_of(paper.statement, paper.signature)), CODE_MILLIMETRES)
    for name, value in (
        ("根值", paper.root),
        ("签名密钥", paper.key_id),
        ("签名", paper.signature),
        ("封存文本", paper.statement),
    ):
        # Read and typed by eye: a stretched line would hide where its blanks are.
        sheet.line((f"{name}：", BODY_FONT), first=2, keep_next=True, ragged=True)
        sheet.line((value, BODY_FONT), ragged=True)
    return sheet.to_bytes()


def code_of(statement: str, signature: str) -> segno.QRCode:
    """The QR code that holds what was signed and the signature, one a line."""
    return segno.make_qr(f"{statement}\nsignature={signature}", error="m")


def code_as_svg(code: segno.QRCode) -> str:
    """An SVG element without size or style; the page gives it both."""
    return code.svg_inline(omitsize=True, light="#fff", border=4)


def code_as_png(code: segno.QRCode) -> bytes:
    """A PNG, black on white."""
    file = io.BytesIO()
    code.save(file, kind="png", scale=4, border=4)
    return file.getvalue()


def _sentences(paper: SealPaper) -> list[str]:
    days = official_date(paper.sealed_on)
    if paper.since_on < paper.sealed_on:
        days = f"{official_date(paper.since_on)}至{days}"
    told = f"本号封存覆盖{days}的全部留痕，计{paper.streams}条留痕链、{paper.entries}条记录。"
    sentences = [told, "本件应留存在平台之外；日后以所载根值、签名核对，留痕如有改动即可发现。"]
    if paper.left_out:
        sentences.append(f"另有{paper.left_out}条留痕链与记载不符，未列入本号封存。")
    return sentences
