"""Migrations of the register, run from Python on the URL at hand: there is no alembic.ini."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from records.dialects import open_engine
from records.tables import Base


def upgrade(database_url: str | URL) -> None:
    """Bring the register at this URL to the newest schema. Safe to repeat."""
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def differences(database_url: str | URL) -> list[object]:
    """What the models say and the migrated database does not. Empty when the migrations are complete."""
    engine = open_engine(database_url)
    try:
        with engine.begin() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
