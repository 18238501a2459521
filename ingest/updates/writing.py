"""One operation from beginning to end: tried out, built, held against the rules, published; or refused.

All of it under the lock of the data folder, so that of two updates at once the second sees what the first
did. Killed at any point it leaves the published generation as it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.errors import (
    OverlapError,
    ParameterError,
    PreconditionFailedError,
    ResultTooLargeError,
    UpdateRefusedError,
)
from graph.iris import Iris
from graph.settings import Settings
from graph.shacl.validator import ColumnsValidator
from graph.stores import scratch
from graph.stores.generations import Generation, Generations
from graph.stores.http.server import Server
from graph.text import Text
from ingest import dataset as datasets
from ingest import fingerprint, pipeline, versions
from ingest.candidate import Candidate
from ingest.quality import series
from ingest.report import RunReport, UpdateNote, now
from ingest.updates import evaluation, graph_store, version
from ingest.updates.asked import Asked
from ingest.updates.edit import Edit
from ingest.updates.foresight import Foresight
from ingest.updates.published import PublishedQuads
from ingest.updates.rights import Rights

PATIENCE = 60.0
"""Seconds to wait for another process that is publishing."""


@dataclass(frozen=True, slots=True)
class Done:
    """`generation` is the one that is current now; `is_new`: the graph of the operation was not there before.

    Without a `run` nothing was published: nothing changed, or it was a dry run, of which `changes` are the
    quads that would come and go, as N-Quads.
    """

    generation: str | None
    is_new: bool = False
    run: str | None = None
    added: int = 0
    removed: int = 0
    changes: tuple[str, str] | None = None


@dataclass(slots=True)
class Writer:
    """Makes the changes; what it has read of the shapes it keeps as long as they stay the same."""

    settings: Settings
    on_step: Callable[[str], None] = lambda step: None
    _validator: tuple[str, ColumnsValidator] | None = field(default=None, init=False)
    _foresight: Foresight = field(default_factory=Foresight, init=False)

    def prepare(self) -> None:
        """Reads the shapes now, not with the first operation."""
        validator = self._validating(fingerprint.of_rules(self.settings))
        validator.prepare()
        _ = validator.ways

    def write(self, asked: Asked) -> Done:
        """Raises what `evaluation` and `graph_store` raise, PreconditionFailedError, UpdateRefusedError,
        WriterBusyError."""
        generations = Generations(self.settings.data_dir, server=Server.of(self.settings))
        with pipeline.workplace(self.settings, generations, dry_run=False, wait=PATIENCE):
            started = now()
            current = generations.current()
            published = PublishedQuads(self.settings, current)
            known = datasets.discover(self.settings)
            rights = Rights(asked.identity, known, started, Iris(self.settings.base_iri))
            self.on_step("evaluate")
            edits, is_new = self._edits(asked, rights, published)
            self.on_step("evaluated")
            if asked.dry_run:
                told = _told(edits, current, self.settings.query_max_bytes)
                rules = fingerprint.of_rules(self.settings)
                self._foresight.hold_against_shapes(edits, current, self._validating(rules))
                return told
            if not edits:
                return Done(current.id if current else None)
            run = RunReport(f"{started:%Y%m%dT%H%M%S}{started.microsecond:06d}Z", started, dry_run=False)
            try:
                candidates = self._built(asked, edits, published, run)
                run.datasets = [one.report for one in candidates]
                pipeline.publish_changed(
                    candidates, list(known.values()), self.settings, generations, run, self.on_step
                )
                for one in candidates:
                    if one.report.error is not None:
                        raise one.report.error
            except OverlapError as error:
                raise _stated_elsewhere() from error
            finally:
                # Nothing stays of what was refused.
                versions.discard_unfinished(self.settings)
            run.seconds = (now() - started).total_seconds()
            pipeline.write_report(run, self.settings)
            return Done(
                run.generation,
                is_new,
                run.id,
                sum(one.report.added for one in candidates),
                sum(one.report.removed for one in candidates),
            )

    def _edits(self, asked: Asked, rights: Rights, published: PublishedQuads) -> tuple[list[Edit], bool]:
        if asked.verb == "update":
            _hold_against_generation(asked, published)
            return evaluation.of_update(asked, rights, published, self.settings), False
        graph = asked.graph or self.settings.update_default_graph
        if not graph:
            raise ParameterError(
                Text("Dịch vụ này không có đồ thị mặc định để ghi.", "No default graph is kept here."),
                hint=Text("?graph=<IRI của đồ thị>", "?graph=<IRI of a graph>"),
            )
        rights.owner(graph)
        _hold_against_preconditions(asked, graph, published)
        edits = graph_store.of_operation(asked, graph, rights, published)
        return edits, graph not in published.graphs()

    def _built(
        self, asked: Asked, edits: list[Edit], published: PublishedQuads, run: RunReport
    ) -> list[Candidate]:
        """The new versions, each held against the rules together with what all others will say then."""
        rules = fingerprint.of_rules(self.settings)
        note = UpdateNote(asked.identity.name, asked.identity.title, asked.verb, asked.digest)
        candidates = []
        for edit in edits:
            previous = published.version(edit.dataset.name)
            candidate = version.build(edit, previous, note, run, rules, self.settings)
            version.hold_against_access(edit, candidate, self.settings)
            candidates.append(candidate)
        newest = {one.name: one.columns for one in candidates}
        for name in published.current.manifest.datasets if published.current else ():
            folder = published.version(name)
            # Measurements speak of data sets, not of what is in them: no shape of theirs looks at one.
            if folder is not None and name != series.NAME:
                newest.setdefault(name, folder / versions.COLUMNS)
        validator = self._validating(rules)
        for edit, candidate in zip(edits, candidates, strict=True):
            context = [path for name, path in newest.items() if name != candidate.name]
            version.hold_against_shapes(edit, candidate, context, validator)
            candidate.compare()
        return candidates

    def _validating(self, rules: str) -> ColumnsValidator:
        if self._validator is None or self._validator[0] != rules:
            settings = self.settings
            made = ColumnsValidator(settings.shapes_dir, settings.ontology_dir, settings.base_iri)
            self._validator = (rules, made)
        return self._validator[1]


def _stated_elsewhere() -> UpdateRefusedError:
    """Says neither what nor where: the other graph may be one that the caller may not read."""
    return UpdateRefusedError(
        Text(
            "Một bộ ba trong cập nhật đã có ở đồ thị khác.",
            "A triple of the update is stated in another graph already.",
        ),
        hint=Text(
            "Mỗi sự thật chỉ được khai báo một lần, bởi cơ quan sở hữu: bỏ nó khỏi cập nhật.",
            "Each fact is declared once, by its owner: take it out of the update.",
        ),
    )


def _told(edits: list[Edit], current: Generation | None, most: int) -> Done:
    """Raises ResultTooLargeError for more than `most` bytes."""
    added = [quad for edit in edits for quad in edit.added]
    removed = [quad for edit in edits for quad in edit.removed]
    changes = scratch.nquads(added), scratch.nquads(removed)
    if sum(map(len, changes)) > most:
        raise ResultTooLargeError(
            Text(
                f"Sẽ thêm {len(added):,} và bớt {len(removed):,} quad: quá nhiều để liệt kê.",
                f"{len(added):,} quads would come and {len(removed):,} go: too many to be listed.",
            ),
            hint=Text("Chia thành nhiều cập nhật.", "Split it into several updates."),
        )
    name = current.id if current else None
    return Done(name, False, None, len(added), len(removed), changes)


def _hold_against_generation(asked: Asked, published: PublishedQuads) -> None:
    now_id = published.current.id if published.current else None
    if asked.seen is not None and asked.seen != now_id:
        raise PreconditionFailedError(
            Text("Vừa có lần công bố khác.", "Something else was published meanwhile."),
            hint=Text("Đọc lại rồi gửi lại.", "Read it again, then send it again."),
        )


def _hold_against_preconditions(asked: Asked, graph: str, published: PublishedQuads) -> None:
    is_there = graph in published.graphs()
    now_id = published.current.id if published.current else None
    if asked.seen is not None and (asked.seen != now_id or not is_there):
        raise PreconditionFailedError(
            Text("Đồ thị đã thay đổi từ lần bạn đọc.", "The graph has changed since you read it."),
            hint=Text(f"Đọc lại <{graph}> rồi gửi lại.", f"Read <{graph}> again, then send it again."),
        )
    if asked.only_new and is_there:
        raise PreconditionFailedError(
            Text(f"Đã có đồ thị <{graph}>.", f"There is a graph <{graph}> already."),
            hint=Text("Bỏ If-None-Match để thay nó.", "Leave out If-None-Match to replace it."),
        )
