"""Subjects, predicates, objects, graphs, functions and conditions of YARRRML as term maps."""

from collections.abc import Mapping

from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.text import Text
from ingest.mapping.vocabulary import RML
from ingest.mapping.yarrrml.tree import Item
from ingest.mapping.yarrrml.values import Short, expanded, short, template

_FUNCTION, _PARAMETERS = ("function", "fn", "f"), ("parameters", "pms", "ps")
_KINDS = {"iri": RML.IRI, "literal": RML.Literal, "blank": RML.BlankNode, "blanknode": RML.BlankNode}
_VALUE, _KIND = ("value", "v"), ("type", "t")
_OBJECT_KEYS = (*_VALUE, *_KIND, "datatype", "language", "condition", *_FUNCTION, *_PARAMETERS)
_SIDES = {"s": "child", "subject": "child", "o": "parent", "object": "parent"}


class Terms:
    """Adds term maps to a graph, and the line of each to `lines`."""

    def __init__(self, graph: Graph, lines: dict[Node, int], prefixes: Mapping[str, str]) -> None:
        self._graph = graph
        self._lines = lines
        self._prefixes = prefixes
        self._own = prefixes["function"]

    def subject(self, item: Item | None, condition: Item | None, line: int) -> Node:
        """Without an item a new blank node for each row."""
        if item is None:
            node = self._node(line)
            self._graph.add((node, RML.termType, RML.BlankNode))
            return node
        return self._guarded(self.iri(item), condition, RML.IRI)

    def iri(self, item: Item) -> Node:
        """A subject or graph."""
        if isinstance(item.value, dict):
            item.only(*_OBJECT_KEYS)
            if item.get(*_FUNCTION) is not None:
                node = self._call(item)
                self._graph.add((node, RML.termType, RML.IRI))
                return node
            kind, given = item.get(*_KIND), item.get(*_VALUE)
            if given is None:
                raise item.wrong("Thiếu «value».", "“value” is missing.")
            return self._expression(given, self._kind(kind) if kind else RML.IRI)
        one = short(item.text)
        return self._expression(item, _KINDS.get(one.mark or "iri", RML.IRI))

    def predicate(self, item: Item) -> Node:
        if item.value == "a":
            node = self._node(item.line)
            self._graph.add((node, RML.constant, RDF.type))
            return node
        return self.iri(item)

    def object(self, item: Item, modifier: Item | None, condition: Item | None, is_type: bool) -> Node:
        """`modifier` is a datatype, `vi~lang`, or nothing."""
        if isinstance(item.value, list):
            first, *rest = item.items or [item]
            return self.object(first, rest[0] if rest else modifier, condition, is_type)
        if isinstance(item.value, dict):
            return self._described(item, condition, is_type)
        one = short(item.text)
        is_iri = is_type or one.mark == "iri" or self._is_name(one)
        kind = RML.IRI if is_iri else RML.BlankNode if one.mark == "blank" else RML.Literal
        node = self._guarded(self._expression(item, kind), condition, kind)
        if modifier is not None and not is_iri:
            self._modify(node, modifier)
        return node

    def join(self, item: Item) -> Node:
        """A condition between two mappings: `equal` of a value of each."""
        node = self._node(item.line)
        called = self._function(item)
        if called.rpartition("#")[2] != "equal":
            raise item.wrong(
                f"Điều kiện nối chỉ dùng được hàm equal, không phải {called}.",
                f"Only the function equal can join, not {called}.",
            )
        sides = ["child", "parent"]
        for parameter in item.all(*_PARAMETERS):
            _, value, side = _parameter(parameter)
            chosen = _SIDES.get(side.text, "") if side else sides[0] if sides else ""
            if chosen not in sides:
                raise parameter.wrong(
                    "Cần một giá trị của mỗi bên: s (ánh xạ này) và o (ánh xạ kia).",
                    "One value of each side is needed: s (this mapping) and o (the other).",
                )
            sides.remove(chosen)
            self._graph.add((node, RML[f"{chosen}Map"], self._argument(value)))
        if sides:
            raise item.wrong("Điều kiện nối cần hai tham số.", "A condition that joins needs two parameters.")
        return node

    def _described(self, item: Item, condition: Item | None, is_type: bool) -> Node:
        item.only(*_OBJECT_KEYS)
        written, given = item.get(*_KIND), item.get(*_VALUE)
        condition = item.get("condition") or condition
        kind = self._kind(written) if written else RML.IRI if is_type else None
        if item.get(*_FUNCTION) is not None:
            kind = kind or RML.Literal
            node = self._guarded(self._call(item), condition, kind)
            self._graph.add((node, RML.termType, kind))
        elif given is not None:
            one = short(given.text)
            kind = kind or (RML.IRI if one.mark == "iri" or self._is_name(one) else RML.Literal)
            node = self._guarded(self._expression(given, kind), condition, kind)
        else:
            raise item.wrong("Thiếu «value» hoặc «function».", "“value” or “function” is missing.")
        for name, local in (("datatype", "datatypeMap"), ("language", "languageMap")):
            if (modifier := item.get(name)) is not None:
                kind = RML.Literal if name == "language" else RML.IRI
                self._graph.add((node, RML[local], self._expression(modifier, kind)))
        return node

    def _modify(self, node: Node, modifier: Item) -> None:
        one = short(modifier.text)
        if one.mark == "lang":
            self._graph.add((node, RML.languageMap, self._expression(modifier, RML.Literal)))
        else:
            self._graph.add((node, RML.datatypeMap, self._expression(modifier, RML.IRI)))

    def _kind(self, item: Item) -> URIRef:
        found = _KINDS.get(item.text.lower())
        if found is None:
            known = ", ".join(_KINDS)
            raise item.wrong(
                f"Không có loại «{item.text}».",
                f"There is no type “{item.text}”.",
                Text(f"Có: {known}", f"Known: {known}"),
            )
        return found

    def _is_name(self, one: Short) -> bool:
        """A constant with a declared prefix is an IRI; so is `ex:active`, unless it is marked ~literal."""
        return one.mark is None and one.is_constant and expanded(one.value, self._prefixes) is not None

    def _expression(self, item: Item, kind: URIRef) -> Node:
        """Constant, reference or template of a text."""
        node, one = self._node(item.line), short(item.text)
        value = one.value
        if kind == RML.IRI:
            value = expanded(value, self._prefixes) or value
        if one.is_constant:
            constant = URIRef(value) if kind == RML.IRI else Literal(value)
            self._graph.add((node, RML.constant, constant))
            return node
        if one.reference is not None and value == one.value:
            self._graph.add((node, RML.reference, Literal(one.reference)))
        else:
            self._graph.add((node, RML.template, Literal(template(value))))
        self._graph.add((node, RML.termType, kind))
        return node

    def _guarded(self, node: Node, condition: Item | None, kind: Node) -> Node:
        """The same term, made only where the condition holds."""
        if condition is None:
            return node
        holder = self._node(condition.line)
        inputs = {"condition": self._call(condition), "value": node}
        self._execute(
            holder, f"{self._own}onlyIf", {f"{self._own}{name}": one for name, one in inputs.items()}
        )
        self._graph.add((holder, RML.termType, kind))
        return holder

    def _call(self, item: Item) -> Node:
        given: dict[str, Node] = {}
        for parameter in item.all(*_PARAMETERS):
            name, value, _ = _parameter(parameter)
            given[self._name(name)] = self._argument(value)
        node = self._node(item.line)
        self._execute(node, self._function(item), given)
        return node

    def _execute(self, node: Node, called: str, given: Mapping[str, Node]) -> None:
        execution = self._node(self._lines[node])
        self._graph.add((node, RML.functionExecution, execution))
        self._graph.add((execution, RML.function, URIRef(called)))
        for name, value in given.items():
            one = self._node(self._lines[node])
            self._graph.add((execution, RML.input, one))
            self._graph.add((one, RML.parameter, URIRef(name)))
            self._graph.add((one, RML.inputValueMap, value))

    def _argument(self, item: Item) -> Node:
        if isinstance(item.value, dict):
            return self._call(item)
        one = short(item.text)
        return self._expression(item, RML.IRI if one.mark == "iri" or self._is_name(one) else RML.Literal)

    def _function(self, item: Item) -> str:
        called = item.get(*_FUNCTION)
        if called is None:
            raise item.wrong("Thiếu «function».", "“function” is missing.")
        return self._name(called)

    def _name(self, item: Item) -> str:
        """A function or parameter; a name without a prefix is one of our library."""
        return expanded(item.text, self._prefixes) or f"{self._own}{item.text}"

    def _node(self, line: int) -> Node:
        node = BNode()
        self._lines[node] = line
        return node


def _parameter(item: Item) -> tuple[Item, Item, Item | None]:
    """Name, value, and which mapping of a join it is of."""
    if isinstance(item.value, dict):
        item.only("parameter", "pm", "p", *_VALUE, "from")
        name, value, side = item.get("parameter", "pm", "p"), item.get(*_VALUE), item.get("from")
    else:
        name, value, side = (*item.items, None, None, None)[:3]
    if name is None or value is None:
        raise item.wrong("Cần [tham số, giá trị].", "[parameter, value] is expected.")
    return name, value, side
