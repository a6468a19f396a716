"""Whatever is done to the record behind the service's back is found, and named at the first entry it touches."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from domain.acts import Act, Outcome
from domain.audit_actions import AuditAction
from domain.stages import ConsultationState
from domain.witnesses import WitnessedDeed, WitnessedHistory
from records.audit import AuditTrail, consultation_stream
from records.audit_checks import AuditCheck
from records.kept_outside import KeptHead, KeptOutside
from records.queries.seals import newest_seal, seals_in_order
from records.seal_checks import SEALS
from records.seal_keys import SealKeys
from records.seals import Sealing, statement_of
from records.sessions import Register
from records.tables.audit import AuditEntry, AuditHead
from records.tables.seals import AuditSeal, AuditSealLeaf
from records.witnesses import HeldAgainst, hold_against, length_of
from tests import cast
from tests.stories import BASE_URL, SEAL_KEYS, TRAIL, Story, new_story
from tests.tampering import rewrite_chain, take_down_guards

ID = "0198c0de-0000-7000-8000-000000000001"
STREAM = consultation_stream(ID)
WITHOUT_KEY = AuditTrail(b"not the key of this deployment..")
OTHER_KEYS = SealKeys(b"o" * 32)
Found = list[tuple[str, int]]


@dataclass
class WitnessedStory(Story):
    """A story that remembers its deeds as the history of a workflow does."""

    deeds: list[WitnessedDeed] = field(default_factory=list)

    def record(self, act: Act, key: str = "") -> Outcome:
        """Record the act and remember what was answered."""
        key = key or f"witnessed-{len(self.deeds)}"
        outcome = super().record(act, key)
        by = act.by
        self.deeds.append(
            WitnessedDeed(
                update_id=key,
                deed=act.deed,
                person_id=by.person_id,
                organisation_id=by.organisation_id,
                role=by.role.value,
                at=self.now,
                is_done=outcome.refusal is None,
                audit_length=outcome.audit_length,
                audit_head=outcome.audit_head,
            )
        )
        return outcome


@dataclass(frozen=True)
class Record:
    """A sound record: sealed on two days, with a tail that no seal covers, and a backup from between."""

    database: Path
    backup: Path
    history: WitnessedHistory
    sealed: tuple[int, int]
    length: int
    kept: KeptOutside


@pytest.fixture(scope="module")
def sound(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    database = tmp_path_factory.mktemp("sound") / "register.db"
    shutil.copy(sqlite_template, database)
    base = new_story(f"sqlite:///{database}")
    story = WitnessedStory(base.register, consultation_id=ID)
    sealing = Sealing(story.register, TRAIL, SEAL_KEYS, BASE_URL)
    story.reach(ConsultationState.TOPIC)
    sealing.seal_the_day(story.now)
    first = _length(story)
    backup = database.with_name("backup.db")
    _copy(database, backup)
    story.suspend_until(date(2026, 3, 11), date(2026, 3, 12))
    story.suspend_until(date(2026, 3, 13), date(2026, 3, 16))
    sealing.seal_the_day(story.now)
    second = _length(story)
    story.suspend_until(date(2026, 3, 17), date(2026, 3, 18))
    with story.look() as session:
        heads = [KeptHead(one.stream, one.length, one.head) for one in session.scalars(select(AuditHead))]
        seals = {one.number: statement_of(one).decode() for one in seals_in_order(session)}
    history = WitnessedHistory(story.deeds)
    length = _length(story)
    story.register.dispose()
    assert (first, second, length) == (first, first + 4, second + 2)
    return Record(database, backup, history, (first, second), length, KeptOutside(heads, seals))


@pytest.fixture
def copy(sound: Record, tmp_path: Path) -> Iterator[Register]:
    _copy(sound.database, tmp_path / "copy.db")
    register = Register(f"sqlite:///{tmp_path / 'copy.db'}")
    yield register
    register.dispose()


def _copy(database: Path, to: Path) -> None:
    for ending in ("", "-wal"):
        if (there := Path(f"{database}{ending}")).exists():
            shutil.copy(there, f"{to}{ending}")


def _length(story: Story) -> int:
    with story.look() as session:
        return length_of(session, ID)


def found(register: Register, *, keys: SealKeys = SEAL_KEYS, kept: KeptOutside | None = None) -> Found:
    with register.reading() as session:
        return [(one.stream, one.sequence) for one in AuditCheck(TRAIL, keys, kept=kept).faults(session)]


def heard_of(register: Register, history: WitnessedHistory | None) -> HeldAgainst:
    with register.reading() as session:
        return hold_against(session, ID, history, length_of(session, ID))


def tamper(register: Register, deed: Callable[[Session], object]) -> None:
    with register.writing() as session:
        take_down_guards(session)
        deed(session)


def at(sequence: int) -> tuple[Any, ...]:
    return (AuditEntry.stream == STREAM, AuditEntry.sequence == sequence)


def edit(session: Session, sequence: int, **values: object) -> None:
    session.execute(update(AuditEntry).where(*at(sequence)).values(**values))


def remove(session: Session, *sequences: int) -> None:
    for sequence in sequences:
        session.execute(delete(AuditEntry).where(*at(sequence)))


def move(session: Session, old: int, new: int) -> None:
    session.execute(update(AuditEntry).where(*at(old)).values(sequence=new))


def set_head(session: Session, **values: object) -> None:
    session.execute(update(AuditHead).where(AuditHead.stream == STREAM).values(**values))


def add_entry(session: Session, sequence: int, **values: object) -> None:
    """Another entry like the second one, at this place."""
    like = session.execute(select(*AuditEntry.__table__.columns).where(*at(2))).one()
    session.execute(insert(AuditEntry).values({**like._mapping, "sequence": sequence, **values}))


def hash_of(session: Session, sequence: int) -> str:
    return session.scalars(select(AuditEntry.hash).where(*at(sequence))).one()


# ---------------------------------------------------------------- a sound record


def test_nothing_is_found_in_a_sound_record(sound: Record, copy: Register) -> None:
    assert found(copy, kept=sound.kept) == []
    heard = heard_of(copy, sound.history)
    assert (heard.fault, heard.unwitnessed) == (None, None)
    assert heard.deeds == len([deed for deed in sound.history.deeds if deed.is_done])


def test_a_sound_record_that_went_on_agrees_with_what_was_kept_before(sound: Record, copy: Register) -> None:
    kept = KeptOutside([KeptHead(STREAM, 2, _hash_in(copy, 2))], {1: sound.kept.statements[1]})
    assert found(copy, kept=kept) == []


def _hash_in(register: Register, sequence: int) -> str:
    with register.reading() as session:
        return hash_of(session, sequence)


# ---------------------------------------------------------------- without the key


def swap(session: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        move(session, old, new)


def insert_in_the_middle(session: Session) -> None:
    length = session.scalars(select(AuditHead.length).where(AuditHead.stream == STREAM)).one()
    for sequence in range(length, 2, -1):
        move(session, sequence, sequence + 1)
    add_entry(session, 3)
    set_head(session, length=length + 1)


def swap_with_links(session: Session) -> None:
    """Swap, and link them as if they had been written so."""
    swap(session)
    edit(session, 2, previous_hash=hash_of(session, 1))
    edit(session, 3, previous_hash=hash_of(session, 2))


WITHOUT_THE_KEY: dict[str, tuple[Callable[[Session], object], int]] = {
    "edited content": (lambda session: edit(session, 2, note="改过"), 2),
    "edited actor": (lambda session: edit(session, 2, person_id="somebody"), 2),
    "edited instant": (lambda session: edit(session, 2, at=datetime(2026, 3, 1, tzinfo=UTC)), 2),
    "removed": (lambda session: remove(session, 2), 2),
    "first one removed": (lambda session: remove(session, 1), 1),
    "inserted": (insert_in_the_middle, 3),
    "swapped": (swap, 2),
    "swapped with their links": (swap_with_links, 2),
    "renumbered": (lambda session: move(session, 3, 100), 3),
    "whole chain rewritten": (lambda session: rewrite_chain(session, WITHOUT_KEY, STREAM), 1),
    "whole stream removed": (
        lambda session: session.execute(delete(AuditEntry).where(AuditEntry.stream == STREAM)),
        1,
    ),
    "head removed": (lambda session: session.execute(delete(AuditHead).where(AuditHead.stream == STREAM)), 1),
}


@pytest.mark.parametrize("way", WITHOUT_THE_KEY)
def test_who_has_no_key_is_found_at_the_first_entry_touched(copy: Register, way: str) -> None:
    deed, first = WITHOUT_THE_KEY[way]
    tamper(copy, deed)
    assert found(copy) == [(STREAM, first)]


def test_an_entry_added_behind_the_head_is_found(sound: Record, copy: Register) -> None:
    tamper(
        copy,
        lambda session: add_entry(session, sound.length + 1, previous_hash=hash_of(session, sound.length)),
    )
    assert found(copy) == [(STREAM, sound.length + 1)]


def test_a_cut_tail_is_found(sound: Record, copy: Register) -> None:
    tamper(copy, lambda session: remove(session, sound.length))
    assert found(copy) == [(STREAM, sound.length)]


def test_a_head_that_was_edited_is_found(sound: Record, copy: Register) -> None:
    tamper(copy, lambda session: set_head(session, head="0" * 64))
    assert found(copy) == [(STREAM, sound.length)]
    tamper(copy, lambda session: set_head(session, length=sound.length + 1))
    assert found(copy) == [(STREAM, sound.length + 1)]


def test_a_stream_that_vanished_with_its_head_is_found_by_its_seals(copy: Register) -> None:
    def vanish(session: Session) -> None:
        session.execute(delete(AuditEntry).where(AuditEntry.stream == STREAM))
        session.execute(delete(AuditHead).where(AuditHead.stream == STREAM))

    tamper(copy, vanish)
    assert found(copy) == [(STREAM, 1)]


# ---------------------------------------------------------------- with the key, against the seals


def test_a_tail_cut_below_a_seal_together_with_its_head_is_found(sound: Record, copy: Register) -> None:
    first = sound.sealed[1]

    def cut(session: Session) -> None:
        remove(session, *range(first, sound.length + 1))
        set_head(session, length=first - 1, head=hash_of(session, first - 1))

    tamper(copy, cut)
    assert found(copy) == [(STREAM, first)]


@pytest.mark.parametrize(("seal", "edited"), [(0, 2), (1, 1)])
def test_a_chain_rewritten_with_the_key_does_not_fit_its_seal(
    sound: Record, copy: Register, seal: int, edited: int
) -> None:
    since = (0, *sound.sealed)[seal]

    def rewrite(session: Session) -> None:
        edit(session, since + edited, note="改过")
        rewrite_chain(session, TRAIL, STREAM)

    tamper(copy, rewrite)
    # A seal says of the entries since the one before only that one of them was changed: their first is named.
    assert found(copy) == [(STREAM, since + 1)]


def leave_out_seal(session: Session, number: int) -> None:
    session.execute(delete(AuditSealLeaf).where(AuditSealLeaf.seal_number == number))
    session.execute(delete(AuditSeal).where(AuditSeal.number == number))


def test_the_newest_seal_is_missed_by_the_record_that_notes_it(copy: Register) -> None:
    tamper(copy, lambda session: leave_out_seal(session, 2))
    assert found(copy) == [(SEALS, 2)]


def test_an_earlier_seal_is_missed(copy: Register) -> None:
    tamper(copy, lambda session: leave_out_seal(session, 1))
    assert (SEALS, 1) in found(copy)


def sign_anew(keys: SealKeys, key_id: str | None = None) -> Callable[[Session], None]:
    def sign(session: Session) -> None:
        seal = newest_seal(session)
        assert seal is not None
        seal.key_id = key_id or keys.key_id
        seal.signature = keys.sign(statement_of(seal))

    return sign


def test_a_seal_signed_with_another_key_is_found(copy: Register) -> None:
    tamper(copy, sign_anew(OTHER_KEYS))
    assert found(copy) == [(SEALS, 2)]


def test_a_seal_signed_with_another_key_under_the_name_of_ours_is_found(copy: Register) -> None:
    tamper(copy, sign_anew(OTHER_KEYS, SEAL_KEYS.key_id))
    assert found(copy) == [(SEALS, 2)]


def test_after_a_rotation_the_retired_key_still_counts_and_the_new_one_too(copy: Register) -> None:
    rotated = SealKeys(b"n" * 32, [SEAL_KEYS.public_keys[SEAL_KEYS.key_id]])
    assert found(copy, keys=rotated) == []
    Sealing(copy, TRAIL, rotated, BASE_URL).seal_the_day(Story(copy, date(2026, 3, 20)).now)
    assert found(copy, keys=rotated) == []
    assert found(copy, keys=SEAL_KEYS) == [(SEALS, 3)]


@pytest.mark.parametrize("values", [{"sealed_on": date(2026, 3, 3)}, {"root": "0" * 64}, {"streams": 9}])
def test_a_seal_that_was_edited_is_found(copy: Register, values: dict[str, object]) -> None:
    tamper(
        copy, lambda session: session.execute(update(AuditSeal).where(AuditSeal.number == 1).values(**values))
    )
    assert found(copy) == [(SEALS, 1)]


def test_what_a_seal_says_of_a_stream_is_held_against_the_stream_and_the_root(copy: Register) -> None:
    where = (AuditSealLeaf.stream == STREAM, AuditSealLeaf.seal_number == 1)
    tamper(copy, lambda session: session.execute(update(AuditSealLeaf).where(*where).values(head="0" * 64)))
    assert found(copy) == [(STREAM, 1), (SEALS, 1)]


# ---------------------------------------------------------------- against what lies outside


def test_an_older_backup_is_found_by_heads_and_seals_held_outside(sound: Record, tmp_path: Path) -> None:
    _copy(sound.backup, tmp_path / "restored.db")
    restored = Register(f"sqlite:///{tmp_path / 'restored.db'}")
    try:
        assert found(restored) == []
        names = found(restored, kept=sound.kept)
    finally:
        restored.dispose()
    assert (SEALS, 2) in names
    assert (STREAM, sound.sealed[0] + 1) in names


def test_a_tail_rewritten_with_the_key_is_found_by_a_head_held_outside(sound: Record, copy: Register) -> None:
    def rewrite(session: Session) -> None:
        edit(session, sound.length, note="改过")
        rewrite_chain(session, TRAIL, STREAM)

    tamper(copy, rewrite)
    assert found(copy) == []
    assert found(copy, kept=sound.kept) == [(STREAM, sound.length)]


# ---------------------------------------------------------------- against the history of the workflow


def rewritten(session: Session, sequence: int, **values: object) -> None:
    edit(session, sequence, **values)
    rewrite_chain(session, TRAIL, STREAM)


def test_an_event_edited_with_the_key_is_found_by_the_history(sound: Record, copy: Register) -> None:
    tamper(copy, lambda session: rewritten(session, sound.length - 1, note="改过"))
    assert found(copy) == []
    fault = heard_of(copy, sound.history).fault
    assert fault is not None
    assert (fault.stream, fault.sequence) == (STREAM, sound.length - 1)


def test_another_actor_than_in_the_history_is_found(sound: Record, copy: Register) -> None:
    tamper(copy, lambda session: rewritten(session, sound.length, person_id=cast.HOUSING_CLERK.person_id))
    fault = heard_of(copy, sound.history).fault
    assert fault is not None
    assert (fault.sequence, fault.fault) == (sound.length, "办理人与流程历史所记不同")


def test_an_event_that_the_history_has_and_the_record_lacks_is_found(sound: Record, copy: Register) -> None:
    def forget(session: Session) -> None:
        remove(session, sound.length)
        set_head(session, length=sound.length - 1, head=hash_of(session, sound.length - 1))

    tamper(copy, forget)
    assert found(copy) == []
    fault = heard_of(copy, sound.history).fault
    assert fault is not None
    assert fault.sequence == sound.length


def test_an_event_that_the_history_does_not_know_is_found(sound: Record, copy: Register) -> None:
    def invent(session: Session) -> None:
        entry = {"action": AuditAction.STAGE_ADVANCED, "update_id": "invented"}
        add_entry(session, sound.length + 1, **entry)
        rewrite_chain(session, TRAIL, STREAM)

    tamper(copy, invent)
    assert found(copy) == []
    fault = heard_of(copy, sound.history).fault
    assert fault is not None
    assert fault.sequence == sound.length + 1


def test_events_in_another_order_than_in_the_history_are_found(sound: Record, copy: Register) -> None:
    def exchange(session: Session) -> None:
        last = sound.length
        for old, new in ((last, 99), (last - 1, last), (99, last - 1)):
            move(session, old, new)
        rewrite_chain(session, TRAIL, STREAM)

    tamper(copy, exchange)
    assert found(copy) == []
    fault = heard_of(copy, sound.history).fault
    assert fault is not None
    assert fault.sequence == sound.length - 1


def test_the_span_whose_history_is_gone_is_told(sound: Record, copy: Register) -> None:
    left = WitnessedHistory(sound.history.deeds[-2:], is_whole=False)
    heard = heard_of(copy, left)
    assert (heard.fault, heard.deeds) == (None, 2)
    assert heard.unwitnessed is not None
    assert heard.unwitnessed[1] < left.deeds[0].at + timedelta(days=1)
    nothing = heard_of(copy, None)
    assert nothing.unwitnessed is not None
    assert nothing.unwitnessed[1] > heard.unwitnessed[1]
