"""Papers are written exactly once, whole or not at all."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.audit_actions import AuditAction
from domain.refusals import RefusalCode, Refused, refuse
from records.audit import administration_stream
from records.papers.desk import PaperDesk, ShownOnce
from records.papers.outcomes import SuggestionPaper, record_suggestion
from records.papers.sessions import plan_session
from records.pen import Pen
from records.tables.audit import AuditEntry
from records.tables.consultations import RecordedDeed
from records.tables.outcomes import Suggestion
from tests.records.papers.people_and_places import BOOKS, NOW, Scene
from tests.records.papers.samples import PLAN

WRITERS = 8


def suggest(scene: Scene, text: str = "增设车位") -> Callable[[Pen], Mapping[str, Any]]:
    return lambda pen: record_suggestion(pen, scene.consultation_id, SuggestionPaper(text=text))


def count_of(scene: Scene, table: type[Any]) -> int:
    with scene.register.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def together(deed: Callable[[int], None]) -> None:
    start = threading.Barrier(WRITERS)

    def run(index: int) -> None:
        start.wait()
        deed(index)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_request_again_gets_the_first_answer(any_scene: Scene) -> None:
    body = {"text": "增设车位"}
    first, second = (
        any_scene.desk.once(any_scene.staff, NOW, key="k", act="suggest", body=body, write=suggest(any_scene))
        for _ in range(2)
    )
    assert first == second
    assert count_of(any_scene, Suggestion) == 1
    assert count_of(any_scene, AuditEntry) == 1


@pytest.mark.parametrize(("act", "body"), [("suggest", {"text": "别的"}), ("other", {"text": "增设车位"})])
def test_a_key_used_for_something_else_is_refused(scene: Scene, act: str, body: dict[str, str]) -> None:
    write = suggest(scene)
    scene.desk.once(scene.staff, NOW, key="k", act="suggest", body={"text": "增设车位"}, write=write)
    with pytest.raises(Refused) as refused:
        scene.desk.once(scene.staff, NOW, key="k", act=act, body=body, write=write)
    assert refused.value.refusal.code is RefusalCode.KEY_REUSED
    assert count_of(scene, Suggestion) == 1


def test_two_people_may_use_the_same_key(scene: Scene) -> None:
    for by in (scene.staff, scene.convener):
        scene.desk.once(by, NOW, key="k", act="suggest", body={}, write=suggest(scene))
    assert count_of(scene, Suggestion) == 2


def test_the_same_key_at_the_same_instant_writes_once(any_scene: Scene) -> None:
    answers: list[Mapping[str, Any]] = []
    desk, staff = any_scene.desk, any_scene.staff

    def write(_: int) -> None:
        answers.append(desk.once(staff, NOW, key="k", act="a", body={}, write=suggest(any_scene)))

    together(write)
    assert len(answers) == WRITERS
    assert all(answer == answers[0] for answer in answers)
    assert count_of(any_scene, Suggestion) == 1


def test_papers_at_the_same_instant_get_numbers_without_gap_and_one_chain(any_scene: Scene) -> None:
    desk, staff = any_scene.desk, any_scene.staff

    def write(index: int) -> None:
        desk.once(staff, NOW, key=f"k{index}", act="a", body={}, write=suggest(any_scene, f"建议{index}"))

    together(write)
    with any_scene.register.reading() as session:
        numbers = sorted(session.scalars(select(Suggestion.item_number)))
        assert numbers == list(range(1, WRITERS + 1))
        assert list(any_scene.trail.verify(session)) == []


def test_the_first_entries_of_a_new_stream_may_come_at_the_same_instant(any_scene: Scene) -> None:
    def write(pen: Pen) -> Mapping[str, Any]:
        pen.note(AuditAction.ROOM_AMENDED, "room", "room", stream=administration_stream("rooms"))
        return {}

    together(
        lambda index: void(
            any_scene.desk.once(any_scene.staff, NOW, key=f"k{index}", act="a", body={}, write=write)
        )
    )
    with any_scene.register.reading() as session:
        assert sorted(session.scalars(select(AuditEntry.sequence))) == list(range(1, WRITERS + 1))
        assert list(any_scene.trail.verify(session)) == []


def void(_: object) -> None:
    """Drop an answer."""


def test_a_refused_paper_leaves_nothing_and_its_key_stays_free(any_scene: Scene) -> None:
    def write_then_refuse(pen: Pen) -> Mapping[str, Any]:
        suggest(any_scene)(pen)
        raise refuse(RefusalCode.INVALID_INPUT, "不行。")

    desk, staff = any_scene.desk, any_scene.staff
    with pytest.raises(Refused):
        desk.once(staff, NOW, key="k", act="a", body={}, write=write_then_refuse)
    assert count_of(any_scene, Suggestion) == count_of(any_scene, AuditEntry) == 0
    assert count_of(any_scene, RecordedDeed) == 0
    desk.once(staff, NOW, key="k", act="a", body={}, write=suggest(any_scene))
    assert count_of(any_scene, Suggestion) == 1


def test_a_paper_without_an_audit_entry_is_not_written(scene: Scene) -> None:
    def silently(pen: Pen) -> Mapping[str, Any]:
        pen.session.add(Suggestion(consultation_id=scene.consultation_id, item_number=1, text="无痕"))
        return {}

    with pytest.raises(RuntimeError, match="audit entry"):
        scene.desk.once(scene.staff, NOW, key="k", act="a", body={}, write=silently)
    with pytest.raises(RuntimeError, match="audit entry"):
        scene.desk.anonymously(NOW, silently)
    assert count_of(scene, Suggestion) == 0


@pytest.mark.parametrize("key", ["", "k" * 201, "键", "a\nb", "a\x00"])
def test_an_unusable_key_is_refused(scene: Scene, key: str) -> None:
    with pytest.raises(Refused) as refused:
        scene.desk.once(scene.staff, NOW, key=key, act="a", body={}, write=suggest(scene))
    assert refused.value.refusal.code is RefusalCode.INVALID_INPUT


def test_what_is_shown_once_is_not_shown_again(scene: Scene) -> None:
    def write(pen: Pen) -> Mapping[str, Any]:
        suggest(scene)(pen)
        return {"made": 1, "secret": ShownOnce("s")}

    answers = [scene.desk.once(scene.staff, NOW, key="k", act="a", body={}, write=write) for _ in range(2)]
    assert answers == [{"made": 1, "secret": "s"}, {"made": 1, "secret": None}]


def test_a_body_that_is_no_proper_text_does_not_break_the_desk(scene: Scene) -> None:
    body = {"text": "\ud800\x00"}
    scene.desk.once(scene.staff, NOW, key="k", act="a", body=body, write=suggest(scene))
    assert count_of(scene, Suggestion) == 1


def test_the_post_office_is_poked_after_the_commit_and_only_for_letters(scene: Scene) -> None:
    seen: list[int] = []
    desk = PaperDesk(scene.register, scene.trail, lambda: seen.append(count_of(scene, RecordedDeed)))
    desk.once(scene.staff, NOW, key="1", act="a", body={}, write=suggest(scene))
    assert seen == []
    for _ in range(2):
        desk.once(
            scene.staff,
            NOW,
            key="2",
            act="a",
            body={},
            write=lambda pen: plan_session(pen, scene.consultation_id, PLAN, BOOKS),
        )
    assert seen == [2]
