"""The ids and names under which workflows are reached. They hold opaque ids only."""

from temporalio.common import SearchAttributeKey

CONSULTATION = "Consultation"
POST_OFFICE = "PostOffice"
POST_OFFICE_ID = "post-office"
POKE = "poke"
MIRRORED_VERSION = "mirrored_version"
"""The query that says which version of the register a consultation's workflow has seen."""
DAILY_ROUND = "DailyRound"
DAILY_SCHEDULE_ID = "daily"
"""The Schedule that starts the daily round; Temporal adds the instant to the workflow's id."""
STAGE_ATTRIBUTE = SearchAttributeKey.for_keyword("ShangliangStage")
"""The only search attribute: the state, for operators. Pages ask the register."""

_PREFIX = "consultation/"


def consultation_workflow_id(consultation_id: str) -> str:
    """The workflow of one consultation."""
    return f"{_PREFIX}{consultation_id}"


def consultation_id_of(workflow_id: str) -> str:
    """The consultation whose workflow it is."""
    return workflow_id.removeprefix(_PREFIX)
