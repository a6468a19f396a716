"""What every page must pass in a real browser: it fits its window, wide and narrow, and axe finds nothing."""

from collections.abc import Iterable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.cast import Player

WIDTHS = (1280, 360)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OPEN_EVERYTHING = "document.querySelectorAll('details').forEach(one => one.open = true)"


def faults_of(page: Page) -> list[tuple[str, str, list[str]]]:
    """What is wrong with a page as it stands in its window: where, what, and the first elements at fault."""
    faults: list[tuple[str, str, list[str]]] = [
        (page.url, one["id"], [node["html"][:120] for node in one["nodes"][:2]])
        for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate(TOO_WIDE):
        faults.append((page.url, "stands out of its window", []))
    return faults


def faults_of_all(
    site: Site,
    pages: Iterable[tuple[Player | None, str]],
    widths: Iterable[int] = WIDTHS,
    *,
    unfolded: bool = False,
) -> list[object]:
    """What is wrong with these pages at these widths. One window a person: they are dear to open."""
    windows: dict[Player | None, Page] = {}
    faults: list[object] = []
    for player, address in pages:
        if player not in windows:
            windows[player] = site.window(player)
        page = windows[player]
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            faults.append((address, "does not open"))
            continue
        if unfolded:
            page.evaluate(OPEN_EVERYTHING)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            faults += [(width, *fault) for fault in faults_of(page)]
    return [*faults, *site.complaints]
