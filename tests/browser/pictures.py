"""The pictures of the guide: ``python -m tests.browser.pictures`` takes them anew into ``docs/pictures/``.

Some show a street of the tests on a day of June, some the service with its sample data as it stands today. Names of
pictures on the command line take only these. Needs Debian's Chromium and ``pdftoppm``.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from records.migrations import upgrade
from service.seeding import DEMO_PASSWORD
from tests import cast
from tests.browser.conftest import CHROMIUM, Site, served
from tests.browser.stages import Street, busy_street, sample_service
from tests.cast import Player
from tests.installation import ROOT
from tests.stories import new_story

FOLDER = ROOT / "docs" / "pictures"
BYTES_MAX = 200_000
DESK, PHONE = (1280, 860), (390, 844)
PRINTED_DPI = 80


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One picture: how large the window is, or that it is printed, and what is scrolled to the top."""

    name: str
    window: tuple[int, int] = DESK
    is_printed: bool = False
    top: str = ""


@dataclass(frozen=True, kw_only=True)
class OfStreet(Picture):
    """A picture of the street of the tests."""

    player: Player
    address: Callable[[Street], str]


@dataclass(frozen=True, kw_only=True)
class OfSample(Picture):
    """A picture of the sample service. ``follow`` says which links lead from the first page to the one shown."""

    sign_in_name: str
    address: str
    follow: tuple[str, ...] = ()


STREET = (
    OfStreet(name="worklist-staff", player=cast.STAFF_PLAYER, address=lambda _: "/"),
    OfStreet(name="consultation", player=cast.STAFF_PLAYER, address=lambda on: on.case_today),
    OfStreet(name="task", player=cast.HOUSING_PLAYER, address=lambda on: on.late_task),
    OfStreet(name="task-phone", player=cast.HOUSING_PLAYER, address=lambda on: on.late_task, window=PHONE),
    OfStreet(
        name="door-phone",
        player=cast.CONVENER_PLAYER,
        address=lambda on: f"{on.door}/sign-ins",
        window=PHONE,
    ),
    OfStreet(name="escalation-desk", player=cast.DISTRICT_PARTY_PLAYER, address=lambda on: on.escalation),
    OfStreet(name="overdue", player=cast.SUPERVISOR_PLAYER, address=lambda _: "/overdue"),
    OfStreet(
        name="three-lists-printed",
        player=cast.STAFF_PLAYER,
        address=lambda on: f"{on.late_case}/tasks",
        is_printed=True,
    ),
)
OLDEST = "main a[href^='/consultations/']:text-is('老旧小区加装电梯与停车位重排')"
SAMPLE = (
    OfSample(name="overview", sign_in_name="fengxi.quwei", address="/overview", top="#dwells"),
    OfSample(name="figures", sign_in_name="yaoling.zhengxie", address="/figures", top="main table"),
    OfSample(name="rule-set", sign_in_name="admin", address="/rule-sets/suzhou", top="#rules"),
    OfSample(
        name="consultation-printed",
        sign_in_name="yuntang.gongwei",
        address="/consultations",
        follow=(OLDEST,),
        is_printed=True,
    ),
)


def main(names: Sequence[str]) -> None:
    """Take the pictures of these names, all of them where none is given."""
    street = [one for one in STREET if not names or one.name in names]
    sample = [one for one in SAMPLE if not names or one.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        if street:
            take_street(browser, Path(place), street)
        if sample:
            with sample_service(Path(place)) as url:
                take_sample(browser, url, sample)


def take_street(browser: Browser, place: Path, pictures: Sequence[OfStreet]) -> None:
    """Take pictures of the street of the tests."""
    url = f"sqlite:///{place / 'street.db'}"
    upgrade(url)
    story = new_story(url)
    street = busy_street(story)
    with served(story, browser) as site:
        for one in pictures:
            keep(_shown_on_street(site, street, one), one)
    story.register.dispose()


def _shown_on_street(site: Site, street: Street, one: OfStreet) -> Page:
    page = site.window(one.player, width=one.window[0])
    page.goto(site.address + one.address(street))
    return page


def take_sample(browser: Browser, url: str, pictures: Sequence[OfSample]) -> None:
    """Take pictures of a service that is running with its sample data."""
    for one in pictures:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai")
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.locator("[name=sign_in_name]").fill(one.sign_in_name)
        page.locator("[name=password]").fill(DEMO_PASSWORD)
        with page.expect_navigation():
            page.locator("[name=password]").press("Enter")
        page.goto(url + one.address)
        for link in one.follow:
            with page.expect_navigation():
                page.locator(link).first.click()
        keep(page, one)
        context.close()


def keep(page: Page, picture: Picture) -> None:
    """Photograph the page and keep the picture. Raises ValueError for one that is too large to be shown."""
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    page.set_viewport_size({"width": picture.window[0], "height": picture.window[1]})
    if picture.top:
        page.locator(picture.top).first.evaluate("part => part.scrollIntoView()")
    taken = first_sheet(page.pdf(prefer_css_page_size=True)) if picture.is_printed else page.screenshot()
    sys.stdout.write(f"{picture.name}.png  {len(taken) // 1000} kB\n")
    if len(taken) > BYTES_MAX:
        raise ValueError(f"{picture.name} is too large")
    (FOLDER / f"{picture.name}.png").write_bytes(taken)


def first_sheet(pdf: bytes) -> bytes:
    """The first page of a PDF as a PNG."""
    with tempfile.TemporaryDirectory() as place:
        paper, sheet = Path(place, "paper.pdf"), Path(place, "sheet")
        paper.write_bytes(pdf)
        words = ["pdftoppm", "-png", "-singlefile", "-r", str(PRINTED_DPI), str(paper), str(sheet)]
        subprocess.run(words, check=True)
        return sheet.with_suffix(".png").read_bytes()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that looks."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--lang=zh-CN"])
        yield browser
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
