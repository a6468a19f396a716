"""Words with which 政协 would decide, and names that a region no longer uses."""

import pytest

from domain.refusals import RefusalCode, Refused
from regulations.county import with_county
from regulations.wording import forbidden_in
from tests.regulations.judging import BOOKS


@pytest.mark.parametrize("region", BOOKS)
def test_no_region_lets_a_consultation_decide(region: str) -> None:
    assert forbidden_in(BOOKS[region], "经充分协商，会议决定于六月动工。") == ("会议决定",)
    assert forbidden_in(BOOKS[region], "经充分协商，建议于六月动工。") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("打造“三位一体”工作载体", ("三位一体",)),
        ("统一悬挂“好商量”标识", ("“好商量”标识",)),
        ('统一悬挂"好商量"标识', ("“好商量”标识",)),
        ("设计「好商量」logo", ("“好商量”Logo",)),
        ("三 位\n一 体", ("三位一体",)),
        ("换挂“有事好商量”协商议事室牌子", ()),
        ("悬挂“有事好商量”标识", ()),
    ],
)
def test_suzhou_uses_some_names_no_longer(text: str, words: tuple[str, ...]) -> None:
    assert forbidden_in(BOOKS["suzhou"], text) == words


def test_nantong_may_say_what_suzhou_may_not() -> None:
    assert forbidden_in(BOOKS["nantong"], "“三位一体”新模式") == ()


def test_several_words_come_in_the_order_of_the_books() -> None:
    text = "现决定推广“三位一体”，会议决定如下"
    assert forbidden_in(BOOKS["suzhou"], text) == ("会议决定", "决定如下", "现决定", "三位一体")


def test_a_county_may_forbid_more_and_never_less() -> None:
    book = BOOKS["suzhou"]
    county = with_county(book, {"forbidden_words": ["商量驿站", "三位一体", "商量驿站"]}, "2020-1+1")
    ours = book.parameter("forbidden_words").value
    assert isinstance(ours, tuple)
    assert county.parameter("forbidden_words").value == (*ours, "商量驿站")
    assert county.rule("SZ-07").arguments["words"] == (*ours, "商量驿站")
    assert forbidden_in(county, "云塘商量驿站") == ("商量驿站",)
    assert forbidden_in(book, "云塘商量驿站") == ()
    assert book.rule("SZ-07").arguments["words"] == ours


def test_a_county_of_a_region_without_such_names_has_its_own() -> None:
    county = with_county(BOOKS["linfen"], {"forbidden_words": ["商量亭"]}, "2025-1+1")
    assert forbidden_in(county, "村口商量亭") == ("商量亭",)


@pytest.mark.parametrize("value", [[], "商量亭", 3, {"town": 3}, ["商量亭", " "], ["商量亭", 7]])
def test_words_are_a_list_of_words(value: object) -> None:
    with pytest.raises(Refused) as refused:
        with_county(BOOKS["suzhou"], {"forbidden_words": value}, "x")  # type: ignore[dict-item]
    assert refused.value.refusal.code is RefusalCode.INVALID_INPUT
    assert refused.value.refusal.field == "forbidden_words"


def test_a_period_is_no_list_of_words() -> None:
    with pytest.raises(Refused) as refused:
        with_county(BOOKS["linfen"], {"feedback_days": ["三十天"]}, "x")
    assert refused.value.refusal.field == "feedback_days"
