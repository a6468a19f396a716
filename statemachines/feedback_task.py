"""The lifecycle of a feedback task (办理反馈): from 交办 to 核实 (domain.md §2.7).

Overdue and escalated are not states: they follow from the clock. Readings chosen:

* 签收 comes first, but an answer from a unit that never acknowledged is taken and implies the 签收: offices do
  it, and refusing an answer would only make it later.
* 退办 is open until the unit has answered once: whoever has answered has taken the item on.
* A co-handler (会办) may answer until the task is verified, also after the lead has: its opinion may still be what
  the organiser waits for. 二次办理 asks the lead alone.
* A date that a 批示 has set moves by another 批示 only: nobody else extends it (no third date without the party
  committee). A period begun by sending an answer back is a period like any other.
* An accepted 退办 ends the task; the new unit gets a task, and a full period, of its own.
* 二次办理 reopens a verified task where 退回重办 leaves it, with a new period.
"""

from dataclasses import dataclass
from datetime import date

from statemachine import Event, StateMachine
from statemachine.states import States

from domain.matters import FeedbackTaskState
from domain.refusals import RefusalCode as Code
from domain.refusals import Refused, refuse
from statemachines.asking import day, event_of, open_events_of, states_open_to, staying


@dataclass
class FeedbackTaskStanding:
    """What the machine reads and writes."""

    state: FeedbackTaskState


def window_is_open(
    on: date | None = None, window_closes_on: date | None = None, window_workdays: int | None = None
) -> None:
    """Raise WINDOW_CLOSED when a 退办 is asked after ``window_closes_on``; that day itself is in time."""
    if on is not None and window_closes_on is not None and on > window_closes_on:
        within = f" {window_workdays} 个工作日内" if window_workdays is not None else "规定期限内"
        raise refuse(Code.WINDOW_CLOSED, f"退办须在交办后{within}（{day(window_closes_on)}前）提出。")


def extension_is_first(is_extended_before: bool = False) -> None:
    """Raise LIMIT_REACHED for a second extension of one period."""
    if is_extended_before:
        raise refuse(Code.LIMIT_REACHED, "每个办理期限只能延期一次，该事项已经延期。")


def date_is_not_instructed(is_instructed: bool = False) -> None:
    """Raise LIMIT_REACHED for an extension of a date that the party committee has set (domain.md §2.7)."""
    if is_instructed:
        raise refuse(Code.LIMIT_REACHED, "该期限由党委批示确定，未经党委再次批示不得延长。")


def grant_leaves_the_instructed_date(workdays: int | None = None, is_instructed: bool = False) -> None:
    """Raise LIMIT_REACHED for a grant where a 批示 has set the date since it was asked; a refusal stays open."""
    date_is_not_instructed(is_instructed and workdays is not None)


def extension_is_early_enough(asked_on: date | None = None, latest_on: date | None = None) -> None:
    """Raise WINDOW_CLOSED when an extension is asked after ``latest_on``; that day itself is in time."""
    if asked_on is not None and latest_on is not None and asked_on > latest_on:
        raise refuse(Code.WINDOW_CLOSED, f"延期申请最迟应于{day(latest_on)}提出，现已超过期限。")


def extension_is_short_enough(workdays: int | None = None, workdays_max: int | None = None) -> None:
    """Raise INVALID_INPUT for more working days than may be given, or for none."""
    if workdays is None:
        return
    if workdays < 1:
        raise refuse(Code.INVALID_INPUT, "延期天数应为 1 个工作日以上。", field="workdays")
    if workdays_max is not None and workdays > workdays_max:
        raise refuse(Code.INVALID_INPUT, f"延期不得超过 {workdays_max} 个工作日。", field="workdays")


