"""A workflow that asks the law, as the consultation's workflow does."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.refusals import Refused
    from domain.stages import ConsultationState
    from statemachines import consultation


@workflow.defn
class AskTheLaw:
    """Advances through every stage, then asks for what is forbidden at the end."""

    @workflow.run
    async def run(self) -> list[str]:
        state = ConsultationState.PLATFORM
        passed = [state.value]
        while "advance" in consultation.open_events(state):
            state = consultation.after(state, "advance")
            passed.append(state.value)
        try:
            consultation.after(state, "terminate")
        except Refused as refused:
            passed.append(refused.refusal.code.value)
        return passed
