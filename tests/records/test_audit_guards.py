"""The database itself refuses to change or remove audit rows, whoever asks with the service's own connection."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from records.privileges import withhold_audit_rights
from tests.records.papers.people_and_places import Scene
from tests.records.papers.samples import suggested

REFUSED = (
    "UPDATE audit_entries SET note = 'x' WHERE sequence = 1",
    "DELETE FROM audit_entries WHERE sequence = 1",
    "UPDATE audit_heads SET length = length + 2",
    "UPDATE audit_heads SET length = length - 1",
    "UPDATE audit_heads SET head = 'x'",
    "DELETE FROM audit_heads",
    "UPDATE audit_seals SET root = 'x'",
    "DELETE FROM audit_seals",
    "UPDATE audit_seal_leaves SET head = 'x'",
    "DELETE FROM audit_seal_leaves",
)
SEAL = "INSERT INTO audit_seals VALUES (1, '2026-06-10', '2026-06-10', '2026-06-10 00:00:00', 1, 1, 0, 'r', 'p', 'k', 's')"
LEAF = "INSERT INTO audit_seal_leaves VALUES (1, 's', 0, 0, 1, 'h', 'e')"


@pytest.fixture
def written(any_scene: Scene) -> Scene:
    suggested(any_scene)
    suggested(any_scene)
    with any_scene.register.writing() as session:
        session.execute(text(SEAL))
        session.execute(text(LEAF))
    return any_scene


def test_no_audit_row_is_changed_or_removed(written: Scene) -> None:
    for statement in REFUSED:
        with pytest.raises(DBAPIError, match="audit"), written.register.writing() as session:
            session.execute(text(statement))


def test_audit_rows_are_not_replaced_either(scene: Scene) -> None:
    suggested(scene)
    with pytest.raises(DBAPIError, match="written once"), scene.register.writing() as session:
        session.execute(text("INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries"))


def as_service(scene: Scene, statement: str) -> None:
    with scene.register.writing() as session:
        session.execute(text("SET LOCAL ROLE shangliang_service_of_tests"))
        session.execute(text(statement))


def test_the_role_of_the_service_has_no_right_to_change_audit_rows(any_scene: Scene) -> None:
    engine = any_scene.register.engine
    if engine.dialect.name != "postgresql":
        return
    suggested(any_scene)
    with any_scene.register.writing() as session:
        session.execute(text("DROP ROLE IF EXISTS shangliang_service_of_tests"))
        session.execute(text("CREATE ROLE shangliang_service_of_tests"))
    withhold_audit_rights(engine.url, "shangliang_service_of_tests")
    try:
        for statement in REFUSED[:2]:
            with pytest.raises(DBAPIError, match="permission denied"):
                as_service(any_scene, statement)
        as_service(any_scene, "UPDATE audit_heads SET length = length + 1, head = 'x'")
        as_service(any_scene, "INSERT INTO audit_heads VALUES ('another', 0, 'x')")
    finally:
        with any_scene.register.writing() as session:
            session.execute(text("DROP OWNED BY shangliang_service_of_tests"))
            session.execute(text("DROP ROLE shangliang_service_of_tests"))


def test_postgresql_does_not_empty_the_audit_tables_at_once(any_scene: Scene) -> None:
    if any_scene.register.engine.dialect.name != "postgresql":
        return
    for table in ("audit_entries", "audit_heads", "audit_seal_leaves"):
        with pytest.raises(DBAPIError, match="written once"), any_scene.register.writing() as session:
            session.execute(text(f"TRUNCATE {table}"))
