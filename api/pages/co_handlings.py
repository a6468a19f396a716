"""会办 on the page of a task: who co-handles it until when, and the form for a co-handler's opinion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from api.pages.fields import fields_of, read_values
from api.pages.forms import Attempt, ShownForm, show_form
from api.pages.small_papers import OpinionForm
from api.pages.submissions import errand_of, send_act, write_once
from api.pages.visits import Posting, Visit, text_of
from domain.acts import AnswerCoHandling
from domain.bodies import Actor
from records.papers.co_handlings import prepare_co_handling
from records.queries.co_handlings import CoHandlingLine, CoHandlingState

NOUN = "co-handling-answers"
OPINION_FIELDS = fields_of(OpinionForm)
SENT_FIELDS = fields_of(AnswerCoHandling, ("by", "task_id", "co_handling_id", "note"))


@dataclass(frozen=True)
class CoHandlingsOfTask:
    """The co-handlers of a task, and what the visitor's own unit owes among them."""

    lines: Sequence[CoHandlingLine]
    opinions: dict[str, str]
    mine: CoHandlingLine | None

    @property
    def owed(self) -> tuple[CoHandlingLine, ...]:
        """Those that have not answered yet."""
        return tuple(line for line in self.lines if line.state is CoHandlingState.OWED)


def co_handlings_shown(lines: Sequence[CoHandlingLine], actor: Actor) -> CoHandlingsOfTask:
    """What the page of a task says of its co-handlers to this visitor."""
    return CoHandlingsOfTask(
        lines=lines,
        opinions={line.unit_id: line.opinion_for(actor) for line in lines},
        mine=next((line for line in lines if line.unit_id == actor.organisation_id), None),
    )


def opinion_form(task: Any, tried: Attempt, shown: CoHandlingsOfTask, visit: Visit) -> ShownForm:
    """The form in which the visitor's unit drafts its opinion and hands it in."""
    draft = shown.opinions.get(visit.actor.organisation_id, "")
    return show_form(
        NOUN,
        (*OPINION_FIELDS, *SENT_FIELDS),
        tried,
        address=f"/feedback-tasks/{task.id}/{NOUN}",
        title="会办答复",
        button="提交会办意见",
        initial={"occurred_on": visit.today, "opinion": draft},
        is_primary=True,
    )


async def answer_co_handling(posting: Posting, task_id: str, consultation_id: str) -> Response:
    """Keep the draft of an opinion, or hand it in."""
    opinion = read_values(OPINION_FIELDS, posting.form)["opinion"]
    is_draft = text_of(posting.form, "intent") == "draft"
    # Read before anything is written, so that a wrong date leaves everything as it was.
    said = {} if is_draft else read_values(SENT_FIELDS, posting.form)
    check = errand_of(posting).bound_to(consultation_id, "answer_co_handling")

    def write(pen: Any) -> Any:
        check(pen)
        return prepare_co_handling(pen, task_id, opinion)

    kept = await write_once(posting, NOUN, write, suffix=":draft")
    address = f"/feedback-tasks/{task_id}"
    if is_draft:
        return posting.go(f"{address}#{NOUN}", "草稿已保存，尚未提交；提交会办意见后期限才停止计算。")
    act = AnswerCoHandling(by=posting.actor, task_id=task_id, co_handling_id=kept["co_handling_id"], **said)
    done = "会办意见已答复，并已通知主办单位。"
    return posting.go(address, await send_act(posting, consultation_id, act, done))
