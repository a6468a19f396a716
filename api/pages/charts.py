"""Small charts as inline SVG: no library, no style attribute, readable on paper and without colour.

Widths are percentages and heights are pixels, so that text keeps its size on a phone. Every number of a chart also
stands in it as text, and again in the table that its page shows underneath.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

ROW_PX, BAR_PX, CELL_PX = 44, 14, 34
LABEL_PERCENT = 24
OPACITY_LEAST, OPACITY_MOST = 10, 45
LABEL_CHARACTERS_MAX = 20
"""So much stands beside a number on a phone; the table has the whole name."""


@dataclass(frozen=True)
class Bar:
    """One bar. ``mark`` draws a line at a second value, such as what is required. ``tone`` names a colour class."""

    label: str
    value: int
    shown: str
    mark: int | None = None
    tone: str = "plain"


@dataclass(frozen=True)
class Cell:
    """One cell of a heat-map."""

    value: int
    tone: str = "plain"


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar. What is late is drawn thinner, what is open hollow: no part differs by colour alone."""

    value: int
    tone: str = "plain"


def bars(title: str, given: Sequence[Bar], *, most: int | None = None) -> Markup:
    """Horizontal bars on one scale, each with its label and number above it; ``most`` sets the end of the scale."""
    if most is None:
        most = max((max(one.value, one.mark or 0) for one in given), default=0)
    rows = (_bar(one, index * ROW_PX, most) for index, one in enumerate(given))
    return _chart(title, len(given) * ROW_PX, rows)


def stacked(title: str, given: Sequence[tuple[str, str, Sequence[Segment]]]) -> Markup:
    """Bars made of parts on one scale, each with its label and its numbers in words above it."""
    most = max((sum(one.value for one in parts) for _, _, parts in given), default=0)
    drawn = []
    for index, (label, words, parts) in enumerate(given):
        top = index * ROW_PX
        drawn += [_text("0", top + 14, _shortened(label)), _text("100%", top + 14, words, anchor="end")]
        drawn.append(_rect("0", top + 20, "100%", BAR_PX, "chart-track"))
        drawn += _segments(parts, top + 20, most)
    return _chart(title, len(given) * ROW_PX, drawn)


def _segments(parts: Sequence[Segment], top: int, most: int) -> list[Markup]:
    drawn, begun = [], 0
    for one in parts:
        if one.value:
            is_late = one.tone.endswith("late")
            inset = BAR_PX // 4 if is_late else 0
            left, width = _share(begun, most), _share(one.value, most)
            drawn.append(_rect(left, top + inset, width, BAR_PX - 2 * inset, f"chart-{one.tone}"))
        begun += one.value
    return drawn


def heat_map(title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Cell]]]) -> Markup:
    """A grid of numbers; the more there are, the fuller the cell. An empty cell has only its frame."""
    most = max((cell.value for _, cells in rows for cell in cells), default=0)
    width = (100 - LABEL_PERCENT) / max(1, len(columns))
    parts = [
        _text(f"{LABEL_PERCENT + (index + 0.5) * width:.2f}%", 18, one, anchor="middle")
        for index, one in enumerate(columns)
    ]
    for line, (label, cells) in enumerate(rows):
        top = 26 + line * CELL_PX
        parts.append(_text("0", top + 22, label))
        for index, cell in enumerate(cells):
            parts.append(_cell(cell, LABEL_PERCENT + index * width, top, width, most))
    return _chart(title, 28 + len(rows) * CELL_PX, parts)


def _bar(one: Bar, top: int, most: int) -> Markup:
    line = top + 20
    parts = [
        _text("0", top + 14, _shortened(one.label)),
        _text("100%", top + 14, one.shown, anchor="end"),
        _rect("0", line, "100%", BAR_PX, "chart-track"),
    ]
    if one.value:
        parts.append(_rect("0", line, _share(one.value, most), BAR_PX, f"chart-{one.tone}"))
    if one.mark is not None and most:
        at = _share(one.mark, most)
        parts.append(
            Markup('<line class="chart-mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(
                at, line - 3, line + BAR_PX + 3
            )
        )
    return Markup("").join(parts)


def _cell(cell: Cell, left: float, top: int, width: float, most: int) -> Markup:
    spread = OPACITY_MOST - OPACITY_LEAST
    filled = OPACITY_LEAST + spread * cell.value // most if cell.value else 0
    box = Markup(
        '<rect class="chart-cell chart-{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}" fill-opacity="{:.2f}"/>'
    ).format(cell.tone, left, top, width, CELL_PX - 2, filled / 100)
    return box + _text(f"{left + width / 2:.2f}%", top + 21, str(cell.value), anchor="middle")


def _chart(title: str, height: int, parts: Iterable[Markup]) -> Markup:
    return Markup('<svg class="chart" role="img" width="100%" height="{}"><title>{}</title>{}</svg>').format(
        height, title, Markup("").join(parts)
    )


def _text(x: str, y: int, words: str, *, anchor: str = "start") -> Markup:
    return Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, y, anchor, escape(words))


def _rect(x: str, y: int, width: str, height: int, kind: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(kind, x, y, width, height)


def _shortened(words: str) -> str:
    return words if len(words) <= LABEL_CHARACTERS_MAX else words[: LABEL_CHARACTERS_MAX - 1] + "…"


def _share(value: int, most: int) -> str:
    return f"{100 * value / most:.2f}%"
