"""Data sets whose sources changed since a day, or since a run."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from graph.errors import ParameterError
from graph.settings import Settings
from graph.stores.generations import Generation
from graph.text import Text
from ingest.dataset import DataSet

RUN = "%Y%m%dT%H%M%S%fZ"


def moment(text: str, settings: Settings) -> datetime:
    """The instant that a date (2025-11-30, at midnight UTC), a time (ISO 8601) or the name of a run means.

    Raises ParameterError for anything else; the hint names the last runs.
    """
    if (settings.data_dir / "runs" / text).is_dir():
        return datetime.strptime(text, RUN).replace(tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        runs = sorted(path.name for path in (settings.data_dir / "runs").glob("*"))[-3:]
        today = date.today().isoformat()
        listed = ", ".join(runs) or "–"
        raise ParameterError(
            Text(f"«{text}» không phải ngày hay lần chạy.", f"“{text}” is neither a date nor a run."),
            hint=Text(
                f"Ví dụ: {today}; các lần chạy gần đây: {listed}",
                f"For example {today}; the last runs: {listed}",
            ),
        ) from wrong
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def changed(
    selected: Sequence[DataSet], since: str, settings: Settings, current: Generation | None
) -> list[DataSet]:
    """Those with a file (of sources, mapping or description) written since, those that read a database, and
    those that have not been published yet."""
    start = moment(since, settings).timestamp()
    published = current.manifest.datasets if current else {}
    return [
        one
        for one in selected
        if one.name not in published
        or one.is_live(settings)
        or any(path.stat().st_mtime >= start for path in one.inputs())
    ]
