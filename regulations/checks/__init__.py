"""The checks a rule may name, one module per stage. Importing this package registers them all."""

from regulations.checks import (
    archive,
    conveners,
    deliberation,
    evaluation,
    implementation,
    participants,
    plans,
    platform,
    reporting,
    research,
    topic,
    wording,
)
from regulations.checks.registry import CHECKS, Check, Finding, check

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "archive",
    "check",
    "conveners",
    "deliberation",
    "evaluation",
    "implementation",
    "participants",
    "plans",
    "platform",
    "reporting",
    "research",
    "topic",
    "wording",
]
