"""The registry's tables, and the file that holds them: `registry.sqlite` in the data folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    String,
    Table,
    create_engine,
)
from sqlalchemy.types import TypeDecorator

FILE = "registry.sqlite"
PATIENCE = 5.0
"""Seconds to wait for another process that is writing."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps none with a time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


metadata = MetaData()
keys = Table(
    "key",
    metadata,
    Column("id", String, primary_key=True),
    Column("hash", String, nullable=False),
    Column("label", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("revoked", Instant),
    Column("last_used", Instant),
    Column("replaces", String, ForeignKey("key.id")),
)
key_grants = Table(
    "key_grant",
    metadata,
    Column("key", String, ForeignKey("key.id"), primary_key=True),
    Column("dataset", String, primary_key=True),
    Column("access", String, primary_key=True),
    Column("until", Date),
)
key_writing = Table(
    "key_writing",
    metadata,
    Column("key", String, ForeignKey("key.id"), primary_key=True),
    Column("dataset", String, primary_key=True),
    Column("access", String, primary_key=True),
    Column("until", Date),
)
"""Grants to write as well: a table of its own, since registries were made without it."""


class Registry:
    """The file in a data folder; made by the first who writes into it."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE

    @property
    def exists(self) -> bool:
        """Whether anything was ever written into it."""
        try:
            return self.path.stat().st_size > 0
        except FileNotFoundError:
            return False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction. The file is readable for its owner alone: it names who may read what."""
        if not self.exists:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
            metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """To be entered only where the file exists."""
        with self._engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give the file back; it is opened again when it is needed."""
        self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        engine = create_engine(f"sqlite:///{self.path}", connect_args={"timeout": PATIENCE})
        if self.exists:
            # Those that are missing: an earlier release had fewer.
            metadata.create_all(engine)
        return engine
