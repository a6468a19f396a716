"""Official papers follow GB/T 9704-2012, whatever text they are given."""

import io
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as DocxParagraph

from documents.official import OfficialPaper, Paragraph, render_official

PAPER = OfficialPaper(
    issuer="政协枫溪区云塘街道工作委员会",
    document_number="枫政协云工委[2026]7号",
    title="关于老旧小区加装电梯与停车位重排\n协商成果的报告",
    addressee="中共枫溪区云塘街道工作委员会",
    paragraphs=(
        Paragraph("现将协商成果报告如下。"),
        Paragraph("基本情况", level=1),
        Paragraph("参加人员", level=2),
        Paragraph("直接利益相关群众", level=3),
        Paragraph("高楼层住户", level=4),
        Paragraph("低楼层住户", level=4),
        Paragraph("部门", level=3),
        Paragraph("调研情况", level=2),
        Paragraph("协商建议", level=1),
        Paragraph("补偿方案", level=2),
    ),
    attachments=("协商建议清单；", "责任落实清单。"),
    signed_by="政协枫溪区云塘街道工作委员会",
    signed_on=date(2026, 4, 3),
    copied_to=("枫溪区政协办公室。", "枫溪区住建局"),
    printed_by="云塘街道党政办公室",
)


def opened(paper: OfficialPaper) -> DocxDocument:
    return Document(io.BytesIO(render_official(paper)))


def found(document: DocxDocument, text: str) -> DocxParagraph:
    return next(paragraph for paragraph in document.paragraphs if text in paragraph.text)


def texts(document: DocxDocument) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def chinese_font(paragraph: DocxParagraph) -> str:
    fonts = paragraph.runs[0]._element.get_or_add_rPr().get_or_add_rFonts()
    return str(fonts.get(qn("w:eastAsia")))


def points(paragraph: DocxParagraph) -> float:
    size = paragraph.runs[0].font.size
    assert size is not None
    return float(size.pt)


def indents(paragraph: DocxParagraph) -> dict[str, int]:
    element = paragraph._p.get_or_add_pPr().get_or_add_ind()
    names = ("leftChars", "rightChars", "firstLineChars", "hangingChars")
    return {name: int(element.get(qn(f"w:{name}"), "0")) for name in names}


def test_the_page_is_a4_with_the_margins_of_the_standard() -> None:
    section = opened(PAPER).sections[0]
    lengths = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(length.mm) for length in lengths if length is not None] == [210, 297, 37, 35, 28, 26]


def test_the_grid_holds_22_lines_of_28_characters() -> None:
    grid = opened(PAPER).sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    assert grid.get(qn("w:type")) == "lines"
    line_points = int(grid.get(qn("w:linePitch"), "0")) / 20
    spacing = opened(PAPER).styles["Normal"].element.rPr.find(qn("w:spacing"))
    character_points = 16 + int(spacing.get(qn("w:val"))) / 20
    text_width_points, text_height_points = 156 / 25.4 * 72, 225 / 25.4 * 72
    assert int(text_height_points / line_points) == 22
    assert int(text_width_points / character_points) == 28


def test_body_lines_are_set_exactly_on_the_grid() -> None:
    layout = opened(PAPER).styles["Normal"].paragraph_format
    assert layout.line_spacing.pt == 28.95
    assert layout.space_after.pt == 0


def test_the_masthead_is_red_and_stands_35_mm_below_the_text_area_edge() -> None:
    masthead = opened(PAPER).paragraphs[0]
    assert masthead.text == "政协枫溪区云塘街道工作委员会文件"
    assert str(masthead.runs[0].font.color.rgb) == "FF0000"
    assert chinese_font(masthead) == "方正小标宋简体"
    space = masthead.paragraph_format.space_before
    assert space is not None
    assert round(space.mm) == 35


def test_a_long_masthead_is_made_smaller_to_stay_on_one_line() -> None:
    short, long = opened(replace(PAPER, masthead="政协文件")), opened(PAPER)
    assert points(short.paragraphs[0]) == 48
    assert points(long.paragraphs[0]) * len(long.paragraphs[0].text) <= 156 / 25.4 * 72


@pytest.mark.parametrize(
    "written", ["枫政[2026]7号", "枫政（2026）7号", "枫政【2026】7号", "枫政〔2026〕7号"]
)
def test_the_document_number_gets_hexagonal_brackets(written: str) -> None:
    assert "枫政〔2026〕7号" in texts(opened(replace(PAPER, document_number=written)))


