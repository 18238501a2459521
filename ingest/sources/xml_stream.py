"""The rows of an XML document, read as a stream: an element that the iterator finds becomes one flat record.

Its keys are paths from that element (`name`, `location/city`, `lot/@code`, `.` for the element itself), its
values lists of texts in document order. Attributes of the element and of those around it are single texts:
`@id`, `../@id`. An element with children has no text and stands as `{}`, one with xsi:nil has no value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from ingest.sources.xml_path import XML_PREFIX, ElementStep

_PIECE = 1 << 18
DEPTH_LIMIT = 256
"""Deepest nesting of elements that is read."""
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"

Values = dict[str, str | list[str | dict[str, str]]]
Attributes = dict[str, str]
States = tuple[int, ...]


class MalformedXmlError(ValueError):
    """What is not XML, or not XML that is read, and the line where it is."""

    def __init__(self, vi: str, en: str, line: int) -> None:
        super().__init__(en)
        self.vi, self.en, self.line = vi, en, line


@dataclass(frozen=True, slots=True)
class Row:
    """The record of the `number`-th element found (in the order in which they begin)."""

    number: int
    values: Values


@dataclass(slots=True)
class _Open:
    """A row whose element is still open, `depth` elements below the root; `paths` lead from it to each open
    element inside it, the outermost first."""

    row: Row
    depth: int
    paths: list[str] = field(default_factory=list)


class Reader:
    """Reads one document. `missed` is the namespace of an element that only for its namespace is no row."""

    def __init__(self, steps: Sequence[ElementStep], namespaces: Mapping[str, str]) -> None:
        self.missed: str | None = None
        self._steps = tuple(steps)
        self._prefixes = {address: prefix for prefix, address in [XML_PREFIX, *namespaces.items()]}
        # What was worked out once: names as shown, paths below paths, steps that follow steps.
        self._shown: dict[str, str] = {}
        self._paths: dict[tuple[str, str], str] = {}
        self._steps_after: dict[tuple[States, str], tuple[States, bool]] = {}
        # Of each open element: the steps that may come next, its attributes, whether it is xsi:nil.
        self._stack: list[tuple[States, Attributes, bool]] = []
        self._text: list[str] = []
        self._is_leaf = True
        self._open: list[_Open] = []
        self._done: list[Row] = []
        self._rows = 0

    def rows(self, path: Path, encoding: str | None = None) -> Iterator[Row]:
        """`encoding` overrides what the document says of itself. Raises MalformedXmlError."""
        self._parser = parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = self._refuse_entity
        parser.SkippedEntityHandler = self._refuse_entity
        with path.open("rb") as file:
            try:
                while piece := file.read(_PIECE):
                    parser.Parse(piece, False)
                    yield from self._taken()
                parser.Parse(b"", True)
            except expat.ExpatError as wrong:
                reason = expat.ErrorString(wrong.code)
                raise MalformedXmlError(reason, reason, wrong.lineno) from wrong
            except (LookupError, UnicodeError) as wrong:
                raise MalformedXmlError(str(wrong), str(wrong), parser.CurrentLineNumber) from wrong
        yield from self._taken()

    def _taken(self) -> list[Row]:
        taken, self._done = self._done, []
        return taken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        stack = self._stack
        if len(stack) >= DEPTH_LIMIT:
            raise self._wrong(f"lồng quá {DEPTH_LIMIT} lớp", f"nested more than {DEPTH_LIMIT} deep")
        self._is_leaf = True
        self._text.clear()
        is_nil = bool(attributes) and attributes.get(_NIL, "").strip() in ("true", "1")
        named = {f"@{self._name(key)}": value for key, value in attributes.items()} if attributes else {}
        for one in self._open:
            path = self._below(one.paths[-1] if one.paths else "", name)
            one.paths.append(path)
            for key, value in named.items():
                _list(one.row.values, f"{path}/{key}").append(value)
        states, is_row = self._step(stack[-1][0] if stack else (0,), name)
        if is_row:
            self._begin_row(named)
        stack.append((states, named, is_nil))

    def _begin_row(self, attributes: Attributes) -> None:
        self._rows += 1
        values: Values = dict(attributes)
        for height, (_, outer, _) in enumerate(reversed(self._stack), start=1):
            values.update({"../" * height + key: value for key, value in outer.items()})
        self._open.append(_Open(Row(self._rows, values), len(self._stack)))

    def _end(self, name: str) -> None:
        _, _, is_nil = self._stack.pop()
        if self._open:
            value: str | dict[str, str] = "".join(self._text) if self._is_leaf else {}
            for one in self._open:
                path = one.paths.pop() if one.paths else "."
                if not is_nil:
                    _list(one.row.values, path).append(value)
            if self._open[-1].depth == len(self._stack):
                self._done.append(self._open.pop().row)
        self._is_leaf = False
        self._text.clear()

    def _step(self, states: States, name: str) -> tuple[States, bool]:
        """The steps that may come below an element of this name, and whether it is a row."""
        found = self._steps_after.get((states, name))
        if found is None:
            found = self._steps_after[states, name] = self._stepped(states, name)
        return found

    def _stepped(self, states: States, name: str) -> tuple[States, bool]:
        after: dict[int, None] = {}
        is_row = False
        for state in states:
            step = self._steps[state]
            if step.deep:
                after[state] = None
            if step.name not in (None, name):
                if " " in name and step.name == name.rpartition(" ")[2]:
                    self.missed = name.rpartition(" ")[0]
                continue
            if state + 1 == len(self._steps):
                is_row = True
            else:
                after[state + 1] = None
        return tuple(after), is_row

    def _below(self, path: str, name: str) -> str:
        found = self._paths.get((path, name))
        if found is None:
            shown = self._name(name)
            found = self._paths[path, name] = f"{path}/{shown}" if path else shown
        return found

    def _name(self, name: str) -> str:
        """As references write it: with the mapping's prefix, `{namespace}local` where it has none for it."""
        if name not in self._shown:
            address, _, local = name.rpartition(" ")
            prefix = self._prefixes.get(address)
            unknown = f"{{{address}}}{local}" if address else local
            self._shown[name] = f"{prefix}:{local}" if prefix else unknown
        return self._shown[name]

    def _refuse_entity(self, name: str, *_: Any) -> None:
        raise self._wrong(
            f"thực thể «{name}» không được dùng (có thể phình vô hạn hoặc đọc tệp khác)",
            f"the entity “{name}” may not be used (it could grow without bound, or read another file)",
        )

    def _wrong(self, vi: str, en: str) -> MalformedXmlError:
        return MalformedXmlError(vi, en, self._parser.CurrentLineNumber)


def _list(values: Values, key: str) -> list[Any]:
    found = values.setdefault(key, [])
    if isinstance(found, str):
        raise TypeError(key)
    return found
