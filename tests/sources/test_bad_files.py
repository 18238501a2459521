"""Files that are broken or made to break things: each ends in a SourceError that says where, in bounded
memory and time, in a process of its own."""

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pytest

MIB = 1 << 20
ADDRESS_SPACE = 3072
"""MiB a child may map; DuckDB and pyarrow alone map about 1200."""
PEAK = 700
"""MiB a child may use beyond the programme itself: DuckDB's 512 and a batch."""
SECONDS = 60


@pytest.fixture(scope="module")
def parent() -> Iterator[subprocess.Popen[str]]:
    """Forks a child for each file; what children print of themselves goes to pytest's stderr."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sources.bounded_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def read(parent: subprocess.Popen[str], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`read("a.csv", "csv", …)`: what a child says of that file."""

    def run(path: str, format: str, **more: Any) -> dict[str, Any]:
        given = {"folder": str(tmp_path), "path": path, "format": format, "limit": ADDRESS_SPACE}
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(json.dumps(given | {"timeout": SECONDS * 2} | more) + "\n")
        parent.stdin.flush()
        answer = json.loads(parent.stdout.readline())
        assert answer["code"] == 0, answer
        told: dict[str, Any] = answer["told"]
        assert told["mib"] < PEAK, told
        assert told["seconds"] < SECONDS, told
        if "en" in told:
            assert told["vi"] != told["en"]
            assert told["hint"]
            assert path in told["file"]
        return told

    return run


Read = Callable[..., dict[str, Any]]


def csv_bytes() -> bytes:
    return "mã,tên\n".encode() + b"".join(f'{n},"Đống Đa {n}, Hà Nội"\n'.encode() for n in range(2000))


def xlsx_bytes() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    for row in range(200):
        book.active.append([f"c{row}", row])
    book.save(file)
    return file.getvalue()


def sqlite_bytes() -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (a, b)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(n, "x" * 100) for n in range(2000)])
        database.commit()
        return database.serialize()


def parquet_bytes(folder: Path) -> bytes:
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT range AS a FROM range(20000)) TO '{folder}/p' (FORMAT parquet)")
    return (folder / "p").read_bytes()


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
    return file.getvalue()


def zstandard(content: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(content))


JSON = json.dumps({"items": [{"a": n, "b": "Đống Đa"} for n in range(2000)]}, ensure_ascii=False).encode()
XML = "<r>{}</r>".format("".join(f"<i><a>{n}</a><b>Đống Đa</b></i>" for n in range(2000))).encode()
TRUNCATED: dict[str, tuple[Callable[[Path], bytes], dict[str, Any]]] = {
    "csv": (lambda _: csv_bytes(), {}),
    "json": (lambda _: JSON, {"iterator": "$.items[*]"}),
    "ndjson": (lambda _: b"\n".join(JSON for _ in range(3)), {}),
    "xml": (lambda _: XML, {"iterator": "/r/i"}),
    "xlsx": (lambda _: xlsx_bytes(), {}),
    "sqlite-table": (lambda _: sqlite_bytes(), {"iterator": "t"}),
    "parquet": (parquet_bytes, {}),
    "gzip": (lambda _: gzip.compress(csv_bytes()), {"compression": "gzip"}),
    "bzip2": (lambda _: bz2.compress(csv_bytes()), {"compression": "bzip2"}),
    "xz": (lambda _: lzma.compress(csv_bytes()), {"compression": "xz"}),
    "zstd": (lambda _: zstandard(csv_bytes()), {"compression": "zstd"}),
    "zip": (lambda _: zipped(csv_bytes()), {"compression": "zip"}),
}


