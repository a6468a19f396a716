"""The sheet of GB/T 9704-2012: A4, 22 lines of 28 characters, and the elements that stand on it."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from documents.same_bytes import with_fixed_timestamps
from documents.words import width_in_characters

TITLE_FONT = "方正小标宋简体"
BODY_FONT = "仿宋_GB2312"
KAI_FONT = "楷体_GB2312"
HEI_FONT = "黑体"
PAGE_NUMBER_FONT = "宋体"

BODY_POINTS = 16.0  # 3号
TITLE_POINTS = 22.0  # 2号
IMPRINT_POINTS = 14.0  # 4号
LINE_POINTS = 28.95  # 579 twips: at 580 the 22nd line no longer fits into 225 mm
TEXT_WIDTH = Mm(156)
RED = RGBColor(0xFF, 0x00, 0x00)

# Twentieths of a point added to each 16 pt character, so that 28 of them fill 156 mm. A grid of characters would say
# the same to Word and WPS, but LibreOffice then gives two cells to a character that is wider than one.
_CHARACTER_SPACING = "-5"
_MASTHEAD_POINTS_MAX = 48
_ONE_IN = "\u3000"
"""One character in: an indent would shorten the red line below, which is as wide as the text area."""

_IMPRINT_TABLE = f"""<w:tblPr {nsdecls("w")}>
  <w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpX="0" w:tblpYSpec="bottom"/>
  <w:tblW w:w="{TEXT_WIDTH.twips}" w:type="dxa"/>
  <w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/>
    <w:insideH w:val="single" w:sz="6" w:space="0" w:color="000000"/>
  </w:tblBorders>
  <w:tblLayout w:type="fixed"/>
  <w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>
