"""What a form asks for where a paper is written from a few loose values instead of a paper of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from records.papers.checking import Line, Number, PastDay, Text
from records.papers.co_handlings import OPINION_CHARACTERS_MAX


@dataclass(frozen=True, kw_only=True)
class RemovalForm:
    """Taking somebody off the list."""

    reason: Annotated[str, Line("移除原因", is_required=False)] = ""


@dataclass(frozen=True, kw_only=True)
class RevealForm:
    """Looking at a phone number."""

    purpose: Annotated[str, Line("查看目的")]


@dataclass(frozen=True, kw_only=True)
class ResearchAcceptanceForm:
    """The convener's acceptance of a research record."""

    accepted_on: Annotated[date, PastDay("审核日期")]


@dataclass(frozen=True, kw_only=True)
class SignInsForm:
    """Who came to a session."""

    participant_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SuggestionAcceptanceForm:
    """Which suggestions stand on the accepted list."""

    suggestion_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SuggestionExplanationForm:
    """Why an item cannot be solved now (C 类)."""

    explanation: Annotated[str, Text("说明内容")]
    explained_on: Annotated[date, PastDay("说明日期")]


@dataclass(frozen=True, kw_only=True)
class FollowUpPlanForm:
    """How a key difficulty is followed up."""

    follow_up_plan: Annotated[str, Text("跟踪办理计划")]
    is_key_difficulty: bool = False


@dataclass(frozen=True, kw_only=True)
class BallotSheetForm:
    """Ballots counted by hand."""

    satisfied: Annotated[int, Number("满意（票）")] = 0
    basically_satisfied: Annotated[int, Number("基本满意（票）")] = 0
    dissatisfied: Annotated[int, Number("不满意（票）")] = 0


@dataclass(frozen=True, kw_only=True)
class BallotTokensForm:
    """How many single-use tokens to make."""

    count: Annotated[int, Number("评价凭证数量", least=1, most=500)]


@dataclass(frozen=True, kw_only=True)
class OpinionForm:
    """会办意见 as a draft."""

    opinion: Annotated[str, Text("会办意见", characters_max=OPINION_CHARACTERS_MAX)]


@dataclass(frozen=True, kw_only=True)
class AnswerForm:
    """书面反馈 as a draft."""

    text: Annotated[str, Text("书面反馈")]


@dataclass(frozen=True, kw_only=True)
class SupervisionEntryForm:
    """Listing a consultation for supervision asks for nothing more."""


@dataclass(frozen=True, kw_only=True)
class WorkWithdrawalForm:
    """Withdrawing an entry of the work log."""

    reason: Annotated[str, Text("撤销原因")]
