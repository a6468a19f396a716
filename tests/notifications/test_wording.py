from datetime import UTC, date, datetime

import pytest

from notifications import wording


def test_dates_read_as_in_official_papers() -> None:
    assert wording.plain_date(date(2026, 5, 22)) == "2026年5月22日"
    assert wording.long_date(date(2026, 5, 22)) == "2026年5月22日（周五）"
    assert wording.long_date(date(2026, 9, 20)) == "2026年9月20日（周日）"
    assert wording.long_date(None) == ""


def test_a_due_date_without_a_published_calendar_is_marked_provisional() -> None:
    assert wording.due_date(date(2027, 1, 5), is_provisional=True) == "2027年1月5日（周二，暂定）"
    assert wording.due_date(date(2026, 5, 22), is_provisional=False) == "2026年5月22日（周五）"
    assert wording.due_date(None, is_provisional=True) == ""


def test_an_instant_is_told_in_shanghai_time() -> None:
    assert wording.local_time(datetime(2026, 3, 31, 16, 5, tzinfo=UTC)) == "2026年4月1日（周三）00:05"


@pytest.mark.parametrize(
    ("left", "words"), [(5, "还有5个工作日到期"), (1, "还有1个工作日到期"), (0, "今日到期"), (-1, "今日到期")]
)
def test_time_left_in_words(left: int, words: str) -> None:
    assert wording.time_left(left) == words


def test_an_answer_without_late_workdays_is_in_time() -> None:
    assert wording.timeliness(0) == "按期"
    assert wording.timeliness(2) == "逾期2个工作日"


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (8, "八"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")],
)
def test_ordinals_are_chinese_numerals(number: int, numeral: str) -> None:
    assert wording.chinese_number(number) == numeral


def test_one_line_leaves_no_control_character() -> None:
    assert wording.one_line("加装\r\nBcc: x@y\x00\x1b[2J\u2028电梯\u202e\ud800") == "加装 Bcc: x@y [2J 电梯"


def test_paragraphs_keep_lines_and_nothing_else() -> None:
    assert wording.paragraphs("一\r\n\r\n 二\x00 \u2029三\t四") == "一\n二\n三 四"


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert wording.shortened("商" * 10, 10) == "商" * 10
    assert wording.shortened("商" * 11, 10) == "商" * 8 + "……"