</w:tblPr>"""


def set_font(run: Run, name: str, points: float) -> None:
    """Name the font for Latin and Chinese text alike: python-docx by itself names only the Latin one."""
    run.font.name = name
    run.font.size = Pt(points)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    # Quotation marks and dashes belong to both scripts; the hint gives them their Chinese width.
    fonts.set(qn("w:hint"), "eastAsia")


def indent(
    paragraph: Paragraph,
    *,
    left: float = 0,
    right: float = 0,
    first: float = 0,
    points: float = BODY_POINTS,
) -> None:
    """Indent in characters of the given size; a negative `first` hangs the first line out to the left.

    Both ways of saying it are written: Word and WPS obey the count of characters, LibreOffice the length.
    """
    element = paragraph._p.get_or_add_pPr().get_or_add_ind()
    widths = {"left": left, "right": right, "hanging" if first < 0 else "firstLine": abs(first)}
    for name, characters in widths.items():
        if characters:
            element.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            element.set(qn(f"w:{name}"), str(round(characters * points * 20)))


class OfficialSheet:
    """A paper being typeset from top to bottom; `to_bytes` closes it."""

    def __init__(self, *, title: str, author: str, made_on: date) -> None:
        self._document = Document()
        self._describe(title, author, made_on)
        self._set_normal_style()
        section = self._document.sections[0]
        _set_page(section)
        self._document.settings.odd_and_even_pages_header_footer = True
        _number_pages(section)

    def masthead(self, text: str) -> None:
        """发文机关标志: red, its top 35 mm below the upper edge of the text area, on one line if it can."""
        paragraph = self._document.add_paragraph()
        layout = paragraph.paragraph_format
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.space_before = Mm(35)
        layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
        leave_grid(paragraph)
        fitting = int(TEXT_WIDTH.pt / max(width_in_characters(text), 1))
        run = paragraph.add_run(text)
        set_font(run, TITLE_FONT, min(max(fitting, TITLE_POINTS), _MASTHEAD_POINTS_MAX))
        run.font.color.rgb = RED

    def number_line(self, number: str, signatory: str | None) -> None:
        """发文字号, centred; in a paper that goes upward to the left, with 签发人 to the right."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(2 * LINE_POINTS)
        if signatory is None:
            paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            set_font(paragraph.add_run(number), BODY_FONT, BODY_POINTS)
            return
        _right_tab(paragraph, TEXT_WIDTH - Pt(BODY_POINTS))
        set_font(paragraph.add_run(f"{_ONE_IN}{number}\t签发人："), BODY_FONT, BODY_POINTS)
        set_font(paragraph.add_run(signatory), KAI_FONT, BODY_POINTS)

    def sides_line(self, left: str, right: str) -> None:
        """One line with a text at each side, as a 纪要 shows its office and date above the red line."""
        paragraph = self._document.add_paragraph()
        _right_tab(paragraph, TEXT_WIDTH - Pt(BODY_POINTS))
        set_font(paragraph.add_run(f"{_ONE_IN}{left}\t{right}"), BODY_FONT, BODY_POINTS)

    def red_line(self) -> None:
        """The red separator, as wide as the text area, 4 mm below the line before it."""
        paragraph = self._document.paragraphs[-1]
        borders = OxmlElement("w:pBdr")
        bottom = OxmlElement("w:bottom")
        for name, value in {"val": "single", "sz": "12", "space": "11", "color": str(RED)}.items():
            bottom.set(qn(f"w:{name}"), value)
        borders.append(bottom)
        paragraph._p.get_or_add_pPr().insert_element_before(
            borders, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def blank_lines(self, count: int) -> None:
        for _ in range(count):
            self._document.add_paragraph()

    def title(self, lines: Sequence[str]) -> None:
        """标题, two lines below the red line; the caller breaks it where the sense allows."""
        self.blank_lines(2)
        for line in lines:
            paragraph = self._document.add_paragraph()
            paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
            leave_grid(paragraph)  # a taller line would take two lines of the page
            set_font(paragraph.add_run(line), TITLE_FONT, TITLE_POINTS)

    def line(
        self,
        *parts: tuple[str, str],
        left: float = 0,
        right: float = 0,
        first: float = 0,
        keep_right: bool = False,
        centred: bool = False,
        keep_next: bool = False,
        ragged: bool = False,
    ) -> None:
        """A body line of (text, font) parts; indents in characters; ``keep_next`` holds it to what follows.

        A ``ragged`` one is not stretched to both edges.
        """
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = keep_next or None
        indent(paragraph, left=left, right=right, first=first)
        if centred:
            paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if keep_right:
            paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if ragged:
            paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for text, font in parts:
            set_font(paragraph.add_run(text), font, BODY_POINTS)

    def add_table(self, rows: int, columns: int) -> Table:
        """An empty table at the present place (see official_table.py)."""
        table: Table = self._document.add_table(rows=rows, cols=columns)
        return table

    def picture(self, image: bytes, width_millimetres: float) -> None:
        """A picture in a line of its own, centred."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        # A line of fixed height would cut it off.
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        leave_grid(paragraph)
        paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(width_millimetres))

    def imprint(self, copied_to: str | None, printed_by: str | None, printed_on: str) -> None:
        """版记 at the foot of the last page: 抄送 above 印发机关 and 印发日期."""
        rows = [f"抄送：{copied_to}。"] if copied_to else []
        if printed_by:
            rows.append(f"{printed_by}\t{printed_on}印发")
        if not rows:
            return
        table = self._document.add_table(rows=len(rows), cols=1)
        table._tbl.replace(table._tbl.tblPr, parse_xml(_IMPRINT_TABLE))
        for cell, text in zip(table.columns[0].cells, rows, strict=True):
            cell.width = TEXT_WIDTH
            paragraph = cell.paragraphs[0]
            hanging = 3 if text.startswith("抄送：") else 0
            indent(paragraph, left=1 + hanging, right=1, first=-hanging, points=IMPRINT_POINTS)
            _right_tab(paragraph, TEXT_WIDTH - Pt(IMPRINT_POINTS))
            set_font(paragraph.add_run(text), BODY_FONT, IMPRINT_POINTS)
        # A floating table hangs on the paragraph after it; one point keeps that from taking a line.
        anchor = self._document.add_paragraph()
        anchor.paragraph_format.line_spacing = Pt(1)

    def to_bytes(self) -> bytes:
        """The docx file; equal contents give equal bytes."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return with_fixed_timestamps(buffer.getvalue())

    def _describe(self, title: str, author: str, made_on: date) -> None:
        properties = self._document.core_properties
        made_at = datetime.combine(made_on, time(), UTC)
        properties.title, properties.author = title[:255], author[:255]
        properties.last_modified_by = author[:255]
        properties.created = properties.modified = made_at
        properties.comments, properties.language, properties.revision = "", "zh-CN", 1
        # The library's own template carries a picture of itself; it is not ours to send along.
        relations = self._document.part.package.rels
        for name in [key for key, rel in relations.items() if rel.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
            del relations[name]

    def _set_normal_style(self) -> None:
        style = self._document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        if not isinstance(style, ParagraphStyle):
            raise TypeError("the docx template has no default paragraph style")
        style.font.name, style.font.size = BODY_FONT, Pt(BODY_POINTS)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), BODY_FONT)
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), _CHARACTER_SPACING)
        style.element.get_or_add_rPr().insert_element_before(spacing, "w:w", "w:kern", "w:sz", "w:szCs")
        language = OxmlElement("w:lang")
        language.set(qn("w:eastAsia"), "zh-CN")
        style.element.get_or_add_rPr().append(language)
        layout = style.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE_POINTS)
        layout.space_before = layout.space_after = Pt(0)
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        layout.widow_control = False


def _set_page(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The page number stands 7 mm below the text area and is itself about 5 mm high.
    section.footer_distance = Mm(23)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE_POINTS * 20)))


def _number_pages(section: Section) -> None:
    sides = ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
    for footer, side in sides:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.paragraph_format.alignment = side
        indent(paragraph, left=1, right=1, points=IMPRINT_POINTS)
        for kind, text in (("", "— "), ("begin", ""), ("instr", "PAGE"), ("end", ""), ("", " —")):
            run = paragraph.add_run(text if not kind else None)
            set_font(run, PAGE_NUMBER_FONT, IMPRINT_POINTS)
            if kind == "instr":
                instruction = OxmlElement("w:instrText")
                instruction.text = text
                run._element.append(instruction)
            elif kind:
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._element.append(mark)


def leave_grid(paragraph: Paragraph) -> None:
    """Let a line be as high as its text, not a multiple of the page's lines."""
    off = OxmlElement("w:snapToGrid")
    off.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().insert_element_before(off, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _right_tab(paragraph: Paragraph, position: int) -> None:
    paragraph.paragraph_format.tab_stops.add_tab_stop(Length(position), WD_TAB_ALIGNMENT.RIGHT)
