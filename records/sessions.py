"""The only place that begins and commits. Everything else is handed an open session."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from records.dialects import READ_ONLY, open_engine, writers_queue


class Register:
    """The database of the register. Open one per process; dispose of it at the end."""

    def __init__(self, database_url: str | URL) -> None:
        self.engine: Engine = open_engine(database_url)
        self._queue = writers_queue(self.engine)
        self._reading_engine = self.engine.execution_options(**READ_ONLY)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or none. Nobody else commits."""
        with self._queue, Session(self.engine, expire_on_commit=False) as session:
            session.begin()
            _keep_what_is_loaded(session)
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look at the register, which takes no write lock and is always rolled back."""
        with Session(self._reading_engine, autoflush=False) as session:
            yield session

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _keep_what_is_loaded(session: Session) -> None:
    """Hold every row until the transaction ends: a session by itself forgets rows that nobody holds, and asks again."""
    held: list[object] = []
    event.listen(session, "loaded_as_persistent", lambda _session, row: held.append(row))
    event.listen(session, "pending_to_persistent", lambda _session, row: held.append(row))
