"""A hand that fills in forms in a real browser: it opens what is folded, types, picks, ticks, and presses one button."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Site
from tests.cast import Player

OFF = "off"
"""The value of a tick that is to be taken away."""


@dataclass
class Hand:
    """Everybody's hands on screens of one width, each in a window of their own."""

    site: Site
    width: int
    has_script: bool
    windows: dict[str, Page] = field(default_factory=dict)

    def look(self, player: Player, address: str) -> Page:
        """A page as the player sees it today."""
        page = self._window(player)
        answer = page.goto(address, wait_until="domcontentloaded")
        assert answer is not None
        assert answer.status == 200, (address, answer.status)
        return page

    def send(self, player: Player, address: str, form_id: str, *, press: str = "", **values: str) -> Page:
        """Fill in the form of that id on a page and press its button, the first one unless another is named.

        ``press`` is what the button says. A form whose id ends with a dash is the only one that begins so.
        """
        page = self.look(player, address)
        self.fill(page, form_id, **values)
        self.press(page, form_id, press)
        return page

    def fill(self, page: Page, form_id: str, **values: str) -> None:
        """Fill in fields by name."""
        form = self.form(page, form_id)
        for name, value in values.items():
            _put(form, name, value)

    def press(self, page: Page, form_id: str, words: str = "") -> None:
        """Press a button of the form and wait for the page that answers."""
        buttons = self.form(page, form_id).locator("button:not([type=button])")
        button = (buttons.filter(has_text=words) if words else buttons).first
        with page.expect_navigation(wait_until="domcontentloaded"):
            button.click()

    def form(self, page: Page, form_id: str) -> Locator:
        """The form, with everything around it unfolded."""
        chosen = f'form[id^="{form_id}"]' if form_id.endswith("-") else f'form[id="{form_id}"]'
        form = page.locator(chosen)
        assert form.count() == 1, f"{page.url} has {form.count()} forms {form_id}"
        _unfold(form)
        return form

    def go_home(self) -> None:
        """End the day: nobody keeps a page open over night, so none asks for news with a session long ended."""
        for page in self.windows.values():
            page.goto("about:blank")

    def _window(self, player: Player) -> Page:
        self.site.cookies.keep_fresh(self.site.story)
        if player.id not in self.windows:
            page = self.site.window(player, width=self.width, has_script=self.has_script)
            page.on("dialog", lambda dialog: dialog.accept())
            self.windows[player.id] = page
        return self.windows[player.id]


def _unfold(inner: Locator) -> None:
    """Open whatever is folded around it, from the outside in, as a person does: by the word that stands there."""
    folded = inner.locator("xpath=ancestor::details[not(@open)]")
    while folded.count():
        folded.first.locator("xpath=./summary").click()


def _put(form: Locator, name: str, value: str) -> None:
    named = form.locator(f'[name="{name}"]:not([type=hidden])')
    assert named.count(), f"no field {name}"
    _unfold(named.first)
    kind = named.first.evaluate("field => field.type")
    match kind:
        case "select-one" | "select-multiple":
            named.select_option(value)
        case "checkbox":
            _tick(named, value)
        case "radio":
            form.locator(f'[name="{name}"][value="{value}"]').check()
        case _:
            named.fill(value)


def _tick(boxes: Locator, value: str) -> None:
    """Tick the only box, or with several every one whose value is named; ``*`` is every one that is open."""
    for index in range(boxes.count()):
        box = boxes.nth(index)
        if box.is_disabled():
            continue
        is_named = boxes.count() == 1 or value == "*" or box.get_attribute("value") in value.split()
        if is_named:
            box.set_checked(value != OFF)
