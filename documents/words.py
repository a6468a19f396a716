"""Text as it may stand on a paper: cleaned of what files refuse, dated and numbered the official way."""

import re
from datetime import date

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# XML 1.0 refuses control characters, lone surrogates and two non-characters. The direction marks are
# lawful, but let a text read differently on paper than it is stored, so an official paper drops them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"[ \t\n]+")
_YEAR_IN_BRACKETS = re.compile(r"[\[\uff3b【(（〔]\s*(\d{4})\s*[\]\uff3d】)）〕]")
_DIGITS = "零一二三四五六七八九"
_UNITS = ("千", "百", "十", "")
_ZEROS = re.compile("零+")


def printable(text: str) -> str:
    """The text without what a docx or xlsx file refuses; every kind of line end becomes a newline."""
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """The printable text on one line; full-width spaces, which stand inside names, are kept."""
    return _BLANKS.sub(" ", printable(text)).strip(" ")


def lines_of(text: str) -> tuple[str, ...]:
    """The printable text line by line, without the empty lines."""
    return tuple(line.strip() for line in printable(text).split("\n") if line.strip())


def official_date(day: date) -> str:
    """A date in Arabic digits without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def official_number(text: str) -> str:
    """A 发文字号 with its year in hexagonal brackets; the rest is the office's own and stays as given."""
    return _YEAR_IN_BRACKETS.sub(r"〔\1〕", one_line(text))


def chinese_numeral(number: int) -> str:
    """A number from 1 to 9999 as headings write it (十二, 一百零三). Raises ValueError outside that range."""
    if not 1 <= number <= 9999:
        raise ValueError(f"no heading numeral for {number}")
    digits = str(number)
    units = _UNITS[-len(digits) :]
    spelt = "".join(
        _DIGITS[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in zip(digits, units, strict=True)
    )
    spelt = _ZEROS.sub("零", spelt).rstrip("零")
    return spelt.removeprefix("一") if spelt.startswith("一十") else spelt


def width_in_characters(text: str) -> float:
    """How many full-width characters the text takes on a line."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def without_final_stop(text: str) -> str:
    """The text without punctuation at its end, to be put into a sentence or an attachment line."""
    return one_line(text).rstrip("。；，、.;, ")