class FeedbackTaskMachine(StateMachine):
    """States are the words of :class:`FeedbackTaskState`; the model is a :class:`FeedbackTaskStanding`."""

    # A verified task is at rest but not final, because 二次办理 may reopen it: the library would have every
    # state lead to a final one, and only 已退办 is.
    validate_final_reachability = False

    at = States.from_enum(
        FeedbackTaskState,
        initial=FeedbackTaskState.ASSIGNED,
        final=FeedbackTaskState.RETURNED,
        use_enum_instance=True,
    )

    acknowledge = Event(at.ASSIGNED.to(at.ACKNOWLEDGED), name="签收")
    answer = Event(at.ANSWERED.from_(at.ASSIGNED, at.ACKNOWLEDGED, at.SENT_BACK), name="办复")
    verify = Event(at.ANSWERED.to(at.VERIFIED), name="核实通过")
    send_back = Event(at.ANSWERED.to(at.SENT_BACK), name="退回重办")
    rework = Event(at.VERIFIED.to(at.SENT_BACK), name="转入二次办理")

    request_return = Event(staying(at.ASSIGNED, at.ACKNOWLEDGED, validators=window_is_open), name="申请退办")
    accept_return = Event(at.RETURNED.from_(at.ASSIGNED, at.ACKNOWLEDGED), name="同意退办")
    refuse_return = Event(staying(at.ASSIGNED, at.ACKNOWLEDGED), name="驳回退办申请")
    request_extension = Event(
        staying(
            at.ASSIGNED,
            at.ACKNOWLEDGED,
            at.SENT_BACK,
            validators=[
                date_is_not_instructed,
                extension_is_first,
                extension_is_early_enough,
                extension_is_short_enough,
            ],
        ),
        name="申请延期",
    )
    answer_co_handling = Event(
        staying(at.ASSIGNED, at.ACKNOWLEDGED, at.ANSWERED, at.SENT_BACK), name="会办答复"
    )
    decide_extension = Event(
        staying(
            at.ASSIGNED,
            at.ACKNOWLEDGED,
            at.SENT_BACK,
            validators=[grant_leaves_the_instructed_date, extension_is_short_enough],
        ),
        name="答复延期申请",
    )


def open_events(state: FeedbackTaskState) -> frozenset[str]:
    """Names of the events that the state leaves open. Windows and limits are not asked: they need facts."""
    return open_events_of(FeedbackTaskMachine(FeedbackTaskStanding(state)))


def after(
    state: FeedbackTaskState,
    event: str,
    *,
    on: date | None = None,
    window_closes_on: date | None = None,
    window_workdays: int | None = None,
    is_instructed: bool = False,
    is_extended_before: bool = False,
    asked_on: date | None = None,
    latest_on: date | None = None,
    workdays: int | None = None,
    workdays_max: int | None = None,
) -> FeedbackTaskState:
    """The state after the event.

    ``request_return`` is judged by ``on`` against ``window_closes_on`` (``window_workdays`` words the refusal);
    ``request_extension`` by ``is_instructed``, by ``is_extended_before``, by ``asked_on`` against ``latest_on`` and by ``workdays``
    against ``workdays_max``; a granting ``decide_extension`` by the first and the last two, a refusing one gives no
    ``workdays``. What is None is not judged. Raises ``Refused`` with STATE_FORBIDS, WINDOW_CLOSED,
    LIMIT_REACHED or INVALID_INPUT, and ``KeyError`` for an event the machine does not know.
    """
    standing = FeedbackTaskStanding(state)
    machine = FeedbackTaskMachine(standing)
    if event not in open_events_of(machine):
        raise _refusal(state, event)
    machine.send(
        event,
        on=on,
        window_closes_on=window_closes_on,
        window_workdays=window_workdays,
        is_instructed=is_instructed,
        is_extended_before=is_extended_before,
        asked_on=asked_on,
        latest_on=latest_on,
        workdays=workdays,
        workdays_max=workdays_max,
    )
    return standing.state


def _refusal(state: FeedbackTaskState, event: str) -> Refused:
    label = event_of(FeedbackTaskMachine, event).name
    allowed = "".join(f"「{one.label}」" for one in states_open_to(FeedbackTaskMachine, event))
    message = f"该办理事项现为「{state.label}」状态，不能{label}；该操作限于{allowed}状态。"
    return refuse(Code.STATE_FORBIDS, message)
