"""Services for the tests of workflows, on both servers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.servers import SmtpServer, TemporalDev, temporal_time_skipping_server
from tests.stories import Story, new_story
from tests.workflows.running import Running, running, settings_for


@pytest.fixture
def story(sqlite_url: str) -> Iterator[Story]:
    """A register with the cast in it."""
    story = new_story(sqlite_url)
    yield story
    story.register.dispose()


@pytest.fixture(params=["time-skipping", "dev"])
async def service(
    request: pytest.FixtureRequest,
    story: Story,
    tmp_path: Path,
    smtp_catcher: SmtpServer,
    temporal_dev: TemporalDev,
    temporal_time_skipping: WorkflowEnvironment,
) -> AsyncIterator[Running]:
    """A worker in the sandbox, once on each Temporal server."""
    env = temporal_dev.env if request.param == "dev" else temporal_time_skipping
    async with running(env, settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)) as one:
        yield one


@pytest.fixture
async def simulation(story: Story, tmp_path: Path, smtp_catcher: SmtpServer) -> AsyncIterator[Running]:
    """A worker in the sandbox where months pass in seconds, on a server of its own: its time is nobody else's."""
    settings = settings_for(str(story.register.engine.url), tmp_path, smtp_catcher.port)
    async with temporal_time_skipping_server() as env, running(env, settings) as one:
        yield one
