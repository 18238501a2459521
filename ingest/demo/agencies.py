"""The real state agencies that made-up systems name, as the data set `moha-agencies` has them."""

import csv
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "datasets" / "moha-agencies" / "data"
COMMITTEE = "provincial-peoples-committee"


@dataclass(frozen=True, slots=True)
class Agency:
    """`date` is that of the structure or register it was entered in, `slug` its name there.

    `kind` is a notation of the code list agency-type; `until` its last day, None while it exists; `province`
    the code of the province that it governs, or empty.
    """

    date: str
    slug: str
    name: str
    kind: str
    since: datetime.date
    until: datetime.date | None
    province: str

    @property
    def key(self) -> str:
        """`2025-03-01/mof`: the end of the agency's IRI."""
        return f"{self.date}/{self.slug}"

    def exists_on(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Agencies:
    """All agencies by key; `successors` gives, of one that has ended, the key of its default successor."""

    by_key: Mapping[str, Agency]
    successors: Mapping[str, str]

    def on(self, day: datetime.date) -> Sequence[Agency]:
        """Those that exist on a day, in the order of the register."""
        return tuple(one for one in self.by_key.values() if one.exists_on(day))

    def today(self, agency: Agency) -> Agency:
        """The agency itself, or what has become of it."""
        while agency.until is not None:
            agency = self.by_key[self.successors[agency.key]]
        return agency


@lru_cache(maxsize=1)
def load() -> Agencies:
    by_key = {
        agency.key: agency
        for row in _rows("agencies.csv")
        for agency in [
            Agency(
                row["date"],
                row["slug"],
                row["name_vi"],
                row["type"],
                datetime.date.fromisoformat(row["valid_from"]),
                datetime.date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["jurisdiction_code"],
            )
        ]
    }
    successors = {
        f"{row['predecessor_date']}/{row['predecessor']}": f"{row['successor_date']}/{row['successor']}"
        for row in _rows("reorganisations.csv")
        if row["is_default"] == "true"
    }
    return Agencies(by_key, successors)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