@pytest.mark.parametrize("kind", TRUNCATED)
def test_a_file_that_was_cut_off(tmp_path: Path, read: Read, kind: str) -> None:
    make, more = TRUNCATED[kind]
    content = make(tmp_path)
    # In the middle of a row, of a quoted cell, of a character.
    (tmp_path / "a").write_bytes(
        content[: content.index(b"\xbb", len(content) // 2) if kind == "csv" else len(content) // 2]
    )
    assert "en" in read("a", "csv" if "compression" in more else kind, **more)


@pytest.mark.parametrize("kind", [kind for kind in TRUNCATED if "compression" not in TRUNCATED[kind][1]])
def test_noise(tmp_path: Path, read: Read, kind: str) -> None:
    noise = bytes((n * n * 31 + n * 7) % 251 for n in range(100_000))
    (tmp_path / "a").write_bytes(noise)
    told = read("a", kind, **TRUNCATED[kind][1])
    assert "en" in told, told


@pytest.mark.parametrize(
    ("format", "more", "content"),
    [
        ("csv", {}, "a,b\n1,Đà Nàng\n"),
        ("json", {"iterator": "$[*]"}, '[{"a": "Đà Nàng"}]'),
        ("ndjson", {}, '{"a": "Đà Nàng"}\n'),
    ],
)
@pytest.mark.parametrize("encoding", ["windows-1258", "utf-16"])
def test_another_encoding_than_said(
    tmp_path: Path, read: Read, format: str, more: dict[str, Any], content: str, encoding: str
) -> None:
    (tmp_path / "a").write_bytes(content.encode(encoding))
    assert "not UTF-8 from byte" in read("a", format, **more)["en"]


def test_a_bad_byte_of_utf_16_has_its_row(tmp_path: Path, read: Read) -> None:
    good = "a,b\n" + "".join(f'{n},"x\ny"\n' for n in range(9)) + "9,"
    (tmp_path / "a.csv").write_bytes(good.encode("utf-16-le") + b"\x00\xd8" + "\n".encode("utf-16-le") * 5)
    told = read("a.csv", "csv", encoding="utf-16le")
    assert (told["row"], told["line"]) == (10, 20)
    assert f"byte {2 * len(good)}" in told["en"]


@pytest.mark.parametrize(
    ("format", "more", "content"),
    [
        ("csv", {}, lambda cell: b'a,b\n1,"' + cell + b'"\n' * 1),
        ("json", {"iterator": "$[*]"}, lambda cell: b'[{"a": "' + cell + b'"}]'),
        ("ndjson", {}, lambda cell: b'{"a": "' + cell + b'"}\n'),
        ("xml", {"iterator": "/r/i"}, lambda cell: b"<r><i>" + cell + b"</i></r>"),
    ],
)
def test_cells_of_megabytes_are_read(
    tmp_path: Path, read: Read, format: str, more: dict[str, Any], content: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "a").write_bytes(content("Đ".encode() * (MIB // 2)))
    assert read("a", format, **more)["rows"] == 1


@pytest.mark.parametrize(
    ("format", "more"),
    [("csv", {}), ("json", {"iterator": "$[*]"}), ("ndjson", {}), ("xml", {"iterator": "/r/i"})],
)
def test_a_line_without_end(tmp_path: Path, read: Read, format: str, more: dict[str, Any]) -> None:
    begins = {"csv": b'a\n"', "json": b'["', "ndjson": b'"', "xml": b"<r><i>"}[format]
    with (tmp_path / "a").open("wb") as file:
        file.write(begins)
        for _ in range(300):
            file.write(b"x" * MIB)
    assert "en" in read("a", format, **more)


@pytest.mark.parametrize("depth", [300, 100_000, 3_000_000])
@pytest.mark.parametrize(
    ("format", "more", "content"),
    [
        ("json", {"iterator": "$[*]"}, lambda depth: b"[" * depth + b"]" * depth),
        ("ndjson", {"iterator": "$[*]"}, lambda depth: b"[" * depth + b"]" * depth + b"\n"),
        ("ndjson", {}, lambda depth: b'{"a":' * depth + b"1" + b"}" * depth + b"\n"),
        ("ndjson", {}, lambda depth: b"[" * depth + b"\n"),
        ("xml", {"iterator": "/a"}, lambda depth: b"<a>" * depth + b"</a>" * depth),
    ],
)
def test_deep_nesting(
    tmp_path: Path, read: Read, format: str, more: dict[str, Any], content: Callable[[int], bytes], depth: int
) -> None:
    (tmp_path / "a").write_bytes(content(depth))
    # DuckDB reads JSON without recursion: a deep line is a row like any other.
    assert "en" in read("a", format, **more) or format != "xml" or depth == 300


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY l9 SYSTEM "http://127.0.0.1:1/">',
        '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;',
        '<!ENTITY l9 "x">',
    ],
)
def test_entities_are_refused(tmp_path: Path, read: Read, declared: str) -> None:
    (tmp_path / "a.xml").write_text(f"<!DOCTYPE r [{declared}]><r><i>&l9;</i></r>", encoding="utf-8")
    assert "may not be used" in read("a.xml", "xml", iterator="/r/i")["en"]


ZEROS = (b"0" * (MIB - 1) + b"\n") * 50


@pytest.mark.parametrize("compression", ["gzip", "bzip2", "xz", "zstd", "zip"])
def test_bombs_are_refused(tmp_path: Path, read: Read, compression: str) -> None:
    path = tmp_path / "a"
    if compression == "zip":
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("a.csv", "w") as member,
        ):
            for _ in range(10):
                member.write(ZEROS)
    else:
        # Members one behind the other: the file unpacks to all of them, and only one has to be packed.
        pack = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstandard}
        path.write_bytes(pack[compression](ZEROS) * 10)
    assert "grows more than 200 times" in read("a", "csv", compression=compression)["en"]


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path, read: Read) -> None:
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as good,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for entry in good.infolist():
            if entry.filename != "xl/sharedStrings.xml":
                bad.writestr(entry, good.read(entry))
        with bad.open("xl/sharedStrings.xml", "w") as member:
            member.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">')
            for _ in range(500):
                member.write(b"<si><t>" + b"x" * MIB + b"</t></si>")
            member.write(b"</sst>")
    assert "grows more than" in read("a.xlsx", "xlsx")["en"]


def test_a_workbook_with_entities_is_refused(tmp_path: Path, read: Read) -> None:
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as good,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for entry in good.infolist():
            content = good.read(entry).decode()
            if entry.filename.endswith("sheet1.xml"):
                content = content.replace(
                    "<worksheet", f'<!DOCTYPE worksheet [<!ENTITY l0 "ha">{LAUGHS}]><worksheet', 1
                )
                assert "c1<" in content
                content = content.replace("c1<", "&l9;<")
            bad.writestr(entry.filename, content)
    assert "en" in read("a.xlsx", "xlsx")


@pytest.mark.parametrize(
    ("content", "row"),
    [("a,b\n1,2\n3\n", 2), ("a,b\n1,2\n3,4,5\n", 2), ('a,b\n\n1,"2\n', 1), ("a,b\n" * 2 + ",\n,,", 3)],
)
def test_ragged_rows(tmp_path: Path, read: Read, content: str, row: int) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    assert read("a.csv", "csv")["row"] == row
