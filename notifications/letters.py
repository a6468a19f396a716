"""A letter ready to be sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letter:
    """What one person reads: the subject on one line, and the same body as plain text and as HTML."""

    subject: str
    text: str
    html: str
