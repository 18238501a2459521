"""Who looked whom up, for what, and who wrote what: `audit/YYYY-MM.ndjson` in the data folder.

A line is written before a look-up is answered, so that none goes unnoticed, and after a change is published.
Lines are only ever added: one write each, which no other process cuts in two (O_APPEND).
"""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from graph.access import Identity

FOLDER = "audit"


class Audit:
    """The one of a data folder; readable for the service's account alone: it names persons."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    async def note(
        self, identity: Identity, request_id: str, action: str, about: str | None, told: Mapping[str, Any]
    ) -> None:
        """Returns when the line is on disk. `about` is an IRI, None where nobody was found.

        Raises OSError.
        """
        at = datetime.now(UTC)
        line = {
            "at": at.isoformat(timespec="milliseconds"),
            "who": identity.name,
            "title": identity.title,
            "action": action,
            "about": about,
            **told,
            "request": request_id,
        }
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        await asyncio.to_thread(self._append, self._folder / f"{at:%Y-%m}.ndjson", text.encode())

    def lines(self, about: str | None = None) -> Iterator[dict[str, Any]]:
        """The oldest first; those about one IRI where it is named."""
        for file in sorted(self._folder.glob("*.ndjson")):
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    told: dict[str, Any] = json.loads(line)
                    if about in (None, told["about"]):
                        yield told

    def _append(self, path: Path, text: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, text)
            os.fsync(file)
        finally:
            os.close(file)


def audit(request: Request) -> Audit:
    """The one of the application."""
    return cast(Audit, request.app.state.audit)


AuditDep = Annotated[Audit, Depends(audit)]
