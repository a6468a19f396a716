"""The page of lifecycles says what the machines say."""

from pathlib import Path

import pytest

from statemachines.print_lifecycles import CHAPTERS, Chapter, lifecycles, main


def test_the_page_in_the_documents_is_fresh() -> None:
    assert main(["--check"]) == 0


def test_a_stale_page_is_noticed_and_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "lifecycles.md"
    page.write_text("旧", encoding="utf-8")
    assert main(["--check"], page) == 1
    assert "stale" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == "旧"


def test_a_missing_page_is_stale_and_printing_makes_it_fresh(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "lifecycles.md"
    assert main(["--check"], page) == 1
    assert main([], page) == 0
    assert main(["--check"], page) == 0


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.machine.__name__)
def test_every_event_with_a_validator_has_its_condition_in_words(chapter: Chapter) -> None:
    validated = {
        str(event.id)
        for state in chapter.machine.states
        for transition in state.transitions
        for event in transition.events
        if list(transition.validators)
    }
    assert validated == set(chapter.conditions)


@pytest.mark.parametrize(
    "row",
    [
        "| 评估质效 | 启动二次办理 | `rework` | 转化落实 | 二次办理未超过规定轮数 | 暂停办理 |",
        "| 评估质效 | 恢复协商 | `resume` | 不变 | — | 仅在中止期间办理 |",
        "| 转化落实 | 登记批示 | `instruct` | 不变 | — | 可以办理 |",
        "| 已办复 | 退回重办 | `send_back` | 退回重办 | — |",
        '    state "商前调研" as research',
        "    research --> topic : 退回议题环节",
        "    archived --> [*]",
    ],
)
def test_the_page_tells_what_the_law_says(row: str) -> None:
    assert row in lifecycles().splitlines()
