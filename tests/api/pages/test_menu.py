"""The menu: every entry opens for whoever sees it, nothing daily is folded, and it says where one is."""

import pytest

from api.pages.menu import GROUPS, Item, menu_for
from domain.bodies import Role
from tests.api.pages.conftest import Pages
from tests.cast import PLAYERS, Player

ITEMS = [item for _, items in GROUPS for item in items]
PEOPLE = [role for role in Role if role not in {Role.CLOCK, Role.PUBLIC}]
ONE_OF_EACH_ROLE = tuple({player.role: player for player in PLAYERS}.values())
OPEN_MAX = 9
"""As many entries as stand in one row of a wide window."""


def words_of(role: Role, path: str) -> tuple[list[str], list[str]]:
    """What stands open, and what is folded."""
    menu = menu_for(role, path)
    return [item.words for item in menu.open], [item.words for _, items in menu.folded for item in items]


@pytest.mark.parametrize("role", PEOPLE)
def test_each_entry_stands_once_and_few_stand_open(role: Role) -> None:
    opened, folded = words_of(role, "/")
    assert sorted(opened + folded) == sorted(item.words for item in ITEMS if role in item.roles)
    assert 2 <= len(opened) <= OPEN_MAX


def test_an_entry_that_is_folded_stands_open_on_its_own_pages() -> None:
    assert "工作台账" not in words_of(Role.STAFF, "/")[0]
    assert "工作台账" in words_of(Role.STAFF, "/work-log")[0]


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", "/"),
        ("/consultations/one/timeline", "/consultations"),
        ("/audit/seals/2026-11-21", "/audit/seals"),
        ("/audit", "/audit"),
        ("/nowhere", ""),
    ],
)
def test_the_nearest_entry_says_where_one_is(path: str, here: str) -> None:
    assert menu_for(Role.AUDIT_ADMIN, path).here == here


@pytest.mark.parametrize("player", ONE_OF_EACH_ROLE, ids=lambda one: one.role.value)
def test_every_entry_opens_for_whoever_sees_it(pages: Pages, player: Player) -> None:
    seen: list[Item] = [item for item in ITEMS if player.role in item.roles]
    answers = {item.address: pages.by(player).get(item.address).status_code for item in seen}
    assert answers == dict.fromkeys(answers, 200)
