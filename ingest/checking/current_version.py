"""A data set's current version held against the shapes of today, with the others' current versions."""

import tempfile
from dataclasses import replace
from pathlib import Path

from graph.columns import Builder, Columns
from graph.errors import SourceError
from graph.settings import Settings
from graph.shacl.reporting import Report
from graph.stores.generations import Generations
from graph.text import Text
from ingest import access, identity, mapping, reasons, sources, trace, versions
from ingest.candidate import Candidate
from ingest.checking import reports
from ingest.checking.checker import Checker
from ingest.dataset import DataSet
from ingest.inputs import NO_INPUTS
from ingest.progress import Clock, silent
from ingest.report import DataSetReport, now
from ingest.trace import Trace
from ingest.validation import findings


def check(dataset: DataSet, tools: Checker) -> Report:
    """Of a data set that is not open no value is repeated. Raises SourceError where none is published."""
    settings = tools.settings
    current = Generations(settings.data_dir).current()
    folder = versions.published(settings, current, dataset.name)
    if folder is None:
        raise SourceError(
            Text(f"{dataset.name} chưa được công bố.", f"{dataset.name} has not been published."),
            hint=Text(f"Chạy: lienthong ingest {dataset.name}", f"Run: lienthong ingest {dataset.name}"),
        )
    columns = folder / versions.COLUMNS
    found = tools.validator.validate(columns, tools.context(dataset.name))
    report = DataSetReport(dataset.name, dataset.title)
    clock = Clock(dataset.name, report.steps, silent)
    one = Candidate(dataset, report, clock, "", NO_INPUTS, None, folder)
    one.origin = _trace(dataset, columns, settings)
    one.report.entities = found.focus_nodes
    one.report.entries = reasons.entries(one, found.violations, tools.words)
    one.report.findings = findings(found.violations, one.report.entries)
    told = reports.of_candidate(
        one, access.rules(settings), tools.words, checked=now().isoformat(), targeted=found.shapes
    )
    return replace(told, outcome="checked", version=folder.name)


def _trace(dataset: DataSet, columns: Path, settings: Settings) -> Trace:
    """From the mapping, the columns of the sample's files, and where the version says it was read from."""
    rules = mapping.load(dataset.mapping, base=settings.base_iri)
    with tempfile.TemporaryDirectory(prefix="lienthong-") as passing, Builder(Path(passing) / "c") as builder:
        identity.create(builder.connection, settings.identity_secret.get_secret_value())
        relations = [
            sources.extract(builder.connection, source, data_dir=dataset.sample, mapping_dir=dataset.folder)
            for source in sources.in_order(rules.logical_sources, mapping_dir=dataset.folder)
        ]
    where = trace.of(rules, relations, folder=dataset.folder, data=dataset.data)
    with Columns(columns) as built:
        known = built.connection.execute("SELECT name, location FROM sources").fetchall()
    return replace(where, locations=where.locations | dict(known))
