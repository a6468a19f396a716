"""The only module that knows which database it speaks to."""

import sqlite3
import threading
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from records.base import to_json

BUSY_SECONDS = 10
"""How long a transaction waits for a locked SQLite file before the deed is tried again."""

CONNECTIONS_MAX = 60
"""More than the threads of one process that may ask at once."""

READ_ONLY = {"is_read_only": True}
"""Execution option of connections that only read: on SQLite they take no write lock."""


def open_engine(database_url: str | URL) -> Engine:
    """Open an engine with one set of habits on both databases.

    SQLite's default is to begin lazily, which loses updates without an error; here every writer begins IMMEDIATE.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, json_serializer=to_json, pool_size=10, max_overflow=CONNECTIONS_MAX - 10, pool_pre_ping=True
        )
    engine = create_engine(
        url,
        json_serializer=to_json,
        pool_size=CONNECTIONS_MAX,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def writers_queue(engine: Engine) -> AbstractContextManager[object]:
    """Where the writers of one process wait for one another.

    SQLite has one writer, and lets the others poll with growing pauses, so that some starve; a lock lets them queue.
    """
    return threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("is_read_only")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def is_unavailable(error: BaseException) -> bool:
    """True when the database is locked or away, so that trying again later may help."""
    return isinstance(error, OperationalError | PoolTimeout) or bool(
        getattr(error, "connection_invalidated", False)
    )
