"""C-08 四川：张家与李家宅基地边界和采光 (domain.md §5): a private quarrel is turned away and told where to go."""

import pytest

from domain.notices import NoticeKind
from tests.journeys.playing import Entered

pytestmark = pytest.mark.journey


async def test_a_private_quarrel_is_no_topic(entered: Entered) -> None:
    played = await entered("C-08")
    assert played.played.complaints == []
    assert played.refusals() == [("04-09", ("SC-12",)), ("04-10", ())]
    standing = await played.consultation()
    assert standing["state"] == "rejected"
    assert standing["stage_advances"][-1]["occurred_on"] == "2026-04-10"


async def test_who_proposed_it_reads_the_reason_and_where_to_go_in_time(entered: Entered) -> None:
    played = await entered("C-08")
    topic = await played.read(f"/topics/{played.played.made['topic']}", "minling.weiyuan")
    assert (topic["exclusion"], topic["diversion"]) == ("individual_dispute", "peoples_mediation")
    assert "司法所" in topic["rejection_reason"]
    assert topic["rejected_on"] <= "2026-04-14"
    assert topic["review_due_on"] is None
    assert played.letters(NoticeKind.REJECTED) > 0


async def test_it_has_nobody_at_the_table_no_unit_and_no_score_and_is_never_counted(entered: Entered) -> None:
    played = await entered("C-08")
    assert (await played.consultation())["deliberated_on"] is None
    assert await played.read("participants") == []
    assert await played.read("feedback-tasks") == []
    evaluations = await played.evaluations()
    assert (evaluations["evaluations"], evaluations["composite_score"]) == ([], None)
    assert {kind for kind, _, _ in played.due_dates()} <= {"approval"}
