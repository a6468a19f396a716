"""The books with a handful of quota rules of known numbers, so that figures can be counted by hand."""

from dataclasses import replace

from domain.bodies import RoomLevel
from domain.matters import ConsultationKind
from domain.refusals import Severity
from domain.stages import GatePoint
from records.books import Books
from regulations.rule_sets import Rule
from tests.stories import BOOKS


def quota(rule_id: str, counter: str, **arguments: object) -> Rule:
    """A quota rule as the books would have it."""
    return Rule(
        id=rule_id,
        stages=(GatePoint.WHOLE,),
        severity=Severity.QUOTA,
        clause="要有合理的数量频次",
        article="四条(六)",
        source="苏政〔2020〕9号",
        counter=counter,
        arguments=arguments,
    )


COUNTING_RULES = (
    quota("SZ-12", "activities_per_room", minimum=2, levels=(RoomLevel.STREET,)),
    quota("SZ-11", "results"),
    quota("LF-18", "consultations_held", kinds=tuple(ConsultationKind), minimum=1),
    quota("LF-19", "leader_attended_share", minimum_percent=30),
    quota("LF-20", "activities_per_room", minimum=None, levels=(RoomLevel.VILLAGE,)),
    quota("SZ-39", "member_participation", points={"attend": 5}),
)

COUNTING_BOOKS = Books(
    {"suzhou": replace(BOOKS.rule_sets["suzhou"], rules=COUNTING_RULES), "linfen": BOOKS.rule_sets["linfen"]},
    BOOKS.calendar,
)
