"""The national public service portal: procedures, the papers they ask for, and who offers them online."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from ingest.demo import agencies, procedures
from ingest.demo.agencies import COMMITTEE, Agency
from ingest.demo.faults import Faults
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.procedures import Procedure
from ingest.demo.world import World

FILE = "procedures.json"
PUBLISHED_QUADS = 54
"""Those of the figures of November 2022, which are real and lie in the data set's own folder."""

# The portal's own words; the data set's views turn them into codes.
LEVELS = {"central": "TW", "province": "TINH", "commune": "XA"}
CHANNELS = {"online": "TRUC_TUYEN", "in-person": "TRUC_TIEP", "post": "BUU_CHINH"}
FEES = {"fee": "PHI", "charge": "LE_PHI"}
ONLINE_LEVELS = {"full": "TOAN_TRINH", "partial": "MOT_PHAN", "information": "THONG_TIN"}

RATE = 0.1
"""One faulty procedure for ten: there are few of them."""
FAULTS: tuple[FaultKind, ...] = ("unknown-code", "duplicate-key", "date-out-of-order", "missing-cell")
Entry = dict[str, Any]


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    """One document. The size of the state's list of procedures does not depend on the scale."""
    faults = Faults(world, manifest, RATE, FAULTS)
    entries: list[Entry] = []
    by_level: dict[str, int] = dict.fromkeys(ONLINE_LEVELS, 0)
    for index, procedure in enumerate(procedures.load()):
        offers = list(_offers(world, index, procedure, by_level))
        entries.append(_entry(procedure, offers))
        _count(manifest, procedure, offers)
        if kind := faults.pick(index):
            _plant(kind, faults, entries, index, procedure)
            # The procedure, and what it alone asks for.
            manifest.quarantined += 2
    papers = [
        {"ma": one.code, "ten": one.name, "tenTiengAnh": one.name_en}
        | ({"coSoDuLieu": one.dataset} if one.dataset else {})
        for one in procedures.evidence_types()
    ]
    document = {"ngayTrich": str(TODAY), "loaiGiayTo": papers, "thuTuc": entries}
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8")
    manifest.files[FILE] = len(entries)
    manifest.count("service:EvidenceType", len(papers))
    # Class, two names; where else it can be had from.
    manifest.quads += PUBLISHED_QUADS + sum(3 + ("coSoDuLieu" in one) for one in papers)
    manifest.count("indicator:Indicator", 3)
    manifest.count("indicator:Observation", 3)
    manifest.facts["services by online level"] = by_level
    manifest.facts["papers that a data set holds"] = {
        procedure.code: held for procedure in procedures.load() if (held := _held(procedure))
    }


def _held(procedure: Procedure) -> dict[str, str]:
    """Of what a procedure asks for, the papers that nobody need hand in, each with the data set that says
    what is in it."""
    held = {one.code: one.dataset for one in procedures.evidence_types() if one.dataset}
    asked = [one.evidence for one in procedure.requirements]
    return {paper: held[paper] for paper in asked if paper in held}


def providers(procedure: Procedure) -> Sequence[Agency]:
    """The ministry of a procedure that is carried out centrally, else the committee of each province."""
    known = agencies.load()
    if procedure.is_central:
        return (known.by_key[procedure.agency],)
    return [one for one in known.on(TODAY) if one.kind == COMMITTEE]


def _offers(world: World, index: int, procedure: Procedure, by_level: dict[str, int]) -> Iterator[Entry]:
    for number, agency in enumerate(providers(procedure)):
        source = world.random("public-service", index * 100 + number)
        level = source.choices(tuple(ONLINE_LEVELS), (55, 35, 10))[0]
        by_level[level] += 1
        yield {
            "coQuan": agency.key,
            "mucDo": ONLINE_LEVELS[level],
            "kenh": [CHANNELS[one] for one in _channels(source, level)],
            "tuNgay": str(max(agency.since.isoformat(), procedure.valid_from, "2022-09-01")),
        }


def _channels(source: Random, level: str) -> Sequence[str]:
    if level == "information":
        return ("in-person", "post") if source.random() < 0.7 else ("in-person",)
    return ("online", "in-person", "post") if source.random() < 0.8 else ("online", "in-person")


def _entry(procedure: Procedure, offers: Sequence[Entry]) -> Entry:
    entry: Entry = {
        "ma": procedure.code,
        "ten": procedure.name,
        "tenTiengAnh": procedure.name_en,
        "linhVuc": procedure.sector,
        "cap": [LEVELS[level] for level in procedure.levels],
        "coQuan": procedure.agency,
        "thoiHanNgay": procedure.days,
        "canCu": list(procedure.basis),
        "hieuLucTu": procedure.valid_from,
        "mucThu": [
            {"loai": FEES[fee.kind], "soTien": fee.amount, "kenh": [CHANNELS["in-person"], CHANNELS["post"]]}
            for fee in procedure.fees
        ],
        "thanhPhanHoSo": [
            {
                "loai": one.evidence,
                "soBan": 1,
                "banChinh": one.is_original,
                "batBuoc": one.is_mandatory,
            }
            for one in procedure.requirements
        ],
        "dichVuCong": list(offers),
    }
    return entry


def _count(manifest: DatasetManifest, procedure: Procedure, offers: Sequence[Entry]) -> None:
    fees, papers = len(procedure.fees), len(procedure.requirements)
    manifest.count("service:AdministrativeProcedure")
    manifest.count("service:Fee", fees)
    manifest.count("service:EvidenceRequirement", papers)
    manifest.count("service:PublicService", len(offers))
    # Class, two names, code, sector, agency, time limit, first day; and what there are several of.
    manifest.quads += 8 + len(procedure.levels) + len(procedure.basis) + fees + papers
    # A fee: class, type, amount, two channels. A paper: class, type, copies, original, mandatory.
    manifest.quads += 5 * fees + 5 * papers
    # A service: class, procedure, provider, level, first day, and its channels.
    manifest.quads += sum(5 + len(offer["kenh"]) for offer in offers)


def _plant(kind: FaultKind, faults: Faults, entries: list[Entry], index: int, procedure: Procedure) -> None:
    """A procedure that nobody offers, with one paper and no fee, and something wrong with it."""
    code = f"9.{index:06}"
    entry = _entry(procedure, ())
    entry |= {"ma": code, "mucThu": [], "thanhPhanHoSo": entry["thanhPhanHoSo"][:1]}
    match kind:
        case "unknown-code":
            entry["linhVuc"] = value = "khong-ro"
        case "duplicate-key":
            entries.append(entry)
            entry = entry | {"ten": f"{procedure.name} (bản cũ)"}
            value = code
        case "date-out-of-order":
            entry["hieuLucDen"] = value = "2009-12-31"
        case _:
            del entry["ten"]
            value = "ten"
    entries.append(entry)
    faults.record(kind, FILE, len(entries), code, value)
