"""A job about a query as its folder says it: `job.json`, and beside it `result`, for the service alone."""

import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.jobs import register
from graph import errors
from graph.columns.durable import commit
from graph.errors import LienthongError
from graph.text import Text

RECORD = "job.json"
RESULT = "result"

# A job that is cancelled as it begins is written twice at once; each time as it is by then.
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an answer says of itself; its bytes are in the file `result`."""

    media_type: str
    generation: str
    engine: str
    seconds: float
    bytes: int
    etag: str | None


@dataclass(slots=True, eq=False, kw_only=True)
class QueryJob(register.Job):
    """A query that was asked over some graphs, to be answered in a format. `process` evaluates or did so."""

    query: str
    graphs: tuple[str, ...]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    accept: str | None
    seconds: float
    process: int
    started: datetime | None = None
    ended: datetime | None = None
    outcome: Outcome | None = None

    @property
    def result(self) -> Path:
        return self.folder / RESULT


def write(job: QueryJob) -> None:
    """In one step: whoever reads it meanwhile reads what was there before. May be called in any thread."""
    made = job.folder / f".{RECORD}"
    with _WRITING, os.fdopen(opened_for_service(made), "w", encoding="utf-8") as file:
        json.dump(_told(job), file, ensure_ascii=False)
        file.flush()
        commit(made, job.folder / RECORD)


def opened_for_service(path: Path) -> int:
    """A new file that only the account of the service may read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def read(folder: Path) -> QueryJob | None:
    """None for a folder that an interrupted service left without a record."""
    try:
        told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    told |= {name: _read(told[name]) for name in ("created", "expires", "started", "ended")}
    told |= {name: tuple(told[name]) for name in ("graphs", "default_graphs", "named_graphs")}
    told["outcome"] = Outcome(**told["outcome"]) if told["outcome"] else None
    told["error"] = _error_read(told["error"]) if told["error"] else None
    return QueryJob(folder=folder, **told)


def _told(job: QueryJob) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(job, name)
        for name in (
            "id",
            "owner",
            "state",
            "query",
            "graphs",
            "default_graphs",
            "named_graphs",
            "accept",
            "seconds",
            "process",
        )
    }
    told |= {name: _written(getattr(job, name)) for name in ("created", "expires", "started", "ended")}
    outcome = job.outcome
    told["outcome"] = {name: getattr(outcome, name) for name in Outcome.__slots__} if outcome else None
    told["error"] = _error_told(job.error) if job.error else None
    return told


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


def _error_told(error: LienthongError) -> dict[str, Any]:
    hint = error.hint
    return {
        "kind": type(error).__name__,
        "message": [error.message.vi, error.message.en],
        "hint": [hint.vi, hint.en] if hint else None,
    }


def _error_read(told: dict[str, Any]) -> LienthongError:
    kind = getattr(errors, told["kind"], LienthongError)
    made: LienthongError = kind(Text(*told["message"]), hint=Text(*told["hint"]) if told["hint"] else None)
    return made
