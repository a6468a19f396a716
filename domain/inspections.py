"""The words of supervisors' work: inspections, what they ask of a body, and what became of it (domain.md §3.3)."""

from domain.matters import ObligationKind
from domain.words import Word


class InspectionKind(Word):
    """How an inspection is made. Only an announced one is told to its unit beforehand (NA-17)."""

    ANNOUNCED = "announced", "督查"
    UNANNOUNCED = "unannounced", "“四不两直”督查"


class DemandKind(Word):
    """What supervisors ask of a body: to put right what they found, or to answer what they say."""

    RECTIFICATION = "rectification", "督查整改"
    COMMENT = "comment", "督查意见"

    @property
    def obligation(self) -> ObligationKind:
        """The kind of obligation whose ladder the clock climbs."""
        return (
            ObligationKind.RECTIFICATION if self is DemandKind.RECTIFICATION else ObligationKind.COMMENT_REPLY
        )

    @property
    def usual_workdays(self) -> int:
        """The period that the form proposes; ours, no document names one."""
        return 15 if self is DemandKind.RECTIFICATION else 5


class DemandState(Word):
    """Where a demand stands. Overdue is not a state: it follows from the clock."""

    ISSUED = "issued", "待答复"
    ANSWERED = "answered", "已答复"
    SENT_BACK = "sent_back", "退回重办"
    VERIFIED = "verified", "已核实销号"


class DemandStepKind(Word):
    """What happened to a demand after it was issued; its clock is replayed from these."""

    ANSWERED = "answered", "答复"
    SENT_BACK = "sent_back", "退回重办"
    VERIFIED = "verified", "核实销号"
    RECOUNTED = "recounted", "期限重新计算"


PERIOD_WORKDAYS_MAX = 90
"""The longest period that a supervisor may set at once, in working days; ours."""
