"""Draft the next revision from the models: ``python -m records.migrations.draft "what it does"``."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from records.dialects import open_engine
from records.migrations import _config


def main() -> None:
    """Write a revision into ``versions/`` by comparing the models with an empty, migrated database."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'draft.db'}")
        with engine.begin() as connection:
            command.upgrade(_config(connection), "head")
        with engine.begin() as connection:
            command.revision(_config(connection), sys.argv[1], autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main()
