"""A co-handler (会办) of an item, as list 2 names it."""

from dataclasses import dataclass
from datetime import date

from documents.words import official_date


@dataclass(frozen=True)
class CoHandler:
    """Who co-handles, and until when; without a date where none was set."""

    name: str
    due_on: date | None = None
    answered_on: date | None = None
    is_provisional: bool = False

    @property
    def in_words(self) -> str:
        """The name with its date: 县教育局（2026年6月23日前，2026年6月25日答复）."""
        if self.due_on is None:
            return self.name
        mark = "，暂定" if self.is_provisional else ""
        answered = f"，{official_date(self.answered_on)}答复" if self.answered_on is not None else ""
        return f"{self.name}（{official_date(self.due_on)}前{mark}{answered}）"
