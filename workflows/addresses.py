"""The ids and names under which workflows are reached. They hold opaque ids only."""

CONSULTATION = "Consultation"
POST_OFFICE = "PostOffice"
POST_OFFICE_ID = "post-office"
POKE = "poke"
TASK_QUEUE = "shangliang"
_PREFIX = "consultation/"


def consultation_workflow_id(consultation_id: str) -> str:
    """The workflow of one consultation."""
    return f"{_PREFIX}{consultation_id}"
