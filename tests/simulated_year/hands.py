"""The deeds of a plan made into acts: ids are looked up as a page would have them."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain import acts
from domain.acts import Act
from domain.calendar import at_local
from domain.matters import AdoptionStatus, ResultClass, Verdict
from records.papers.answers import prepare_answer
from records.papers.co_handlings import prepare_co_handling
from records.papers.desk import PaperDesk
from records.tables.obligations import CoHandling, Escalation, FeedbackTask
from records.tables.outcomes import Suggestion
from service.composition import Parts
from tests.simulated_year.lives import Deed, Plan
from tests.simulated_year.people import County


@dataclass(frozen=True)
class Hand:
    """One deed made into an act: ids are looked up as a page would have them."""

    parts: Parts
    plan: Plan
    deed: Deed

    @property
    def county(self) -> County:
        return self.plan.county

    def act(self) -> Act:
        """The act."""
        act: Act = getattr(self, f"_{self.deed.what.removesuffix('_in_vain')}")(dict(self.deed.given))
        return act

    def _one(self, query: Any) -> Any:
        with self.parts.register.reading() as session:
            return session.scalars(query).one()

    def _task(self) -> FeedbackTask:
        item, turn = self.deed.task
        with self.parts.register.reading() as session:
            found = session.scalars(
                select(FeedbackTask)
                .join(Suggestion, Suggestion.id == FeedbackTask.suggestion_id)
                .where(
                    FeedbackTask.consultation_id == self.plan.consultation_id, Suggestion.item_number == item
                )
                .order_by(FeedbackTask.id)
            ).all()
        return found[turn - 1]

    def _of_task(self, act_type: Any, by: Any, **said: Any) -> Any:
        return act_type(by=by, occurred_on=self.deed.on, task_id=self._task().id, **said)

    def _clerk(self, unit_id: str) -> Any:
        return self.county.clerk(int(unit_id[-1]))

    def _assign(self, given: dict[str, Any]) -> Act:
        with self.parts.register.reading() as session:
            suggestions = session.scalars(
                select(Suggestion.id)
                .where(Suggestion.consultation_id == self.plan.consultation_id)
                .order_by(Suggestion.item_number)
            ).all()
        period = self.county.feedback_workdays if self.county.region == "linfen" else None
        return acts.AssignFeedbackTasks(
            by=self.county.staff,
            occurred_on=self.deed.on,
            assignments=tuple(
                acts.TaskAssignment(
                    suggestion_id=one,
                    lead_unit_id=self.county.body_id(f"unit{lead}"),
                    co_unit_ids=() if co is None else (self.county.body_id(f"unit{co}"),),
                    period_workdays=period,
                )
                for one, (lead, co) in zip(suggestions, given["items"], strict=True)
            ),
        )

    def _acknowledge(self, _: dict[str, Any]) -> Act:
        return self._by_unit(acts.AcknowledgeTask)

    def _by_unit(self, act_type: Any, **said: Any) -> Act:
        act: Act = self._of_task(act_type, self._clerk(self._task().unit_id), **said)
        return act

    def _by_staff(self, act_type: Any, **said: Any) -> Act:
        act: Act = self._of_task(act_type, self.county.staff, **said)
        return act

    def _ask_return(self, _: dict[str, Any]) -> Act:
        return self._by_unit(acts.RequestReturn, reason="不属本单位职责")

    def _accept_return(self, given: dict[str, Any]) -> Act:
        new_unit_id = self.county.body_id(f"unit{given['unit']}")
        return self._by_staff(acts.DecideReturn, is_accepted=True, new_unit_id=new_unit_id)

    def _refuse_return(self, _: dict[str, Any]) -> Act:
        return self._by_staff(acts.DecideReturn, is_accepted=False, note="属于该单位职责")

    def _ask_extension(self, given: dict[str, Any]) -> Act:
        return self._by_unit(acts.RequestExtension, workdays=given["workdays"], reason="需要评审")

    def _grant_extension(self, given: dict[str, Any]) -> Act:
        return self._by_staff(
            acts.DecideExtension, is_granted=True, workdays=given["workdays"], note="情况属实"
        )

    def _refuse_extension(self, _: dict[str, Any]) -> Act:
        return self._by_staff(acts.DecideExtension, is_granted=False, note="理由不充分")

    def _answer(self, _: dict[str, Any]) -> Act:
        task = self._task()
        clerk = self._clerk(task.unit_id)
        paper = self._write(clerk, lambda pen: prepare_answer(pen, task.id, "已经办理。"))
        return self._by_unit(
            acts.AnswerTask,
            answer_id=paper["answer_id"],
            adoption=AdoptionStatus.ADOPTED,
            result=ResultClass.A,
        )

    def _verify(self, _: dict[str, Any]) -> Act:
        return self._by_staff(acts.VerifyAnswer, verdict=Verdict.VERIFIED)

    def _send_back(self, _: dict[str, Any]) -> Act:
        return self._by_staff(acts.VerifyAnswer, verdict=Verdict.SENT_BACK, reason="未说明进度")

    def _opine(self, given: dict[str, Any]) -> Act:
        task, clerk = self._task(), self.county.clerk(given["unit"])
        self._write(clerk, lambda pen: prepare_co_handling(pen, task.id, "同意。"))
        mine = self._one(
            select(CoHandling.id).where(
                CoHandling.task_id == task.id, CoHandling.unit_id == clerk.organisation_id
            )
        )
        act: Act = self._of_task(acts.AnswerCoHandling, clerk, co_handling_id=mine)
        return act

    def _instruct(self, given: dict[str, Any]) -> Act:
        with self.parts.register.reading() as session:
            papers = session.scalars(
                select(Escalation.id).where(Escalation.task_id == self._task().id).order_by(Escalation.id)
            ).all()
        return acts.RecordInstruction(
            by=self.county.party_office,
            occurred_on=self.deed.on,
            escalation_id=papers[given["desk"] - 1],
            text="请限期办结",
            new_due_on=given["due_on"],
        )

    def _suspend(self, given: dict[str, Any]) -> Act:
        return acts.SuspendConsultation(
            by=self.county.staff, occurred_on=self.deed.on, reason="等待规划", review_on=given["review_on"]
        )

    def _resume(self, _: dict[str, Any]) -> Act:
        return acts.ResumeConsultation(by=self.county.staff, occurred_on=self.deed.on, note="规划已定")

    def _write(self, by: Any, writing: Any) -> Any:
        desk = PaperDesk(self.parts.register, self.parts.trail)
        at = at_local(self.deed.on, 10)
        return desk.once(by, at, key=str(uuid.uuid4()), act="paper", body={}, write=writing)
