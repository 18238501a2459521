"""What is told from some graphs is what a file would tell that has these graphs alone; whatever is asked."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.columns import Builder, Columns, TextQuad
from graph.columns.schema import LANG_STRING, RDF_TYPE, XSD, XSD_STRING
from graph.instances import Condition, Constant, Order, Question, Step, Telling, Validity
from graph.instances.answering import LABEL, Answering, written

GRAPHS = ("urn:open", "urn:shared", "urn:restricted")
PERMITTED = [(), GRAPHS[:1], GRAPHS[:2], GRAPHS[1:], GRAPHS]
THINGS = [f"urn:thing/{n}" for n in range(12)]
CLASSES = ("urn:A", "urn:B")
LINK, NUMBER, DAY, NAME, UNTIL = (f"urn:{name}" for name in ("link", "number", "day", "name", "until"))


def _quads() -> list[TextQuad]:
    """Each statement in one graph; which one follows from its number, so that every field is in several."""
    found: list[TextQuad] = []

    def say(
        thing: str, path: str, value: str, datatype: str | None = None, language: str | None = None
    ) -> None:
        graph = GRAPHS[(len(found) * 7 + len(found) // 3) % 3]
        found.append(TextQuad(thing, path, value, datatype, language, graph))

    for n, thing in enumerate(THINGS):
        say(thing, RDF_TYPE, CLASSES[n % 3 == 2])
        say(thing, LABEL.path, f"Tên {n % 5}", LANG_STRING, "vi")
        say(thing, LINK, THINGS[(n * 5 + 1) % 12])
        say(
            thing,
            NUMBER,
            ("7", "07", "7.0", "9007199254740993", "-1")[n % 5],
            XSD + ("integer", "decimal")[n % 5 == 2],
        )
        say(thing, DAY, f"2025-0{n % 3 + 1}-01", XSD + "date")
        if n % 2:
            say(thing, NAME, ("Hà Nội", "ha noi", "Huế")[n % 3], XSD_STRING)
            say(thing, UNTIL, f"2025-0{n % 4 + 1}-15", XSD + "date")
    return found


def _answering(folder: Path, quads: list[TextQuad], *, is_out_of_order: bool = False) -> Answering:
    path = folder / "columns.duckdb"
    with Builder(path) as builder:
        builder.stage(quads)
        builder.finish()
    if is_out_of_order:  # as in a file that was changed in place
        with duckdb.connect(str(path)) as connection:
            ((last,),) = connection.execute("SELECT max(id) FROM terms").fetchall()
            connection.execute(f"UPDATE terms SET id = {last} - id")
            connection.execute(
                f"UPDATE quads SET s = {last} - s, p = {last} - p, o = {last} - o, g = {last} - g"
            )
    return Answering(Columns(path, memory_mb=128, threads=1))


@pytest.fixture(scope="module", params=[False, True], ids=["in order", "changed in place"])
def every(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answering:
    return _answering(tmp_path_factory.mktemp("every"), _quads(), is_out_of_order=request.param)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Answering]:
    """For each set of graphs, a file with nothing else in it."""
    return {
        graphs: _answering(tmp_path_factory.mktemp("alone"), [one for one in _quads() if one.g in graphs])
        for graphs in PERMITTED
        if graphs
    }


STEPS = [Step(path, inverse) for path in (LINK, NUMBER, DAY, NAME) for inverse in (False, True)]
INTEGER, DATE = XSD + "integer", XSD + "date"
CONDITIONS = [
    Condition((Step(LINK),), "term", (Constant(THINGS[6]), Constant(THINGS[1]))),
    Condition((Step(LINK), Step(LINK)), "presence", (Constant("true"),)),
    Condition((Step(NAME),), "presence", (Constant("false"),)),
    Condition((Step(LINK), Step(NAME)), "pattern", (Constant("h[aà] n", XSD_STRING),)),
    Condition((Step(LINK, inverse=True), LABEL), "text", (Constant("Tên 3", XSD_STRING),)),
    *(Condition((Step(NUMBER),), "value", (Constant("7", INTEGER),), sign) for sign in ("=", ">", "<=")),
    Condition((Step(DAY),), "value", (Constant("2025-02-01", DATE),), ">="),
]
ORDERS = [
    Order(LABEL, language="vi"),
    Order(Step(NUMBER), by_value=True, descending=True),
    Order(Step(DAY), by_value=True),
    Order(Step(NAME), descending=True),
]
some = st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True).map(tuple)
questions = st.builds(
    Question,
    st.just(Telling(tuple(STEPS), (0, 1))),
    target_class=st.sampled_from(CLASSES),
    conditions=some,
    validity=st.sampled_from([None, Validity("2025-02-20", DAY, UNTIL)]),
    succeeded_by=st.sampled_from([None, LINK]),
    among=st.sampled_from([None, (*THINGS[2:9], "urn:nothing")]),
    order=st.lists(st.sampled_from(ORDERS), max_size=2, unique=True).map(tuple),
    after=st.sampled_from([None, THINGS[4], THINGS[5], "urn:thing/45"]),
    limit=st.integers(1, 6),
    is_counted=st.booleans(),
    facets=st.sampled_from([(), (Step(DAY), Step(LINK, inverse=True))]),
    most_values=st.just(3),
    included=st.sampled_from([{}, {0: Telling((LABEL, Step(NUMBER)))}]),
    is_whole=st.booleans(),
)


def _named(answer: dict[str, Any]) -> Any:
    """The answer with terms in the place of their numbers, which depend on what else there is."""
    if "iris" in answer:
        return answer
    terms = answer["terms"]

    def items(found: dict[str, Any]) -> Any:
        rows = [
            (terms[one], {step: [terms[value] for value in values] for step, values in said.items()})
            for one, said in found["rows"]
        ]
        return rows, [(terms[one], terms[label]) for one, label in found["labels"]]

    return (
        items(answer["items"]),
        {place: items(one) for place, one in answer["included"].items()},
        [[(terms[value], count) for value, count in one] for one in answer["facets"]],
        answer["more"],
        answer.get("total"),
    )


@given(asked=questions, graphs=st.sampled_from(PERMITTED))
def test_nothing_of_other_graphs_is_in_an_answer(
    every: Answering, alone: dict[tuple[str, ...], Answering], asked: Question, graphs: tuple[str, ...]
) -> None:
    if asked.order and asked.after is not None and asked.after not in THINGS:
        asked = asked._replace(after=None)  # a cursor that was not given out
    crossed = Question.loads(asked.dumps())
    assert crossed == asked
    answer = every.answer(crossed, graphs)
    written(answer)
    if not graphs:
        assert answer.get("iris", answer.get("items", {}).get("rows")) == []
        return
    assert _named(answer) == _named(alone[graphs].answer(asked, graphs))


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ("7", [0, 1, 2, 5, 6, 7, 10, 11]),
        ("9007199254740993", [3, 8]),
        ("9007199254740992", []),  # as a double the same
    ],
)
def test_numbers_are_compared_by_their_digits(every: Answering, asked: str, holds: list[int]) -> None:
    condition = Condition((Step(NUMBER),), "value", (Constant(asked, INTEGER),))
    found = [
        iri
        for one in CLASSES
        for iri in every.answer(
            Question(Telling(()), target_class=one, conditions=(condition,), is_whole=True), GRAPHS
        )["iris"]
    ]
    assert sorted(found) == sorted(THINGS[n] for n in holds)


def test_a_walk_is_in_order_and_complete(every: Answering) -> None:
    """What has no value comes last either way."""
    for descending in (False, True):
        asked = Question(
            Telling((Step(NAME),)),
            target_class=CLASSES[0],
            order=(Order(Step(NAME), descending=descending),),
            limit=3,
        )
        seen: list[tuple[str, str]] = []
        is_more = True
        while is_more:
            page = every.answer(asked, GRAPHS)
            for one, said in page["items"]["rows"]:
                name = page["terms"][said[1][0]].value if 1 in said else ""
                seen.append((name, page["terms"][one].value))
            asked, is_more = asked._replace(after=seen[-1][1]), page["more"]
        named = [name for name, _ in seen if name]
        assert named == sorted(named, reverse=descending)
        assert [bool(name) for name, _ in seen] == sorted((bool(name) for name, _ in seen), reverse=True)
        assert len({iri for _, iri in seen}) == len(seen) == 8