def test_the_document_number_is_centred_above_a_red_line() -> None:
    number = found(opened(PAPER), "〔2026〕7号")
    assert number.alignment == WD_ALIGN_PARAGRAPH.CENTER
    bottom = number._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:bottom')}")
    assert bottom is not None
    assert (bottom.get(qn("w:color")), bottom.get(qn("w:space"))) == ("FF0000", "11")


def test_a_paper_that_goes_upward_names_its_signatory_beside_the_number() -> None:
    number = found(opened(replace(PAPER, signatory_for_upward="周启明")), "〔2026〕7号")
    assert number.text == "　枫政协云工委〔2026〕7号\t签发人：周启明"
    assert number.paragraph_format.left_indent is None, "an indent would shorten the red line"
    assert [run.font.name for run in number.runs] == ["仿宋_GB2312", "楷体_GB2312"]


def test_a_paper_without_a_number_still_has_its_red_line() -> None:
    document = opened(replace(PAPER, document_number=None))
    assert document.element.body.find(f".//{qn('w:pBdr')}") is not None
    assert "None" not in "".join(texts(document))


def test_the_title_is_set_in_the_title_font_and_broken_where_asked() -> None:
    document = opened(PAPER)
    title = found(document, "关于老旧小区")
    assert (chinese_font(title), points(title)) == ("方正小标宋简体", 22)
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert "协商成果的报告" in texts(document)


def test_the_title_stands_two_lines_below_the_red_line() -> None:
    paragraphs = [paragraph.text for paragraph in opened(PAPER).paragraphs]
    number = next(i for i, text in enumerate(paragraphs) if "〔2026〕" in text)
    assert paragraphs[number + 1 : number + 3] == ["", ""]
    assert paragraphs[number + 3].startswith("关于")


@pytest.mark.parametrize("addressee", ["枫溪区住建局", "枫溪区住建局：", "枫溪区住建局:"])
def test_the_addressee_is_flush_left_with_one_full_width_colon(addressee: str) -> None:
    line = found(opened(replace(PAPER, addressee=addressee)), "住建局：")
    assert line.text == "枫溪区住建局："
    assert set(indents(line).values()) == {0}


def test_headings_are_counted_afresh_below_each_higher_heading() -> None:
    lines = texts(opened(PAPER))
    start = lines.index("一、基本情况")
    assert lines[start : start + 9] == [
        "一、基本情况",
        "（一）参加人员",
        "1. 直接利益相关群众",
        "（1）高楼层住户",
        "（2）低楼层住户",
        "2. 部门",
        "（二）调研情况",
        "二、协商建议",
        "（一）补偿方案",
    ]


def test_each_level_has_the_font_of_the_standard() -> None:
    document = opened(PAPER)
    fonts = [chinese_font(found(document, text)) for text in ("现将", "一、", "（一）", "1. ", "（1）")]
    assert fonts == ["仿宋_GB2312", "黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312"]


def test_a_body_paragraph_is_indented_by_two_characters_in_both_notations() -> None:
    element = found(opened(PAPER), "现将")._p.get_or_add_pPr().get_or_add_ind()
    assert element.get(qn("w:firstLineChars")) == "200"
    assert element.get(qn("w:firstLine")) == "640"


def test_a_text_of_several_lines_becomes_several_paragraphs() -> None:
    lines = texts(opened(replace(PAPER, paragraphs=(Paragraph("标题\r\n第一段\n\n第二段", level=1),))))
    assert {"一、标题", "第一段", "第二段"} <= set(lines)


def test_a_level_the_standard_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="level 0 to 4"):
        Paragraph("文", level=5)


def test_a_hundred_headings_are_still_numbered() -> None:
    many = tuple(Paragraph("事项", level=1) for _ in range(111))
    lines = texts(opened(replace(PAPER, paragraphs=many)))
    assert {"十、事项", "二十一、事项", "一百零一、事项", "一百一十一、事项"} <= set(lines)


def test_attachments_are_numbered_without_a_final_stop() -> None:
    lines = texts(opened(PAPER))
    assert "附件：1. 协商建议清单" in lines
    assert "2. 责任落实清单" in lines


def test_a_single_attachment_has_no_number() -> None:
    assert "附件：协商建议清单" in texts(opened(replace(PAPER, attachments=("协商建议清单",))))


