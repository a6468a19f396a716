"""The yearly figures that a quota rule may ask for: what each is called, how it is computed, what it is told.

The books name a counter and give its arguments; the register answers it (records/queries/counting).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from domain.bodies import RoomLevel
from domain.effects import ConversionKind, OutcomeLinkKind
from domain.matters import ConsultationKind
from domain.work_log import PublicationChannel, WorkKind


@dataclass(frozen=True)
class CounterSpec:
    """One figure of the register. ``formula`` is the sentence people read beside the number.

    ``arguments`` gives the type of each argument (int, bool, a tuple of words, a table of integers);
    those in ``optional`` may be left out. An argument that is None has not been set by anybody.
    """

    name: str
    title: str
    unit: str
    formula: str
    arguments: Mapping[str, Any]
    optional: frozenset[str]


def _spec(
    name: str, title: str, unit: str, formula: str, optional: tuple[str, ...] = (), **arguments: Any
) -> CounterSpec:
    return CounterSpec(name, title, unit, formula, MappingProxyType(arguments), frozenset(optional))


Levels = tuple[RoomLevel, ...]

_SPECS = (
    _spec(
        "room_coverage",
        "协商议事室覆盖率",
        "%",
        "有所列层级协商议事室的区划数 ÷ 系统内登记的同层级区划数，按层级分别计算；企事业单位和界别只计议事室个数。",
        levels=Levels,
    ),
    _spec(
        "results",
        "协商实效",
        "%",
        "当年完成“开展协商”的协商事项中：解决率＝核实为 A 类的建议数 ÷ 已交办的建议数；满意率＝满意和基本满意票 ÷ 全部票（取最近一轮）；"
        "按期反馈率＝按期办复的办理任务数 ÷（按期办复、逾期办复和在办已逾期的办理任务数之和），退回重办前后任何一次反馈逾期的均算逾期。",
    ),
    _spec(
        "activities_per_room",
        "每室协商议事活动次数",
        "次",
        "每个协商议事室当年完成“开展协商”的协商事项数，一个事项无论几场只计一次；没有问答、意见和建议（或注明未形成共识）的座谈不计。",
        optional=("minimum", "levels"),
        minimum=int,
        levels=Levels,
    ),
    _spec(
        "substantive_share",
        "实质性协商占比",
        "%",
        "有问答、有意见、有建议（或注明未形成共识）的协商事项数 ÷ 当年完成“开展协商”的协商事项数。",
    ),
    _spec(
        "members_without_room",
        "未编入协商议事室的委员",
        "人",
        "统计日本区域在任政协委员中，没有编入任何协商议事室的人数，应为零。",
    ),
    _spec(
        "work_log",
        "工作台账登记次数",
        "次",
        "当年工作台账中所列类别的登记条数，已撤销的不计；规定次数的，由每个政协分别达到。",
        optional=("minimum",),
        kinds=tuple[WorkKind, ...],
        minimum=int,
    ),
    _spec(
        "work_log_each",
        "工作台账分项次数",
        "次",
        "当年工作台账中每一类别的登记条数分别与规定次数比较，已撤销的不计；每个政协的各类均达到才算达到。",
        minimums=Mapping[WorkKind, int],
    ),
    _spec(
        "liaison_coverage",
        "挂钩联系覆盖率",
        "%",
        "当年有挂钩联系人的县（市、区）数 ÷ 系统内登记的县（市、区）数。",
    ),
    _spec(
        "outcome_links",
        "协商成果关联数",
        "件",
        "当年登记的、由协商事项形成的提案、社情民意信息等件数。",
        kinds=tuple[OutcomeLinkKind, ...],
    ),
    _spec(
        "conversions",
        "协商成果转化数",
        "条",
        "当年登记转化的协商建议条数，按转化形式分列。",
        kinds=tuple[ConversionKind, ...],
    ),
    _spec(
        "publications",
        "公开发布篇数",
        "篇",
        "当年经用语核对后公开发布的篇数，按渠道分列。",
        channels=tuple[PublicationChannel, ...],
    ),
    _spec(
        "member_participation",
        "委员参与积分",
        "分",
        "每名委员在当年完成“开展协商”的协商事项中出席、调研、议题被采用、发言，以及当年参加跟踪问效的件数（每个事项每项各计一次），乘以各项分值之和；按姓名排列，不排名次。",
        points=Mapping[str, int],
    ),
    _spec(
        "satisfaction_by_party",
        "各方评价",
        "分",
        "当年完成“开展协商”的协商事项各方评价分数的平均值，每个事项取最近一轮；群众评价按满意 100、基本满意 80、不满意 40 计。",
    ),
    _spec(
        "consultations_held",
        "协商活动次数",
        "次",
        "当年完成“开展协商”的所列类别协商事项数，一个事项无论几场只计一次；规定次数的，由每个政协分别达到。",
        optional=("minimum", "levels", "leader_only"),
        kinds=tuple[ConsultationKind, ...],
        minimum=int,
        levels=Levels,
        leader_only=bool,
    ),
    _spec(
        "leader_attended_share",
        "党委、政府负责同志参加的占比",
        "%",
        "有党委、政府负责同志签到的协商事项数 ÷ 当年完成“开展协商”的协商事项数。",
        minimum_percent=int,
    ),
    _spec(
        "public_participants",
        "参与协商的群众",
        "人次",
        "当年完成“开展协商”的协商事项中签到的群众人次（同一事项同一人只计一次），与上年对照。",
    ),
    _spec(
        "key_consultations",
        "重点协商督查事项",
        "项",
        "当年已销号的督查事项数 ÷ 当年在督的督查事项数（当年列入，或往年列入而年初尚未销号）。",
    ),
)

COUNTERS: Mapping[str, CounterSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})
