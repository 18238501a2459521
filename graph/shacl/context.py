"""The part of other data sets that a version can be judged by: a small neighbourhood, however large they are.

A shape looks from a focus node along paths. So of another data set only triples that touch a node already
seen matter, and of these only those whose predicate some shape names.
"""

from collections.abc import Sequence
from pathlib import Path

from graph.columns.connection import attach
from graph.shacl.neighbourhood import STEPS, Questions
from graph.shacl.session import Session

_TOUCHING = """
INSERT INTO met
SELECT s.value, p.value, o.value, o.datatype, o.language
FROM (SELECT DISTINCT q.s, q.p, q.o FROM context.quads q
      SEMI JOIN (SELECT t.id FROM context.terms t SEMI JOIN near n ON n.value = t.value
                 WHERE t.datatype IS NULL) touched ON touched.id = q.{end}
      WHERE q.p IN ({predicates})) found
JOIN context.terms s ON s.id = found.s JOIN context.terms p ON p.id = found.p
JOIN context.terms o ON o.id = found.o"""
_NEXT = """
CREATE OR REPLACE TEMP TABLE near AS
SELECT DISTINCT value FROM (SELECT s AS value FROM met UNION ALL SELECT o FROM met WHERE datatype IS NULL)
ANTI JOIN seen USING (value)"""


def see(session: Session, context: Sequence[Path], questions: Questions) -> None:
    """Adds to the session those triples of `context` that are within STEPS of what its version names.

    Raises SourceError for a file that is not readable.
    """
    if not context:
        return
    run = session.connection.execute
    run("CREATE OR REPLACE TEMP TABLE near AS SELECT value FROM terms WHERE datatype IS NULL")
    run("CREATE OR REPLACE TEMP TABLE seen AS SELECT value FROM near")
    run(
        "CREATE OR REPLACE TEMP TABLE met"
        " (s VARCHAR, p VARCHAR, o VARCHAR, datatype VARCHAR, language VARCHAR)"
    )
    for _ in range(STEPS):
        for path in context:
            attach(session.connection, path, "context")
            for end, predicates in (("s", questions.forwards), ("o", questions.backwards)):
                if ids := _ids(session, predicates):
                    run(_TOUCHING.format(end=end, predicates=ids))
            run("DETACH context")
        run(_NEXT)
        run("INSERT INTO seen SELECT value FROM near")
    session.add_from("met")


def _ids(session: Session, predicates: frozenset[str]) -> str:
    rows = session.connection.execute(
        "SELECT id FROM context.terms WHERE datatype IS NULL AND value IN (SELECT unnest($values))",
        {"values": sorted(predicates)},
    ).fetchall()
    return ", ".join(str(number) for (number,) in rows)
