"""What was generated, and what must come out of it: `manifest.json` beside the data sets' folders."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

FILE = "manifest.json"

FaultKind = Literal[
    "wrong-check-digit", "unknown-code", "duplicate-key", "date-out-of-order", "bad-utf8", "missing-cell"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault. `row` counts the file's data rows from 1, a CSV header is not counted; `key` says
    which entity must be left out (as in the source), `value` what is wrong with it."""

    kind: FaultKind
    file: str
    row: int
    key: str
    value: str


@dataclass(slots=True)
class DatasetManifest:
    """Filled by a system while it writes.

    `rate`: planted faults for each thing that is there. `files`: data rows of each file, faulty ones too.
    `entities`: how many of each class (`person:Person`) are published after quarantine. `quads`: distinct
    quads published after quarantine. `quarantined`: entities left out because of a fault; an unreadable row
    has none. `facts`: numbers that questions can be checked against.
    """

    name: str
    rate: float = 0.0
    files: dict[str, int] = field(default_factory=dict)
    entities: dict[str, int] = field(default_factory=dict)
    quads: int = 0
    quarantined: int = 0
    faults: list[Fault] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def count(self, entity: str, number: int = 1) -> None:
        """So many more of a class are published."""
        self.entities[entity] = self.entities.get(entity, 0) + number

    def as_json(self) -> dict[str, Any]:
        return {
            "rate": self.rate,
            "files": self.files,
            "entities": self.entities,
            "quads": self.quads,
            "quarantined": self.quarantined,
            "facts": self.facts,
            "faults": [asdict(fault) for fault in self.faults],
        }


@dataclass(slots=True)
class Manifest:
    """`datasets` by name, in order."""

    scale: float
    seed: int
    datasets: dict[str, DatasetManifest] = field(default_factory=dict)

    def dump(self, folder: Path) -> None:
        """Writes `manifest.json`; the same world gives the same bytes."""
        content = {
            "scale": self.scale,
            "seed": self.seed,
            "datasets": {name: one.as_json() for name, one in sorted(self.datasets.items())},
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        (folder / FILE).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Manifest | None":
        """The manifest of a folder, None where nothing was generated into it."""
        if not (folder / FILE).exists():
            return None
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        datasets = {
            name: DatasetManifest(name, **{**one, "faults": [Fault(**fault) for fault in one["faults"]]})
            for name, one in content["datasets"].items()
        }
        return cls(content["scale"], content["seed"], datasets)
