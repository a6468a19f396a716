"""The checks a rule may name, one module per stage. Importing this package registers them all."""

from regulations.checks import (
    archive,
    deliberation,
    evaluation,
    implementation,
    participants,
    platform,
    reporting,
    research,
    topic,
)
from regulations.checks.registry import CHECKS, Check, Finding, check

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "archive",
    "check",
    "deliberation",
    "evaluation",
    "implementation",
    "participants",
    "platform",
    "reporting",
    "research",
    "topic",
]
