"""The yearly figures of the quota rules, counted over the register (domain.md §1, every Q row).

“每年” is the calendar year. A consultation counts once, in the year in which its 开展协商 was completed, however many
sessions it took. What was rejected, ended or merged never counts, and neither does an invalid session (§1.6, 7).
"""

from collections.abc import Callable, Mapping
from datetime import date

from domain.figures import Figure, Standing, Tally
from records.queries.counting.activities import (
    activities_per_room,
    consultations_held,
    leader_attended_share,
    public_participants,
    substantive_share,
)
from records.queries.counting.count import Count
from records.queries.counting.effects import conversions, key_consultations, outcome_links, publications
from records.queries.counting.members import member_participation
from records.queries.counting.results import results, satisfaction_by_party
from records.queries.counting.rooms import liaison_coverage, members_without_room, room_coverage
from records.queries.counting.work_log import work_log, work_log_each
from regulations.counters import COUNTERS
from regulations.rule_sets import Rule

COUNTED: Mapping[str, Callable[..., Tally]] = {
    "room_coverage": room_coverage,
    "results": results,
    "activities_per_room": activities_per_room,
    "substantive_share": substantive_share,
    "members_without_room": members_without_room,
    "work_log": work_log,
    "work_log_each": work_log_each,
    "liaison_coverage": liaison_coverage,
    "outcome_links": outcome_links,
    "conversions": conversions,
    "publications": publications,
    "member_participation": member_participation,
    "satisfaction_by_party": satisfaction_by_party,
    "consultations_held": consultations_held,
    "leader_attended_share": leader_attended_share,
    "public_participants": public_participants,
    "key_consultations": key_consultations,
}


WARNING_DAYS = ((6, 30), (9, 30), (12, 1))
"""When people look at what has not been reached yet (SZ-12); the days are ours."""
_ASKED = frozenset({Standing.REACHED, Standing.MISSED, Standing.NO_DATA})


def figure_of(count: Count, rule: Rule) -> Figure:
    """The answer of the register to one quota rule."""
    return figure_from(count, rule, tally_of(count, rule))


def tally_of(count: Count, rule: Rule) -> Tally:
    """What the rule's counter says."""
    return COUNTED[rule.counter](count, **rule.arguments)


def figure_from(count: Count, rule: Rule, tally: Tally) -> Figure:
    """A counter's answer with the words that people read beside it, and the days on which it is looked at."""
    spec = COUNTERS[rule.counter]
    is_asked = tally.standing in _ASKED
    words = vars(tally) | {
        "title": tally.title or spec.title,
        "warning_on": tuple(date(count.year, *day) for day in WARNING_DAYS) if is_asked else (),
    }
    return Figure(rule_id=rule.id, counter=spec.name, unit=spec.unit, formula=spec.formula, **words)
