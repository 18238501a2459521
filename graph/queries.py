"""Example queries: `.rq` files whose first comments say in both languages what they answer.

    # vi: Ngày nào đó, mã 00004 là đơn vị nào?
    # en: Which unit had the code 00004 on a day?
    # parameter: day | ngày | day
    # answer: unit iri, name text, until date?
    … VALUES ?day { "2025-07-02"^^xsd:date } …

A parameter is a variable that the query binds with VALUES to one term: its default and its type. An answer
has the named columns, each of one of `KINDS`; one with a question mark may be unbound.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph import turtle
from graph.errors import OntologyError, ParameterError, Place, unknown_name
from graph.iris import DEFAULT_BASE
from graph.text import Text

HEADER = re.compile(r"^#\s*(vi|en):\s*(.+?)\s*$", re.MULTILINE)
PARAMETER = re.compile(r"^#\s*parameter:\s*(\w+)\s*\|\s*(.+?)\s*\|\s*(.+?)\s*$", re.MULTILINE)
ANSWER = re.compile(r"^#\s*answer:\s*(.+?)\s*$", re.MULTILINE)
COLUMN = re.compile(r"(\w+) (iri|text|integer|decimal|date|boolean)(\??)")
KINDS = ("iri", "text", "integer", "decimal", "date", "boolean")
TERM = "|".join(
    (
        r'<[^<>"{}|^`\\\s]*>',
        r"[A-Za-z][\w-]*:[\w./-]*\w",
        r'"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^[\w:-]+)?',
        r"-?\d+(?:\.\d+)?",
    )
)
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"(@[\w-]+|\^\^[\w:-]+)?')
NOT_IN_IRI = re.compile(r'[<>"{}|^`\\\s]')
PARAMETER_KIND = Text("tham số", "parameter")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked for instead: `default` is the term as the query has it, `"2025-07-02"^^xsd:date`."""

    name: str
    label: Text
    default: str

    def term(self, value: str) -> str:
        """`value` as a term of the default's type. Raises ParameterError where it cannot be one."""
        if literal := LITERAL.fullmatch(self.default):
            escaped = (
                value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
            )
            return f'"{escaped}"{literal.group(1) or ""}'
        if re.fullmatch(r"-?\d+(\.\d+)?", self.default):
            return value if re.fullmatch(r"-?\d+(\.\d+)?", value) else self._refuse(value)
        return self._refuse(value) if not value or NOT_IN_IRI.search(value) else f"<{value}>"

    def _refuse(self, value: str) -> str:
        raise ParameterError(
            Text(
                f"«{value}» không dùng được cho tham số {self.name}.",
                f"“{value}” cannot be the value of {self.name}.",
            ),
            hint=Text(f"Ví dụ: {self.default}", f"For example: {self.default}"),
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer; `kind` is one of `KINDS`."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """A question, its SPARQL text, and the file it stands in; `answer` is empty where it is not stated."""

    name: str
    question: Text
    text: str
    path: Path
    parameters: tuple[Parameter, ...] = ()
    answer: tuple[Column, ...] = ()

    def asking(self, values: Mapping[str, str]) -> str:
        """The text with other values of parameters. Raises UnknownNameError and ParameterError."""
        known = {parameter.name: parameter for parameter in self.parameters}
        text = self.text
        for name, value in values.items():
            if name not in known:
                raise unknown_name(PARAMETER_KIND, name, list(known))
            before, _, after = _binding(name).split(text, maxsplit=1)
            text = f"{before}VALUES ?{name} {{ {known[name].term(value)} }}{after}"
        return text


def read(path: Path, *, base: str = DEFAULT_BASE) -> ExampleQuery:
    """The query of a file. Raises OntologyError where its first comments lack a language or name a parameter
    that is not bound, or say of the answer what cannot be read."""
    return parse(turtle.read_text(path, base=base), path)


def parse(text: str, path: Path) -> ExampleQuery:
    """The query of a text that was read from `path`; see `read`."""
    words = dict(HEADER.findall(text))
    if missing := {"vi", "en"} - words.keys():
        raise _wrong(
            path,
            Text(f"Thiếu câu hỏi bằng: {', '.join(missing)}", f"The question lacks: {', '.join(missing)}"),
            Text("Bắt đầu tệp bằng «# vi: …» và «# en: …».", "Begin the file with “# vi: …” and “# en: …”."),
        )
    parameters = tuple(_parameter(path, text, *found) for found in PARAMETER.findall(text))
    return ExampleQuery(
        path.stem, Text(words["vi"], words["en"]), text, path, parameters, _answer(path, text)
    )


def read_all(folders: Iterable[Path], *, base: str = DEFAULT_BASE) -> list[ExampleQuery]:
    """The queries of `<folder>/queries/*.rq`, in the order of folders and file names."""
    return [read(path, base=base) for folder in folders for path in sorted(folder.glob("queries/*.rq"))]


def _binding(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?{name} \{{ ({TERM}) \}}")


def _parameter(path: Path, text: str, name: str, vi: str, en: str) -> Parameter:
    found = _binding(name).search(text)
    if found is None:
        raise _wrong(
            path,
            Text(f"Tham số {name} chưa được gán.", f"The parameter {name} is not bound."),
            Text(f"Viết: VALUES ?{name} {{ … }}, một giá trị.", f"Write: VALUES ?{name} {{ … }}, one value."),
        )
    return Parameter(name, Text(vi, en), found[1])


def _answer(path: Path, text: str) -> tuple[Column, ...]:
    stated = ANSWER.search(text)
    if stated is None:
        return ()
    columns = [COLUMN.fullmatch(part.strip()) for part in stated[1].split(",")]
    if not all(columns):
        raise _wrong(
            path,
            Text("Không hiểu dòng «# answer: …».", "The line “# answer: …” cannot be read."),
            Text(
                f"Viết: # answer: unit iri, name text, until date? — kiểu: {', '.join(KINDS)}",
                f"Write: # answer: unit iri, name text, until date? — kinds: {', '.join(KINDS)}",
            ),
        )
    return tuple(Column(one[1], one[2], one[3] == "?") for one in columns if one)


def _wrong(path: Path, message: Text, hint: Text) -> OntologyError:
    return OntologyError(message, hint=hint, place=Place(file=str(path), line=1))
