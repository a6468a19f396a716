"""The guide leads nowhere into the void, and its pictures are those that the script takes."""

import re
from pathlib import Path

from tests.browser.pictures import BYTES_MAX, FOLDER, SAMPLE, STREET
from tests.installation import ROOT

PAGES = (*(ROOT / "docs" / "guide").glob("*.md"), ROOT / "README.md", ROOT / "README.zh-CN.md")


def linked(page: Path) -> set[Path]:
    """Every file of ours that a page leads to."""
    found = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    return {(page.parent / one).resolve() for one in found if "://" not in one}


def test_every_link_of_the_guide_leads_to_a_file() -> None:
    dead = {(page.name, one.name) for page in PAGES for one in linked(page) if not one.exists()}
    assert not dead


def test_the_contents_lead_to_every_chapter() -> None:
    chapters = set((ROOT / "docs" / "guide").glob("*.md"))
    assert chapters - {ROOT / "docs" / "guide" / "README.md"} <= linked(ROOT / "docs" / "guide" / "README.md")


def test_every_picture_is_taken_by_the_script_and_shown_somewhere() -> None:
    taken = {FOLDER / f"{one.name}.png" for one in (*STREET, *SAMPLE)}
    assert set(FOLDER.glob("*")) == taken
    assert taken <= {one for page in PAGES for one in linked(page)}


def test_every_picture_is_small_enough_to_be_shown() -> None:
    assert not [one.name for one in FOLDER.glob("*.png") if one.stat().st_size > BYTES_MAX]
