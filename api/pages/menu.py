"""The menu of each role: what it uses daily stands open, the rest one click away, grouped by kind of work."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.bodies import Role

EVERYBODY = frozenset(Role)
KEEPERS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Who keeps the house and takes no part in consultations."""
CASE_WORKERS = EVERYBODY - KEEPERS
PARTY = frozenset({Role.PARTY_OFFICE, Role.APPROVER})
UNITS = frozenset({Role.DEPARTMENT, Role.DEPARTMENT_HEAD})
ROOM_PEOPLE = frozenset({Role.STAFF, Role.CONVENER, Role.MEMBER})
LEADERS = PARTY | {Role.STAFF, Role.SUPERVISOR}
TRAIL_READERS = frozenset({Role.SUPERVISOR, Role.AUDIT_ADMIN})
RUNNERS = KEEPERS | {Role.AUDIT_ADMIN}
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Item:
    """One entry: for whom it is, and for whom it belongs to every day."""

    address: str
    words: str
    roles: frozenset[Role] = EVERYBODY
    daily: frozenset[Role] = NOBODY


@dataclass(frozen=True)
class Menu:
    """What one role sees on one page. ``here`` is the address of the entry that the page belongs to."""

    open: tuple[Item, ...]
    folded: tuple[tuple[str, tuple[Item, ...]], ...]
    here: str


GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "办理",
        (
            Item("/", "待办", daily=EVERYBODY),
            Item("/mine", "我的履职", frozenset({Role.CONVENER, Role.MEMBER}), EVERYBODY),
            Item("/feedback-tasks", "办理事项", UNITS, EVERYBODY),
            Item("/consultations", "协商", CASE_WORKERS, EVERYBODY),
            Item("/topics", "议题", ROOM_PEOPLE | PARTY, ROOM_PEOPLE),
            Item("/escalations", "专报与批示", LEADERS | {Role.CONVENER}, PARTY),
            Item("/plans", "年度计划", ROOM_PEOPLE | LEADERS, PARTY | {Role.STAFF}),
            Item("/work-log", "工作台账", CASE_WORKERS),
        ),
    ),
    (
        "督办",
        (
            Item("/overdue", "逾期看板", LEADERS, LEADERS),
            Item("/watching", "关注", LEADERS, frozenset({Role.SUPERVISOR})),
            Item("/inspections", "督查", frozenset({Role.SUPERVISOR}), EVERYBODY),
            Item("/supervision", "督查事项", LEADERS | {Role.CONVENER}),
            Item("/demands", "督查整改", LEADERS | UNITS, UNITS),
        ),
    ),
    (
        "统计",
        (
            Item("/overview", "总览", LEADERS, LEADERS),
            Item("/figures", "统计指标", LEADERS),
            Item("/statistics", "统计分析", LEADERS),
        ),
    ),
    (
        "基础资料",
        (
            Item("/rooms", "协商议事室", daily=ROOM_PEOPLE),
            Item("/members", "委员", ROOM_PEOPLE),
            Item("/organisations", "单位", daily=KEEPERS),
            Item("/people", "人员与任职", KEEPERS, KEEPERS),
            Item("/rule-sets", "规则集", daily=frozenset({Role.SYSTEM_ADMIN})),
            Item("/calendars", "工作日历", daily=frozenset({Role.SYSTEM_ADMIN})),
        ),
    ),
    (
        "留痕",
        (
            Item("/audit", "留痕核验", TRAIL_READERS, TRAIL_READERS),
            Item("/audit/seals", "每日封存", TRAIL_READERS, frozenset({Role.AUDIT_ADMIN})),
            Item("/audit/exports", "导出留痕", TRAIL_READERS),
            Item(
                "/personal-data-readings",
                "个人信息查看",
                frozenset({Role.AUDIT_ADMIN, Role.SECURITY_ADMIN}),
                EVERYBODY,
            ),
        ),
    ),
    (
        "运行",
        (
            Item("/daily-rounds", "每日例行", RUNNERS),
            Item("/deliveries", "投递记录", frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})),
            Item("/notice-templates", "信件模板", frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})),
            Item("/webhooks", "推送接口", frozenset({Role.SYSTEM_ADMIN})),
        ),
    ),
    (
        "我的",
        (
            Item("/notices", "站内信"),
            Item("/notices/choices", "通知方式"),
            Item("/calendar-feeds", "日历订阅"),
            Item("/leave", "请假代办"),
            Item("/tokens", "访问令牌"),
        ),
    ),
)


def menu_for(role: Role, path: str) -> Menu:
    """The menu of a role; an entry that is folded stands open while one of its pages is shown."""
    mine = [(group, [item for item in items if role in item.roles]) for group, items in GROUPS]
    here = _here((item for _, items in mine for item in items), path)

    def is_open(item: Item) -> bool:
        return role in item.daily or item.address == here

    return Menu(
        open=tuple(item for _, items in mine for item in items if is_open(item)),
        folded=tuple(
            (group, folded)
            for group, items in mine
            if (folded := tuple(item for item in items if role not in item.daily))
        ),
        here=here,
    )


def _here(items: Iterable[Item], path: str) -> str:
    """The longest address that the path lies under; the worklist is only itself."""
    over = (
        one.address for one in items if path == one.address or path.startswith(one.address.rstrip("/") + "/")
    )
    return max((address for address in over if address != "/" or path == "/"), key=len, default="")
