"""The analyses there are: what each is called, what it consists of, and what its sheet lists one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.statistics import Statistic
from records.queries.analysis.details import Details, items_listed, stages_listed, tasks_listed
from records.queries.analysis.dwell import dwell
from records.queries.analysis.results import results
from records.queries.analysis.timeliness import timeliness
from records.queries.analysis.topics import repetitions
from records.queries.analysis.view import View
from records.queries.analysis.waiting import waiting


@dataclass(frozen=True)
class Analysis:
    """Some statistics that belong on one page."""

    name: str
    title: str
    lead: str
    made_of: tuple[Callable[[View], tuple[Statistic, ...]], ...]
    listed: Callable[[View], Details]

    def of(self, view: View) -> tuple[Statistic, ...]:
        """Its statistics over a view."""
        return tuple(one for part in self.made_of for one in part(view))


def _topics(view: View) -> tuple[Statistic, ...]:
    return (repetitions(view),)


_ALL = (
    Analysis(
        "timeliness",
        "办理时效",
        "按期、逾期、在办各有多少，按月份、区域和承办单位分列。",
        (timeliness,),
        tasks_listed,
    ),
    Analysis(
        "dwell",
        "环节用时",
        "每个环节用了多少工作日，在办的协商停在哪里、等谁。",
        (dwell, waiting),
        stages_listed,
    ),
    Analysis(
        "results",
        "办理成效",
        "先看再评议和反弹，再看办理结果、各方评价、成果转化和重复议题。",
        (results, _topics),
        items_listed,
    ),
)
ANALYSES: Mapping[str, Analysis] = MappingProxyType({one.name: one for one in _ALL})
