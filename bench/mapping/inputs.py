"""What the mapping benchmark reads: CSV files and one mapping, made anew and the same every time.

`flat` is a register: twelve columns, one of them a code of a small table (an N:1 join). `joins` is a file of
cases with twelve joins: six to registers whose key is unique, six to lists in which each key stands thirty
times but means two things, so that a join without DISTINCT below it makes sixty rows of what is four.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

_HEAD = """@prefix rml: <http://semweb.mmlab.be/ns/rml#> . @prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/ont#> .
"""
_REGISTERS = range(1, 7)
_LISTS = range(7, 13)
_KEYS = 5_000
_REPEATS = 30


@dataclass(frozen=True, slots=True)
class Inputs:
    """`triples` is how many the mapping makes, each once."""

    folder: Path
    mapping: Path
    triples: int


def flat(folder: Path, rows: int) -> Inputs:
    """Thirteen triples a row, and two for each of 34 provinces."""
    _write(
        folder / "register.csv",
        f"""
        SELECT i AS id, printf('01%08d', i) AS code,
               'Công ty ' || chr((65 + i % 26)::INTEGER) || hash(i) % 700000 AS name,
               (DATE '2000-01-01' + (hash(i, 1) % 9000)::INTEGER)::VARCHAR AS founded,
               hash(i, 2) % 1000 * 1000000 AS capital, hash(i, 3) % 90 + 10 AS sector,
               ['đang hoạt động', 'tạm ngừng', 'đã giải thể'][(hash(i, 4) % 3 + 1)::INTEGER] AS status,
               'số ' || hash(i, 5) % 300 || ', đường "' || hash(i, 6) % 2000 || '", tổ ' || hash(i, 7) % 30
                 AS address,
               '0' || (900000000 + hash(i, 8) % 99999999) AS phone, hash(i, 9) % 250 AS staff,
               'ghi chú ' || hash(i, 10) % 5000 AS note, printf('%02d', i % 34 + 1) AS province
        FROM range(1, {rows + 1}) t(i)""",
    )
    _write(
        folder / "provinces.csv",
        "SELECT printf('%02d', i) AS code, 'Tỉnh ' || i AS name FROM range(1, 35) t(i)",
    )
    kinds = {"founded": "date", "capital": "integer", "staff": "integer"}
    literals = ["code", "name", "founded", "capital", "sector", "status", "address", "phone", "staff", "note"]
    # The register's key is said too: eleven literals, the class, the join.
    objects = "".join(_literal(column, kinds.get(column)) for column in ["id", *literals])
    text = (
        _HEAD
        + _triples_map("Province", "provinces.csv", "http://example.org/id/province/{code}", _literal("name"))
        + _triples_map(
            "Register",
            "register.csv",
            "http://example.org/id/company/{code}",
            objects + _join("inProvince", "Province", "province", "code"),
        )
    )
    return Inputs(folder, _mapping(folder, text), rows * 13 + 34 * 2)


def joins(folder: Path, rows: int) -> Inputs:
    """Nineteen triples a row: the class, six joins with one object, six with two."""
    keys = ", ".join(f"hash(i, {n}) % {_KEYS} AS k{n}" for n in (*_REGISTERS, *_LISTS))
    _write(folder / "cases.csv", f"SELECT i AS id, {keys} FROM range({rows}) t(i)")
    text, said = _HEAD, 0
    for n in _REGISTERS:
        _write(folder / f"register{n}.csv", f"SELECT i AS code, 'tên ' || i AS name FROM range({_KEYS}) t(i)")
        text += _triples_map(f"Register{n}", f"register{n}.csv", f"http://example.org/id/r{n}/{{code}}")
        said += _KEYS
    for n in _LISTS:
        _write(
            folder / f"list{n}.csv",
            f"SELECT i // {_REPEATS} AS code, i AS entry, i // {_REPEATS} * 2 + i % 2 AS place"
            f" FROM range({_KEYS * _REPEATS}) t(i)",
        )
        text += _triples_map(f"List{n}", f"list{n}.csv", f"http://example.org/id/place{n}/{{place}}")
        said += 2 * _KEYS
    joined = "".join(_join(f"register{n}", f"Register{n}", f"k{n}", "code") for n in _REGISTERS)
    joined += "".join(_join(f"place{n}", f"List{n}", f"k{n}", "code") for n in _LISTS)
    text += _triples_map("Case", "cases.csv", "http://example.org/id/case/{id}", joined)
    return Inputs(folder, _mapping(folder, text), rows * 19 + said)


MAKERS: dict[str, Callable[[Path, int], Inputs]] = {"flat": flat, "joins": joins}


def _write(path: Path, select: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT csv, HEADER true)")


def _mapping(folder: Path, text: str) -> Path:
    path = folder / "mapping.rml.ttl"
    path.write_text(text, encoding="utf-8")
    return path


def _triples_map(name: str, file: str, template: str, objects: str = "") -> str:
    # morph-kgc reads a file from its working directory, this engine from the mapping's data folder.
    return (
        f'<#{file[:-4]}> a rml:LogicalSource ; rml:source "{file}" ; rml:referenceFormulation ql:CSV .\n'
        f"<#{name}> rml:logicalSource <#{file[:-4]}> ;\n"
        f'  rr:subjectMap [ rr:template "{template}" ; rr:class ex:{name} ]{objects} .\n'
    )


def _literal(column: str, datatype: str | None = None) -> str:
    kind = f" ; rr:datatype xsd:{datatype}" if datatype else ""
    return (
        f" ;\n  rr:predicateObjectMap [ rr:predicate ex:{column} ;"
        f' rr:objectMap [ rml:reference "{column}"{kind} ] ]'
    )


def _join(predicate: str, parent: str, child_key: str, parent_key: str) -> str:
    return (
        f" ;\n  rr:predicateObjectMap [ rr:predicate ex:{predicate} ; rr:objectMap ["
        f' rr:parentTriplesMap <#{parent}> ; rr:joinCondition [ rr:child "{child_key}" ;'
        f' rr:parent "{parent_key}" ] ] ]'
    )
