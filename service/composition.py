"""Where the parts are put together: nothing below this room knows how another part is made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urlsplit

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.catalogue import deed_activities
from activities.daily_round import DailyOffice, daily_activities
from activities.deeds import Workshop
from activities.post import PostRoom
from api.counter import Counter
from notifications.mailer import Mailer, MailerSettings
from records.audit import AuditTrail
from records.books import Books
from records.papers.desk import PaperDesk
from records.personal_data import PersonalDataVault
from records.seal_keys import SealKeys, public_key_of
from records.sessions import Register
from regulations.calendars import load_calendar
from regulations.loader import load_rule_sets
from service.bell import Bell
from service.engine import TemporalEngine
from service.keys import key_bytes
from service.settings import Settings
from workflows.consultation import ConsultationWorkflow
from workflows.daily_round import DailyRoundWorkflow
from workflows.post_office import PostOfficeWorkflow

DEED_THREADS = 8
"""Enough to keep a database busy; more only fight over the interpreter, since every statement lets go of it."""


@dataclass(frozen=True)
class Parts:
    """What both the web and the worker stand on."""

    settings: Settings
    register: Register
    trail: AuditTrail
    books: Books
    vault: PersonalDataVault
    seal_keys: SealKeys

    def close(self) -> None:
        """Close the register's connections."""
        self.register.dispose()


def open_parts(settings: Settings, *, books: Books | None = None) -> Parts:
    """Open the register and the books.

    Raises:
        RuleSetError: a rule set is wrong; names file, rule and field.
        CalendarError: a workday table is wrong; names file and field.
    """
    return Parts(
        settings=settings,
        register=Register(settings.database_url),
        trail=audit_trail_of(settings),
        books=books or Books(load_rule_sets(), load_calendar()),
        vault=PersonalDataVault(key_bytes(settings.personal_data_key.get_secret_value())),
        seal_keys=seal_keys_of(settings),
    )


def audit_trail_of(settings: Settings) -> AuditTrail:
    """The trail, hashed with the key and the algorithm of this deployment."""
    return AuditTrail(settings.audit_key.get_secret_value().encode(), settings.audit_algorithm)


def seal_keys_of(settings: Settings) -> SealKeys:
    """The key that signs the daily seals, and those that did before."""
    retired = [public_key_of(text) for text in settings.retired_seal_keys.split(",") if text.strip()]
    return SealKeys(key_bytes(settings.seal_key.get_secret_value()), retired)


def make_worker(parts: Parts, client: Client, bell: Bell) -> Worker:
    """The worker that runs consultations, their deeds and the post office."""
    settings = parts.settings
    workshop = Workshop(
        register=parts.register,
        trail=parts.trail,
        books=parts.books,
        base_url=settings.base_url,
        poke=bell.ring,
    )
    post_room = PostRoom(
        register=parts.register,
        books=parts.books,
        mailer=Mailer(_mailer_settings(settings)),
        mail_domain=urlsplit(settings.base_url).hostname or "localhost",
        trail=parts.trail,
        vault=parts.vault,
    )
    daily_office = DailyOffice(
        register=parts.register,
        trail=parts.trail,
        books=parts.books,
        base_url=settings.base_url,
        engine=TemporalEngine(client, settings.task_queue),
        poke=bell.ring,
        seal_keys=parts.seal_keys,
    )
    return Worker(
        client,
        task_queue=settings.task_queue,
        # Given, because the default hashes the source of every loaded module: seconds at each start.
        build_id=f"shangliang-{version('shangliang')}",
        workflows=[ConsultationWorkflow, PostOfficeWorkflow, DailyRoundWorkflow],
        activities=[*deed_activities(workshop), post_room.deliver_letters, *daily_activities(daily_office)],
        activity_executor=ThreadPoolExecutor(DEED_THREADS, thread_name_prefix="deed"),
        max_concurrent_activities=DEED_THREADS,
        max_cached_workflows=settings.max_cached_workflows,
        workflow_runner=SandboxedWorkflowRunner()
        if settings.sandboxed_workflows
        else UnsandboxedWorkflowRunner(),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )


def make_counter(
    parts: Parts, client: Client, bell: Bell, now: Callable[[], datetime] | None = None
) -> Counter:
    """What the HTTP handlers need. ``now`` is the real clock unless a simulation brings its own."""
    settings = parts.settings
    return Counter(
        register=parts.register,
        trail=parts.trail,
        books=parts.books,
        vault=parts.vault,
        desk=PaperDesk(parts.register, parts.trail, bell.ring, settings.base_url),
        client=client,
        task_queue=settings.task_queue,
        now=now or _now,
        patience_seconds=settings.patience_seconds,
        idle_minutes=settings.session_idle_minutes,
        base_url=settings.base_url,
        seal_keys=parts.seal_keys,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _mailer_settings(settings: Settings) -> MailerSettings:
    return MailerSettings(
        host=settings.smtp_host or "127.0.0.1",
        port=settings.smtp_port,
        starttls=settings.smtp_starttls,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        sender=settings.smtp_sender,
    )