def test_the_date_of_a_sealed_paper_ends_four_characters_from_the_edge() -> None:
    document = opened(replace(PAPER, signed_by="区政协"))
    assert indents(found(document, "2026年4月3日"))["rightChars"] == 400
    # 2026年4月3日 is 6 characters wide, 区政协 is 3: centred on each other the name ends 1.5 further in.
    assert indents(next(p for p in document.paragraphs if p.text == "区政协"))["rightChars"] == 550


def test_a_long_signature_of_a_sealed_paper_stays_inside_the_edge_and_over_the_date() -> None:
    signer = "政协枫溪区云塘街道工作委员会办公室"
    document = opened(replace(PAPER, signed_by=signer))
    signature = next(p for p in document.paragraphs if p.text == signer)
    assert indents(signature)["rightChars"] == 0
    assert indents(found(document, "2026年4月3日"))["rightChars"] == 550


def test_the_date_of_an_unsealed_paper_begins_two_characters_after_the_signature() -> None:
    document = opened(replace(PAPER, signed_by="区政协", sealed=False))
    name = next(p for p in document.paragraphs if p.text == "区政协")
    day = found(document, "2026年4月3日")
    name_begins = indents(name)["rightChars"] + 300
    day_begins = indents(day)["rightChars"] + 600
    assert indents(day)["rightChars"] == 200
    assert name_begins - day_begins == 200


def test_a_note_stands_in_full_width_brackets() -> None:
    assert "（此件公开发布）" in texts(opened(replace(PAPER, note="此件公开发布")))


def test_the_imprint_names_copies_printer_and_date() -> None:
    document = opened(PAPER)
    cells = [row.cells[0].text for row in document.tables[0].rows]
    assert cells == ["抄送：枫溪区政协办公室，枫溪区住建局。", "云塘街道党政办公室\t2026年4月3日印发"]
    assert points(document.tables[0].rows[0].cells[0].paragraphs[0]) == 14


def test_a_paper_without_copies_and_printer_has_no_imprint() -> None:
    assert opened(replace(PAPER, copied_to=(), printed_by=None)).tables == []


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages() -> None:
    document = opened(PAPER)
    section = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    for paragraph in (odd, even):
        assert paragraph.text == "—  —"
        assert paragraph._p.xpath(".//w:instrText/text()") == ["PAGE"]
        assert points(paragraph) == 14


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert render_official(PAPER) == render_official(replace(PAPER))


def test_no_member_of_the_file_carries_the_hour_of_rendering() -> None:
    with ZipFile(io.BytesIO(render_official(PAPER))) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name]
    properties = opened(PAPER).core_properties
    assert properties.created is not None
    assert properties.created.date() == date(2026, 4, 3)
    assert (properties.author, properties.comments) == ("政协枫溪区云塘街道工作委员会", "")


HOSTILE = "甲\x00乙\x0b丙\x1f丁\ud800戊\uffff己\u202e庚<w:p/>&amp;{{ 7*7 }}"


def test_text_that_xml_refuses_is_cleaned_and_the_rest_kept_as_written() -> None:
    paper = replace(
        PAPER,
        issuer=HOSTILE,
        document_number=HOSTILE,
        title=HOSTILE,
        addressee=HOSTILE,
        paragraphs=tuple(Paragraph(HOSTILE, level=level) for level in range(5)),
        attachments=(HOSTILE,),
        signed_by=HOSTILE,
        copied_to=(HOSTILE,),
        printed_by=HOSTILE,
        signatory_for_upward=HOSTILE,
        note=HOSTILE,
    )
    document = opened(paper)
    assert document.paragraphs[0].text == "甲乙 丙丁戊己庚<w:p/>&amp;{{ 7*7 }}文件"
    assert "一、甲乙" in texts(document)


def test_a_text_of_100_kb_is_kept_whole() -> None:
    long = "协商" * 50_000
    paper = replace(PAPER, title=long, addressee=long, paragraphs=(Paragraph(long),), signed_by=long)
    assert texts(opened(paper)).count(long) == 3


def test_an_empty_paper_does_not_crash() -> None:
    paper = replace(PAPER, issuer="", title="", addressee=None, paragraphs=(), attachments=(), signed_by="")
    assert opened(paper).paragraphs[0].text == "文件"
