"""The administrative procedures of the made-up portal: real names, codes of the form that real ones have.

`procedures.csv` has one row for each, `evidence.csv` one for each type of paper that they ask for.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PROCEDURES = Path(__file__).with_name("procedures.csv")
EVIDENCE = Path(__file__).with_name("evidence.csv")


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """`dataset` holds what such a paper says, where one does; empty otherwise."""

    code: str
    name: str
    name_en: str
    dataset: str


@dataclass(frozen=True, slots=True)
class Fee:
    """`kind` is a notation of fee-type; `amount` in dong, at the counter and by post (nothing online)."""

    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Requirement:
    """A paper that must be handed in: the end of its type's IRI, whether the original, whether always."""

    evidence: str
    is_original: bool
    is_mandatory: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """`sector`, `levels` and `basis` are notations of code lists, `agency` the key of the ministry, `days`
    the time limit in working days. `applicant` is person, enterprise or both; `weight` how common it is."""

    code: str
    name: str
    name_en: str
    sector: str
    levels: tuple[str, ...]
    agency: str
    days: int
    basis: tuple[str, ...]
    valid_from: str
    applicant: str
    weight: int
    fees: tuple[Fee, ...]
    requirements: tuple[Requirement, ...]

    @property
    def is_central(self) -> bool:
        """Whether only a ministry carries it out."""
        return self.levels == ("central",)


@lru_cache(maxsize=1)
def load() -> Sequence[Procedure]:
    return tuple(_procedure(row) for row in _rows(PROCEDURES))


@lru_cache(maxsize=1)
def evidence_types() -> Sequence[EvidenceType]:
    return tuple(
        EvidenceType(row["code"], row["name_vi"], row["name_en"], row["dataset"]) for row in _rows(EVIDENCE)
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _procedure(row: dict[str, str]) -> Procedure:
    return Procedure(
        code=row["code"],
        name=row["name_vi"],
        name_en=row["name_en"],
        sector=row["sector"],
        levels=tuple(row["levels"].split()),
        agency=row["agency"],
        days=int(row["days"]),
        basis=tuple(row["basis"].split()),
        valid_from=row["valid_from"],
        applicant=row["applicant"],
        weight=int(row["weight"]),
        fees=tuple(_fee(text) for text in row["fees"].split()),
        requirements=tuple(_requirement(text) for text in row["evidence"].split()),
    )


def _fee(text: str) -> Fee:
    """`charge:8000`."""
    kind, amount = text.split(":")
    return Fee(kind, int(amount))


def _requirement(text: str) -> Requirement:
    """`identity-card:0`, a copy; `birth-notice:1`, the original; `?` behind it, in some cases only."""
    evidence, original = text.removesuffix("?").split(":")
    return Requirement(evidence, original == "1", not text.endswith("?"))
