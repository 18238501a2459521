"""The national portal on asset auctions: one XML document, an element for each auction, its assets inside."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape, quoteattr

from ingest.demo.faults import Faults
from ingest.demo.manifest import DatasetManifest, FaultKind
from ingest.demo.people import TODAY
from ingest.demo.units import NEW, Unit
from ingest.demo.world import World

FILE = "auctions.xml"
AUCTIONS = 400
RATE = 0.02
FAULTS: tuple[FaultKind, ...] = (
    "wrong-check-digit",
    "unknown-code",
    "duplicate-key",
    "date-out-of-order",
    "missing-cell",
)
ORGANISERS = 40
"""So many enterprises of the register hold auctions."""

METHODS = {"oral": 45, "direct-ballot": 15, "indirect-ballot": 15, "online": 25}


@dataclass(frozen=True, slots=True)
class Asset:
    """`kind` is a notation of asset-type; prices in dong, `final` None where it was not sold."""

    name: str
    kind: str
    unit: Unit
    start: int
    final: int | None


@dataclass(frozen=True, slots=True)
class Auction:
    """`bidders` is None while the auction is still to come; `held` None only where a fault took it away."""

    code: str
    organiser: str
    method: str
    result: str
    announced: date
    registration: date
    held: date | None
    bidders: int | None
    assets: tuple[Asset, ...]


Maker = Callable[[Random, Unit], tuple[str, str, int]]


def _land(source: Random, unit: Unit) -> tuple[str, str, int]:
    plot, sheet = source.randrange(1, 900), source.randrange(1, 80)
    area = source.randrange(60, 900)
    name = f"Quyền sử dụng đất thửa {plot}, tờ bản đồ {sheet}, {area} m², {unit.name}"
    return name, "land-use-right", area * source.randrange(3, 60) * 1_000_000


def _vehicle(source: Random, unit: Unit) -> tuple[str, str, int]:
    name = f"Xe ô tô {source.choice(('5', '7', '16'))} chỗ đã qua sử dụng của cơ quan tại {unit.name}"
    return name, "public-asset", source.randrange(80, 400) * 1_000_000


def _secured(source: Random, unit: Unit) -> tuple[str, str, int]:
    name = f"Nhà và đất là tài sản bảo đảm tại {unit.name}, lô {source.randrange(1, 400)}"
    return name, "secured-asset", source.randrange(800, 9000) * 1_000_000


def _seized(source: Random, unit: Unit) -> tuple[str, str, int]:
    name = f"Tài sản kê biên để thi hành án tại {unit.name}, số {source.randrange(1, 900)}"
    return name, "judgment-asset", source.randrange(100, 4000) * 1_000_000


def _plate(source: Random, unit: Unit) -> tuple[str, str, int]:
    name = f"Biển số xe ô tô {unit.province}K-{source.randrange(10_000, 99_999)}"
    return name, "vehicle-plate", 40_000_000


MAKERS: tuple[Maker, ...] = (_land, _land, _land, _vehicle, _secured, _secured, _seized, _plate)


def write(world: World, folder: Path, manifest: DatasetManifest) -> None:
    faults = Faults(world, manifest, RATE, FAULTS)
    count = max(1, round(AUCTIONS * world.scale))
    by_result: dict[str, int] = {}
    raised = 0
    row = 0
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<ThongBaoDauGia>\n')
        for index in range(count):
            one = auction(world, index)
            file.write(_element(one))
            row += 1
            by_result[one.result] = by_result.get(one.result, 0) + 1
            raised += sum(asset.final or 0 for asset in one.assets)
            _count(manifest, one)
            if kind := faults.pick(index):
                stranger = replace(auction(world, count + index), code=f"DG-1999-{index:06}")
                wrong, value = _spoil(kind, stranger, world)
                if kind == "duplicate-key":
                    file.write(_element(stranger))
                    row += 1
                file.write(_element(wrong))
                row += 1
                faults.record(kind, FILE, row, wrong.code, value)
                # The auction, and its assets that no other auction sells.
                manifest.quarantined += 1 + len(wrong.assets)
        file.write("</ThongBaoDauGia>\n")
    manifest.files[FILE] = row
    manifest.facts.update({"auctions by result": by_result, "sum of final prices": raised})


def auction(world: World, index: int) -> Auction:
    source = world.random("auction", index)
    announced = date(2024, 12, 1) + timedelta(days=source.randrange(370))
    registration = announced + timedelta(days=source.randrange(10, 25))
    held = registration + timedelta(days=source.randrange(2, 6))
    result, bidders = "pending", None
    if held <= TODAY:
        result = source.choices(("sold", "unsold", "cancelled"), (78, 18, 4))[0]
        bidders = source.randrange(2, 25) if result == "sold" else source.randrange(2)
    organiser = source.randrange(min(ORGANISERS, world.enterprises_count))
    return Auction(
        f"DG-{announced.year}-{index:06}",
        world.enterprise(organiser).code,
        source.choices(tuple(METHODS), tuple(METHODS.values()))[0],
        result,
        announced,
        registration,
        held,
        bidders,
        tuple(_asset(world, source, announced, result) for _ in range(source.choice((1, 1, 1, 2, 3)))),
    )


def _asset(world: World, source: Random, day: date, result: str) -> Asset:
    old = source.choices(world.units.home, cum_weights=world.units.home_weights)[0]
    unit = world.units.successor(old) if day.isoformat() >= NEW else old
    name, kind, start = source.choice(MAKERS)(source, unit)
    final = start + start // 100 * source.randrange(0, 60) if result == "sold" else None
    return Asset(name, kind, unit, start, final)


def _element(one: Auction) -> str:
    """An element that is absent has no value: an empty one would be an empty string."""
    parts = [
        f"  <CuocDauGia ma={quoteattr(one.code)}>\n",
        f'    <ToChuc maSo="{one.organiser}"/>\n',
        f"    <HinhThuc>{one.method}</HinhThuc>\n",
        f"    <KetQua>{one.result}</KetQua>\n",
        f"    <NgayNiemYet>{one.announced}</NgayNiemYet>\n",
        f"    <HanDangKy>{one.registration}</HanDangKy>\n",
    ]
    if one.held is not None:
        parts.append(f"    <NgayDauGia>{one.held}</NgayDauGia>\n")
    if one.bidders is not None:
        parts.append(f"    <SoNguoiThamGia>{one.bidders}</SoNguoiThamGia>\n")
    for number, asset in enumerate(one.assets, start=1):
        parts += [
            f'    <TaiSan so="{number}" loai="{asset.kind}">\n',
            f"      <Ten>{escape(asset.name)}</Ten>\n",
            f'      <DonVi ma="{asset.unit.code}" danhMuc="{asset.unit.register}"/>\n',
            f"      <GiaKhoiDiem>{asset.start}</GiaKhoiDiem>\n",
        ]
        if asset.final is not None:
            parts.append(f"      <GiaTrung>{asset.final}</GiaTrung>\n")
        parts.append("    </TaiSan>\n")
    return "".join([*parts, "  </CuocDauGia>\n"])


def _count(manifest: DatasetManifest, one: Auction) -> None:
    manifest.count("property:Auction")
    manifest.count("property:Asset", len(one.assets))
    # Class, code, organiser, method, result, three days; bidders; and for each asset a link.
    manifest.quads += 8 + (one.bidders is not None) + len(one.assets)
    # Class, name, type, unit, starting price; final price.
    manifest.quads += sum(5 + (asset.final is not None) for asset in one.assets)


def _spoil(kind: FaultKind, one: Auction, world: World) -> tuple[Auction, str]:
    """The auction with something wrong with it, and what that is."""
    match kind:
        case "wrong-check-digit":
            digit = (int(one.organiser[-1]) + 1) % 10
            value = f"{one.organiser[:-1]}{digit}"
            return replace(one, organiser=value), value
        case "unknown-code":
            nowhere = replace(world.units.new["00004"], code="99999")
            return replace(one, assets=(replace(one.assets[0], unit=nowhere), *one.assets[1:])), "99999"
        case "duplicate-key":
            return replace(one, registration=one.registration + timedelta(days=1)), one.code
        case "date-out-of-order":
            early = one.announced - timedelta(days=30)
            return replace(one, held=early), str(early)
        case _:
            return replace(one, held=None), "NgayDauGia"
