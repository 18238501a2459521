"""JSONPath (RFC 9535), as sources and references use it.

`$`, `.name`, `['name']`, `["name"]`, `[0]`, `[-1]`, `[*]` are read by DuckDB, as a
stream. All else that RFC 9535 has (`..`, `.*`, slices, unions, filters, functions) is `beyond` that and left
to a library, value by value. A reference may leave out the leading `$.`, `@` is the same as `$`, and a dot
before a bracket (`$.[*]`), which RFC 9535 does not know, is read over.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.sources.path_error import PathError
from ingest.sources.relation import text_literal

Kind = Literal["name", "index", "elements"]

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]'"()*?@,:\s\x00-\x1f]+(?:\x20+[^.\[\]'"()*?@,:\s\x00-\x1f]+)*)
      | \.?\[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\]
      | \.?\[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
      | \.?\[\s*(?P<index>-?\d+)\s*\]
      | \.?\[\s*(?P<elements>\*)\s*\]""",
    re.VERBOSE,
)


class JsonPathError(PathError):
    """What is no JSONPath."""

    language = "JSONPath"
    allowed = "$ .name ['name'] [0] [*] .* ..name [0:2] ['a','b'] [?@.a == 'x'] (RFC 9535)"


@dataclass(frozen=True, slots=True)
class Step:
    """One step down: to a member by name, an element by index, or all elements."""

    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A parsed path: its `steps`, and from `$` on what goes `beyond` them; `is_many` when it can give more
    than one value."""

    steps: tuple[Step, ...]
    beyond: str = ""

    @property
    def is_many(self) -> bool:
        return bool(self.beyond) or any(step.kind == "elements" for step in self.steps)

    @property
    def is_filter(self) -> bool:
        """Whether it begins with one filter, which asks of each element alone whether it is wanted."""
        if self.steps or not self.beyond.startswith("$[?"):
            return False
        from ingest.sources import rfc_9535

        selectors = rfc_9535.compiled(self.beyond).segments[0].selectors
        return len(selectors) == 1 and "$" not in self.beyond[1:]

    @property
    def duckdb(self) -> str:
        """The steps as DuckDB's JSON functions want them."""
        return "$" + "".join(_duckdb(step) for step in self.steps)

    def listed(self, column: str, depth: int = 0) -> str:
        """SQL for the list of the values of the steps in a JSON `column`."""
        stars = [position for position, step in enumerate(self.steps) if step.kind == "elements"]
        if len(stars) > 1:
            head, rest = JsonPath(self.steps[: stars[0] + 1]), JsonPath(self.steps[stars[0] + 1 :])
            name = f"inner_{depth}"
            deeper = rest.listed(name, depth + 1)
            return f"flatten(list_transform({head.listed(column)}, lambda {name}: {deeper}))"
        found = f"json_extract({column}, {text_literal(self.duckdb)})"
        if not stars:
            return found
        # DuckDB's [*] is for arrays alone; of an object it gives an empty list.
        parts = (".*" if step.kind == "elements" else _duckdb(step) for step in self.steps)
        members = text_literal(f"${''.join(parts)}")
        return f"coalesce(nullif({found}, []), json_extract({column}, {members}))"

    @property
    def rfc(self) -> str:
        """The whole path by RFC 9535."""
        return "$" + "".join(_rfc(step) for step in self.steps) + self.beyond.removeprefix("$")

    def split(self) -> tuple[tuple[str, ...], "JsonPath"] | None:
        """(names, rest) where the path is names, then `[*]` or a filter, then rest: an array that can be
        streamed. The rest is for its elements; a filter is for the array of one element."""
        for position, step in enumerate(self.steps):
            if step.kind == "elements":
                names = tuple(step.value for step in self.steps[:position])
                return names, JsonPath(self.steps[position + 1 :], self.beyond)
            if step.kind != "name":
                return None
        rest = JsonPath((), self.beyond)
        return (tuple(step.value for step in self.steps), rest) if rest.is_filter else None


def parse(text: str) -> JsonPath:
    """Raises JsonPathError with the position of what is no JSONPath."""
    shift = 0
    if text.startswith("@"):
        text = f"${text[1:]}"
    if not text.startswith("$"):
        prefix = "$" if text.startswith("[") else "$."
        text, shift = prefix + text, len(prefix)
    position = 1
    steps: list[Step] = []
    while position < len(text):
        found = _STEP.match(text, position)
        # DuckDB takes the quoted name "*" for the wildcard.
        if not found or (step := _step(found)) == Step("name", "*"):
            return _with_rest(steps, text, position, shift)
        steps.append(step)
        position = found.end()
    return JsonPath(tuple(steps))


def values(text: str, path: str) -> Iterator[str]:
    """The values of a JSON text at a path that `parse` has read, each as JSON."""
    from ingest.sources import rfc_9535

    for found in rfc_9535.compiled(path).findall(json.loads(text)):
        yield json.dumps(found, ensure_ascii=False)


def _with_rest(steps: list[Step], text: str, position: int, shift: int) -> JsonPath:
    from ingest.sources import rfc_9535

    rest = re.sub(r"^\.(?=\[)", "", text[position:])
    # A query from the root within a filter needs the root.
    path = JsonPath(tuple(steps), f"${rest}")
    if "$" in rest:
        path = JsonPath((), path.rfc)
    try:
        rfc_9535.compiled(path.rfc)
    except rfc_9535.JSONPathError as wrong:
        raise JsonPathError(text[shift:], max(position - shift, 0)) from wrong
    return path


def _step(found: re.Match[str]) -> Step:
    if found["elements"]:
        return Step("elements")
    if found["index"]:
        return Step("index", found["index"])
    name = found["name"]
    if name is None:
        name = found["single"] if found["single"] is not None else found["double"]
        name = re.sub(r"\\(.)", r"\1", name)
    return Step("name", name)


def _duckdb(step: Step) -> str:
    match step.kind:
        case "elements":
            return "[*]"
        case "index":
            return f"[{step.value}]"
        case _:
            escaped = step.value.replace("\\", "\\\\").replace('"', '\\"')
            return f'."{escaped}"'


def _rfc(step: Step) -> str:
    return _duckdb(step) if step.kind != "name" else f"[{json.dumps(step.value, ensure_ascii=False)}]"
