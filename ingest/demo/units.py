"""The real administrative units on which the made-up state lives: both registers and what became of what."""

import importlib.util
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from graph.errors import SourceError
from graph.text import Text

PACKAGE = "vietnamadminunits"
OLD, NEW = "2025-01-01", "2025-07-01"

# How many households a commune of each type gets, relative to a rural commune.
WEIGHTS = {"Phường": 4, "Thị trấn": 2, "Xã": 1}


@dataclass(frozen=True, slots=True)
class Unit:
    """A province or commune of one register: its code and name, the date that names the register, its
    province's code (its own for a province)."""

    code: str
    name: str
    register: str
    province: str
    weight: int = 1

    @property
    def key(self) -> str:
        """`2025-07-01/00004`: the end of the unit's IRI."""
        return f"{self.register}/{self.code}"


@dataclass(frozen=True, slots=True)
class Units:
    """Provinces and communes of both registers by code.

    `successors` gives the new communes of an old one, the default first; `home` are the old communes where
    people live (those with a default successor), `home_weights` their cumulative weights.
    """

    old: Mapping[str, Unit]
    new: Mapping[str, Unit]
    old_provinces: Mapping[str, Unit]
    new_provinces: Mapping[str, Unit]
    successors: Mapping[str, tuple[Unit, ...]]
    province_successor: Mapping[str, Unit]
    home: tuple[Unit, ...]
    home_weights: tuple[int, ...]

    def successor(self, old: Unit) -> Unit:
        """The commune of the new register to assume for an old one."""
        return self.successors[old.code][0]

    def commune(self, register: str, code: str) -> Unit:
        return (self.old if register == OLD else self.new)[code]

    def province(self, unit: Unit) -> Unit:
        """The province a unit is in, of the same register."""
        return (self.old_provinces if unit.register == OLD else self.new_provinces)[unit.province]


def data_folder() -> Path:
    """The package's own files. Raises SourceError where the package with the units is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SourceError(
            Text(f"Chưa cài gói Python «{PACKAGE}».", f"The Python package “{PACKAGE}” is not installed."),
            hint=Text("Chạy: pip install 'lienthong[data]'", "Run: pip install 'lienthong[data]'"),
        )
    return Path(spec.submodule_search_locations[0]) / "data"


@lru_cache(maxsize=1)
def load() -> Units:
    """Raises SourceError where the package with the units is not installed."""
    folder = data_folder()
    with closing(sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)) as database:
        old_rows = database.execute(
            "SELECT provinceCode, province, provinceKey, districtKey, wardKey, wardCode, ward, wardType"
            " FROM admin_units_legacy WHERE wardCode IS NOT NULL ORDER BY wardCode"
        ).fetchall()
        new_rows = database.execute(
            "SELECT provinceCode, province, provinceKey, wardKey, wardCode, ward"
            " FROM admin_units ORDER BY wardCode"
        ).fetchall()
    converter = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    old = {row[5]: Unit(row[5], row[6], OLD, row[0], WEIGHTS.get(row[7], 1)) for row in old_rows}
    new = {row[4]: Unit(row[4], row[5], NEW, row[0]) for row in new_rows}
    by_old_key = {"_".join(row[2:5]): row[5] for row in old_rows}
    by_new_key = {(row[2], row[3]): new[row[4]] for row in new_rows}
    successors: dict[str, tuple[Unit, ...]] = {}
    for province, new_key, old_key, default in _pairs(converter):
        code, unit = by_old_key.get(old_key), by_new_key.get((province, new_key))
        if code and unit:
            known = successors.get(code, ())
            successors[code] = (unit, *known) if default else (*known, unit)
    old_provinces = {row[0]: Unit(row[0], row[1], OLD, row[0]) for row in old_rows}
    new_provinces = {row[0]: Unit(row[0], row[1], NEW, row[0]) for row in new_rows}
    old_by_key = {row[2]: row[0] for row in old_rows}
    new_by_key = {row[2]: row[0] for row in new_rows}
    province_successor = {
        old_by_key[key]: new_provinces[new_by_key[after]]
        for after, keys in converter["DICT_PROVINCE"].items()
        for key in keys
    }
    home = tuple(unit for code, unit in old.items() if code in successors)
    total = 0
    weights = []
    for unit in home:
        total += unit.weight
        weights.append(total)
    return Units(
        old,
        new,
        old_provinces,
        new_provinces,
        successors,
        province_successor,
        home,
        tuple(weights),
    )


def _pairs(converter: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """(new province, new commune, old commune, is default), all as the converter's keys."""
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new_key, old_keys in communes.items():
            for old_key in old_keys:
                yield province, new_key, old_key, True
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in divided.items():
            for part in parts:
                yield province, part["newWardKey"], old_key, bool(part["isDefaultNewWard"])
