"""What a run that was killed had finished is taken up by the next one.

A built version waits in `<data>/datasets/<name>/.resumable-<fingerprint>` with `resumption.json`: what was
counted and found, as it was built and, once the shapes were held against it, as it was validated. Equal
fingerprints mean equal inputs, so that taking it up gives the graph that doing it again would give. What was
validated together with other versions than today's is validated again.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from pydantic import TypeAdapter

from graph.settings import Settings
from graph.text import Text
from ingest import mapping, results, trace, versions
from ingest.account import RowAccount
from ingest.candidate import Candidate
from ingest.inputs import Inputs
from ingest.quality.left_out import LeftOut
from ingest.quarantine import Entry
from ingest.report import Finding
from ingest.sources import Relation

RESUMABLE = ".resumable-"
RECORD = "resumption.json"
PRISTINE = "built.duckdb"


@dataclass(frozen=True, slots=True)
class State:
    """The fields of a report at one point of a run, and what the candidate knew besides."""

    rows: dict[str, int]
    locations: dict[str, str]
    rejected: int
    faulty: int
    entities: int
    quarantined: int
    quads: int
    findings: list[Finding]
    accounts: dict[str, RowAccount]
    entries: list[Entry]
    why_whole: Text
    entities_out: list[str]
    rows_out: list[tuple[str, int]]
    faulty_out: list[LeftOut]

    def put_into(self, candidate: Candidate) -> None:
        for one in fields(self):
            if not one.name.endswith("_out"):
                value = getattr(self, one.name)
                setattr(candidate.report, one.name, value.copy() if isinstance(value, list | dict) else value)
        candidate.quarantined = frozenset(self.entities_out)
        candidate.rows_out = set(self.rows_out)
        candidate.faulty = list(self.faulty_out)


@dataclass(frozen=True, slots=True)
class Record:
    """`validated` is the state after validation `together` with the versions of that digest."""

    fingerprint: str
    relations: list[Relation]
    confidential: bool
    inputs: Inputs
    built: State
    validated: State | None = None
    together: str | None = None


_RECORDS = TypeAdapter(Record)


def keep_built(candidate: Candidate, relations: Sequence[Relation]) -> None:
    """Lets a version that has just been built wait under a name of its own."""
    assert candidate.folder is not None, "a version is built before it is kept"
    # Quarantine writes the columns anew and renames: the link goes on naming what was built.
    os.link(candidate.columns, candidate.folder / PRISTINE)
    plain = [Relation(one.name, one.columns, one.rows, one.location, parts=one.parts) for one in relations]
    record = Record(candidate.fingerprint, plain, candidate.confidential, candidate.inputs, _state(candidate))
    _write(candidate.folder, record)
    target = candidate.folder.with_name(f"{RESUMABLE}{candidate.fingerprint[:16]}")
    shutil.rmtree(target, ignore_errors=True)
    candidate.folder = candidate.folder.rename(target)


def keep_validated(candidates: Iterable[Candidate], together: str) -> None:
    """Notes that these versions have been validated, all with each other."""
    for one in candidates:
        if one.folder is not None and (record := _read(one.folder)) is not None:
            if one.results is not None:
                results.write(one.folder, one.results, confidential=one.confidential)
            _write(
                one.folder,
                Record(
                    record.fingerprint,
                    record.relations,
                    one.confidential,
                    record.inputs,
                    record.built,
                    _state(one),
                    together,
                ),
            )


def take_up(candidate: Candidate, settings: Settings, published: Collection[str]) -> bool:
    """Whether an earlier run built this version; the candidate then has it, as it was before validation.

    Versions that are `published`, in whatever generation, stay where they are.
    """
    parent = versions.folder_of(settings, candidate.name)
    for folder in sorted(parent.glob("*")):
        record = _read(folder) if folder.name not in published else None
        if record is None or record.fingerprint != candidate.fingerprint:
            continue
        candidate.folder = _unnamed(folder, candidate.fingerprint)
        candidate.confidential |= record.confidential
        candidate.inputs = record.inputs
        candidate.origin = trace.of(
            mapping.load(candidate.dataset.mapping, base=settings.base_iri),
            record.relations,
            folder=candidate.dataset.folder,
            data=candidate.dataset.data,
        )
        candidate.report.taken_up = True
        record.built.put_into(candidate)
        return True
    return False


def take_up_validated(candidates: Sequence[Candidate], together: str) -> bool:
    """Whether all of these were validated with these very versions; they then are as they were after it.
    Otherwise all are as they were built."""
    records = [_read(one.folder) if one.folder is not None else None for one in candidates]
    if all(record is not None and record.validated and record.together == together for record in records):
        for one, record in zip(candidates, records, strict=True):
            assert record is not None
            assert record.validated is not None
            record.validated.put_into(one)
            if one.folder is not None:
                one.results = results.read(one.folder)
        return True
    for one in candidates:
        if one.report.taken_up and one.folder is not None:
            beside = one.columns.with_name("restored")
            beside.unlink(missing_ok=True)
            os.link(one.folder / PRISTINE, beside)
            beside.replace(one.columns)
    return False


def digest(candidates: Iterable[Candidate], published: Mapping[str, Path]) -> str:
    """What a validation depends on: the inputs of the versions judged, and the versions published already."""
    parts = [f"{one.name} {one.fingerprint}" for one in candidates]
    parts += [f"{name} {path.parent.name}" for name, path in published.items()]
    return hashlib.sha256("\0".join(sorted(parts)).encode()).hexdigest()


def strip(folders: Iterable[Path]) -> None:
    """Takes out of published versions what they no longer need."""
    for folder in folders:
        for name in (RECORD, PRISTINE):
            (folder / name).unlink(missing_ok=True)


def discard(settings: Settings, names: Iterable[str], kept: Iterable[Path] = ()) -> None:
    """Removes waiting versions of these data sets but those in `kept`; only the one writer may call it."""
    stay = set(kept)
    for name in names:
        for folder in versions.folder_of(settings, name).glob(f"{RESUMABLE}*"):
            if folder not in stay:
                shutil.rmtree(folder)


def _unnamed(folder: Path, fingerprint: str) -> Path:
    """A version that a killed run had named, but not published, waits again."""
    target = folder.with_name(f"{RESUMABLE}{fingerprint[:16]}")
    if folder == target:
        return folder
    for name in ("version.json", "report.json", "provenance.ttl", versions.CHANGES):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    return folder.rename(target)


def _state(candidate: Candidate) -> State:
    report = candidate.report
    return State(
        rows=report.rows,
        locations=report.locations,
        rejected=report.rejected,
        faulty=report.faulty,
        entities=report.entities,
        quarantined=report.quarantined,
        quads=report.quads,
        findings=report.findings,
        accounts=report.accounts,
        entries=report.entries,
        why_whole=report.why_whole,
        entities_out=sorted(candidate.quarantined),
        rows_out=sorted(candidate.rows_out),
        faulty_out=candidate.faulty,
    )


def _read(folder: Path) -> Record | None:
    path = folder / RECORD
    return _RECORDS.validate_json(path.read_bytes()) if path.exists() else None


def _write(folder: Path, record: Record) -> None:
    beside = folder / f"{RECORD}.new"
    beside.write_bytes(_RECORDS.dump_json(record))
    beside.replace(folder / RECORD)
