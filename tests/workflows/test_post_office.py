"""The post office: poked after a commit, awake at the next opening hour, and never in a consultation's history."""

from domain.acts import SuspendConsultation
from domain.notices import NoticeKind
from records.tables.letters import NoticeRow, NoticeState
from tests import cast
from tests.servers import SmtpServer
from tests.stories import Story
from tests.workflows.running import Running, act, end, events, skip, until
from workflows.addresses import POST_OFFICE_ID


def suspending(service: Running, story: Story) -> SuspendConsultation:
    review_on = service.parts.books.calendar.add_workdays(story.today, 5).on
    return SuspendConsultation(by=cast.STAFF, occurred_on=story.today, reason="等待", review_on=review_on)


def urgent(story: Story) -> list[NoticeRow]:
    return story.every(NoticeRow, kind=NoticeKind.SUSPENDED)


def letters(story: Story) -> list[NoticeRow]:
    return story.every(NoticeRow)


async def test_an_urgent_letter_goes_out_after_the_commit_without_being_asked_for(
    service: Running, story: Story, smtp_catcher: SmtpServer
) -> None:
    handle = await service.open(story)
    await act(handle, suspending(service, story), "k1")
    await until(lambda: {row.state for row in urgent(story)} == {NoticeState.DELIVERED})
    people = {str(message["To"]) for message in smtp_catcher.messages}
    assert {cast.STAFF_PLAYER.email, cast.CONVENER_PLAYER.email} <= people


async def test_a_consultations_history_holds_no_mail(service: Running, story: Story) -> None:
    handle = await service.open(story)
    await act(handle, suspending(service, story), "k1")
    await until(lambda: {row.state for row in urgent(story)} == {NoticeState.DELIVERED})
    assert len(await events(handle, "ACTIVITY_TASK_SCHEDULED")) == 2
    assert "deliver_letters" not in (await handle.fetch_history()).to_json()


async def test_a_lost_poke_only_delays(service: Running, story: Story, smtp_catcher: SmtpServer) -> None:
    await end(service.client, POST_OFFICE_ID)
    story.go_to_instant(await service.env.get_current_time())
    story.open()
    story.do(suspending(service, story))
    assert {row.state for row in urgent(story)} == {NoticeState.WAITING}
    # What every worker does when it starts, and from time to time.
    await service.bell.open_post_office()
    await until(lambda: {row.state for row in urgent(story)} == {NoticeState.DELIVERED})
    assert len([one for one in smtp_catcher.messages if "中止" in str(one["Subject"])]) == len(urgent(story))


async def test_ordinary_letters_go_out_when_the_offices_open(
    simulation: Running, story: Story, smtp_catcher: SmtpServer
) -> None:
    await simulation.open(story)
    # Seen by the post office, and sent or put off: the poke comes in real time, half a second after the commit.
    await until(lambda: all(row.attempts or row.send_after_at > row.written_at for row in letters(story)))
    await skip(simulation.env, days=12)
    await until(lambda: {row.state for row in letters(story)} == {NoticeState.DELIVERED})
    assert len(smtp_catcher.messages) == 2  # one digest for each of the two organisers
