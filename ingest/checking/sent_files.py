"""An agency's own source files, checked before they are sent: mapped, checked and held against the shapes as
a run would do it, with nothing published."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from graph.errors import Place, SourceError
from graph.shacl.reporting import Report
from graph.text import Text
from ingest import access, mapping, trial
from ingest.checking import reports
from ingest.checking.checker import Checker
from ingest.dataset import DataSet
from ingest.progress import Rows
from ingest.report import now
from ingest.sources import Format
from ingest.sources.source import Root

OFFLINE: Mapping[str, object] = {"connections": {}, "http_hosts": [], "http_credentials": {}}
"""Settings with which nothing is read but the files at hand."""


def check(
    dataset: DataSet,
    sent: Mapping[str, Path],
    tools: Checker,
    on_step: Callable[[str], None],
    *,
    only_sent: bool,
) -> Report:
    """The report of files by the names they were sent under. What is at fault is looked for to the end,
    whatever the data set's policy. Files that were not sent are those the data set has, unless `only_sent`.

    Raises SourceError where a file is none of the data set's, or one that it needs is missing.
    """
    folder = tools.place / "sent"
    wanted = files_of(dataset, tools.settings.base_iri)
    chosen = _by_path(dataset, list(sent), wanted)
    missing = [path for path in wanted.whole if path not in chosen.values()]
    if missing and only_sent:
        raise _missing(dataset, missing, wanted)
    for path in missing:
        if (dataset.data / path).is_file():
            _put(dataset.data / path, folder / path)
    for name, path in chosen.items():
        _put(sent[name], folder / path)
    tried = replace(dataset, data=folder, on_violation="quarantine")
    context = {name: path for name, path in tools.around.columns.items() if name != dataset.name}

    def tell(name: str, step: str, rows: Rows | None) -> None:
        if rows is None:
            on_step(step)

    with trial.trying(
        tried,
        tools.settings.model_copy(update=OFFLINE),
        tools.shapes,
        tools.validator,
        context,
        listener=tell,
    ) as one:
        report = reports.of_candidate(
            one,
            access.rules(tools.settings),
            tools.words,
            checked=now().isoformat(),
            targeted=one.results.shapes if one.results else len(tools.targeted),
            hide=False,
        )
        return replace(report, outcome="checked" if one.alive else "failed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Paths below the data folder: of whole files, and patterns of files of changes (`ingest:delta`)."""

    whole: tuple[str, ...]
    changes: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((*self.whole, *self.changes))

    def of(self, name: str) -> list[str]:
        """The paths that a file of this name may have."""
        same = [path for path in self.whole if Path(path).name.lower() == name.lower()]
        changes = [Path(one) for one in self.changes if fnmatch(name, Path(one).name)]
        return same or [str(pattern.with_name(name)) for pattern in changes]


def files_of(dataset: DataSet, base: str) -> Wanted:
    """The files that the mapping reads."""
    rules = mapping.load(dataset.mapping, base=base)
    read = [
        one
        for one in rules.logical_sources
        if one.root is Root.DATA
        and one.format is not Format.VIEW
        and one.connection is None
        and one.request is None
    ]
    return Wanted(
        tuple(dict.fromkeys(one.path for one in read)),
        tuple(dict.fromkeys(one.delta.files for one in read if one.delta is not None)),
    )


def _by_path(dataset: DataSet, names: Sequence[str], wanted: Wanted) -> dict[str, str]:
    """Which of the mapping's files each sent one is: by its name; a single one may be called anything."""
    found: dict[str, str] = {}
    for name in names:
        same = wanted.of(Path(name).name)
        if not same and len(wanted.whole) == len(names) == 1 and _alike(name, wanted.whole[0]):
            same = list(wanted.whole)
        if len(same) != 1:
            raise SourceError(
                Text(
                    f"«{name}» không phải tệp nào của bộ dữ liệu {dataset.name}.",
                    f"“{name}” is none of the files of the data set {dataset.name}.",
                ),
                hint=Text(f"Các tệp: {wanted}", f"Its files: {wanted}"),
                place=Place(file=name),
            )
        found[name] = same[0]
    return found


def _alike(name: str, path: str) -> bool:
    return Path(name).suffix.lower() in ("", Path(path).suffix.lower())


def _missing(dataset: DataSet, missing: Sequence[str], wanted: Wanted) -> SourceError:
    return SourceError(
        Text(
            f"Thiếu tệp của bộ dữ liệu {dataset.name}: {', '.join(missing)}",
            f"Files of the data set {dataset.name} are missing: {', '.join(missing)}",
        ),
        hint=Text(
            f"Gửi cùng lúc: {wanted}",
            f"Send together: {wanted}",
        ),
    )


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
