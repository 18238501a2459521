"""A process that compares generations: `python -m graph.tables.history`, a question on stdin, JSON on stdout.

It reads columns alone, so that an earlier generation needs no engine to be asked what it had.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from graph.columns import Columns
from graph.columns.connection import attach
from graph.columns.schema import RDF_TYPE


@dataclass(frozen=True, slots=True)
class Instances:
    """The instances of `classes` in these graphs of one file of columns, which was made at a moment."""

    columns: str
    graphs: tuple[str, ...]
    classes: tuple[str, ...]
    made: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`changed`: which instances of `of[1]` are new or say something else than in `of[0]`, looking at
    `graphs` alone, and which of `of[0]` are no longer there. `holding`: which of `of` have `iri`.
    """

    kind: Literal["changed", "holding"]
    of: tuple[Instances, ...]
    graphs: tuple[str, ...] = ()
    iri: str = ""
    memory_mb: int = 512
    threads: int = 1

    def dumps(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> "Question":
        told = json.loads(text)
        of = tuple(
            Instances(one["columns"], tuple(one["graphs"]), tuple(one["classes"]), one["made"])
            for one in told.pop("of")
        )
        return cls(of=of, graphs=tuple(told.pop("graphs")), **told)


@dataclass(frozen=True, slots=True)
class Changed:
    """IRIs in the order of their text."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


_IDS = "(SELECT id FROM {file}.terms WHERE datatype IS NULL AND value IN (SELECT unnest(${name})))"
_MEMBERS = """
    CREATE TEMP TABLE members_{name} AS SELECT DISTINCT s AS id FROM {file}.quads
    WHERE p IN {type} AND o IN {classes} AND g IN {within}"""
_SAID = """
    CREATE TEMP TABLE said_{name} AS
    SELECT subject.value AS iri, coalesce(bit_xor(hash(p.value, o.value, o.datatype, o.language, g.value)), 0)
        AS said, count(p.id) AS quads
    FROM members_{name} JOIN {file}.terms subject USING (id)
    LEFT JOIN {file}.quads q ON q.s = members_{name}.id AND q.g IN {within}
    LEFT JOIN {file}.terms p ON p.id = q.p LEFT JOIN {file}.terms o ON o.id = q.o
    LEFT JOIN {file}.terms g ON g.id = q.g
    WHERE NOT starts_with(subject.value, '_:') GROUP BY subject.value"""


def changed(question: Question) -> Changed:
    """What a subject says is compared by a hash of its quads, in 64 bits, and by their number."""
    before, after = question.of
    with Columns(Path(after.columns), memory_mb=question.memory_mb, threads=question.threads) as columns:
        connection = columns.connection
        attach(connection, Path(before.columns), "earlier")
        for name, file, one in (("before", "earlier", before), ("after", "columns", after)):
            type_, classes, graphs, within = (
                _IDS.format(file=file, name=each) for each in ("type", "classes", "graphs", "within")
            )
            told = {"type": [RDF_TYPE], "classes": list(one.classes), "graphs": list(one.graphs)}
            connection.execute(
                _MEMBERS.format(name=name, file=file, type=type_, classes=classes, within=graphs), told
            )
            connection.execute(
                _SAID.format(name=name, file=file, within=within), {"within": list(question.graphs)}
            )
        new = connection.execute(
            """SELECT iri FROM said_after LEFT JOIN said_before USING (iri)
            WHERE said_before.said IS DISTINCT FROM said_after.said
               OR said_before.quads IS DISTINCT FROM said_after.quads ORDER BY iri"""
        ).fetchall()
        gone = connection.execute("SELECT iri FROM said_before ANTI JOIN said_after USING (iri) ORDER BY iri")
        return Changed(tuple(iri for (iri,) in new), tuple(iri for (iri,) in gone.fetchall()))


def holding(question: Question) -> list[bool]:
    return [_holds(one, question) for one in question.of]


def _holds(one: Instances, question: Question) -> bool:
    subject, type_, classes, graphs = (
        _IDS.format(file="columns", name=each) for each in ("iri", "type", "classes", "graphs")
    )
    with Columns(Path(one.columns), memory_mb=question.memory_mb, threads=question.threads) as columns:
        found = columns.connection.execute(
            f"SELECT count(*) FROM quads WHERE p IN {type_} AND s IN {subject} AND o IN {classes}"
            f" AND g IN {graphs}",
            {
                "iri": [question.iri],
                "type": [RDF_TYPE],
                "classes": list(one.classes),
                "graphs": list(one.graphs),
            },
        ).fetchall()
    return bool(found[0][0])


def main(arguments: Sequence[str] = ()) -> None:
    question = Question.loads(sys.stdin.buffer.read().decode())
    answer = asdict(changed(question)) if question.kind == "changed" else holding(question)
    json.dump(answer, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
