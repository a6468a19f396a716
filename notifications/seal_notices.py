"""Variables of the letter that takes the daily seal to the supervisors, so that it is kept outside the service."""

from dataclasses import dataclass
from datetime import date

from domain.notices import NoticeKind
from notifications.notice_bases import Notice


@dataclass(frozen=True, kw_only=True)
class DaySealed(Notice):
    """每日封存; ``statement`` is what was signed and ``signature`` the Ed25519 signature over it, in hex.

    ``since_on`` lies before ``sealed_on`` when days were missed; ``left_out`` counts streams that do not verify.
    """

    kind = NoticeKind.DAY_SEALED
    number: int
    since_on: date
    sealed_on: date
    streams: int
    entries: int
    left_out: int
    root: str
    statement: str
    signature: str
