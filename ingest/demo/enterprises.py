"""Enterprises, each from its index alone."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.demo import identifiers, names
from ingest.demo.people import TODAY
from ingest.demo.units import NEW, OLD, Unit, Units

# Type → share per thousand and the words before the trade name.
TYPES = {
    "limited-one-member": (560, "Công ty TNHH Một thành viên"),
    "limited-multi-member": (240, "Công ty TNHH"),
    "joint-stock": (165, "Công ty Cổ phần"),
    "private": (25, "Doanh nghiệp tư nhân"),
    "partnership": (2, "Công ty Hợp danh"),
    "cooperative": (8, "Hợp tác xã"),
}
STATUSES = {
    "active": 780,
    "suspended": 90,
    "not-at-address": 60,
    "dissolving": 25,
    "dissolved": 40,
    "bankrupt": 5,
}

# Divisions (level 2) that VSIC 2018 and 2025 both have, by how common they are; 45 ended with VSIC 2018.
DIVISIONS = {
    "46": 250, "47": 120, "41": 90, "43": 60, "42": 30, "10": 35, "14": 25, "16": 15, "25": 30, "22": 12,
    "31": 12, "49": 50, "52": 30, "55": 15, "56": 30, "62": 30, "68": 40, "70": 30, "71": 30, "73": 20,
    "79": 12, "82": 15, "85": 20, "86": 8, "01": 15, "03": 8, "33": 10, "96": 8,
}  # fmt: skip
VSIC_2025 = date(2025, 11, 15)
"""First day of the Vietnam Standard Industrial Classification 2025 (Decision 36/2025/QĐ-TTg)."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A made-up enterprise. `code` has 10 digits; `commune` and `register` are of its head office as its
    record was last written, on the day `recorded`; `industries` are level-2 codes of the VSIC of
    `vsic_version` (the year), the main one first; `representative` is a person's index; `capital` in dong."""

    index: int
    code: str
    name: str
    enterprise_type: str
    status: str
    founded: date
    recorded: date
    old: Unit
    new: Unit
    register: str
    industries: tuple[str, ...]
    vsic_version: str
    representative: int
    capital: int

    @property
    def commune(self) -> str:
        """The commune's code in `register`."""
        return self.old.code if self.register == OLD else self.new.code


def enterprise(source: random.Random, index: int, seed: int, representative: int, units: Units) -> Enterprise:
    kind = source.choices(list(TYPES), [share for share, _ in TYPES.values()])[0]
    old = source.choices(units.home, cum_weights=units.home_weights)[0]
    founded = TODAY - timedelta(days=int(source.triangular(5, 9000, 600)))
    written = max(founded, TODAY - timedelta(days=int(source.triangular(1, 1500, 30))))
    divisions = source.choices(list(DIVISIONS), list(DIVISIONS.values()), k=source.choice((1, 2, 2, 3, 4)))
    industries = tuple(dict.fromkeys(divisions))
    if written < VSIC_2025 and source.random() < 0.08:
        industries = (*industries, "45")
    return Enterprise(
        index=index,
        code=identifiers.enterprise_code(old.province, index, seed),
        name=names.enterprise(source, TYPES[kind][1]),
        enterprise_type=kind,
        status=source.choices(list(STATUSES), list(STATUSES.values()))[0],
        founded=founded,
        recorded=written,
        old=old,
        new=units.successor(old),
        register=NEW if written.isoformat() >= NEW else OLD,
        industries=industries,
        vsic_version="2025" if written >= VSIC_2025 else "2018",
        representative=representative,
        capital=max(1, round(10 ** source.gauss(1.5, 0.6))) * 100_000_000,
    )
