"""The subset of JSONPath (RFC 9535) that sources and references may use.

`$`, `.name`, `['name']`, `["name"]`, `[0]`, `[-1]`, `[*]` (elements of an array), `.*` (members of an
object). A reference may leave out the leading `$.`, `@` is the same as `$`, and a dot before a bracket
(`$.[*]`), which RFC 9535 does not know, is read over. Not read: `..`, slices, unions,
filters, a member called `*`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from ingest.sources.path_error import PathError

Kind = Literal["name", "index", "elements", "members"]

_STEP = re.compile(
    r"""\.(?P<members>\*)
      | \.(?P<name>[^.\[\]'"()*?@,:\s\x00-\x1f]+(?:\x20+[^.\[\]'"()*?@,:\s\x00-\x1f]+)*)
      | \.?\[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\]
      | \.?\[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
      | \.?\[\s*(?P<index>-?\d+)\s*\]
      | \.?\[\s*(?P<elements>\*)\s*\]""",
    re.VERBOSE,
)


class JsonPathError(PathError):
    """What is not in the subset."""

    language = "JSONPath"
    allowed = "$ .name ['name'] [0] [*] .*"


@dataclass(frozen=True, slots=True)
class Step:
    """One step down: to a member by name, an element by index, all elements or all members."""

    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class JsonPath:
    """A parsed path; `is_many` when it can give more than one value."""

    steps: tuple[Step, ...]

    @property
    def is_many(self) -> bool:
        return any(step.kind in ("elements", "members") for step in self.steps)

    @property
    def duckdb(self) -> str:
        """The path as DuckDB's JSON functions want it."""
        return "$" + "".join(_duckdb(step) for step in self.steps)

    def split(self) -> tuple[tuple[str, ...], "JsonPath"] | None:
        """(names, rest) where the path is names, then `[*]`, then rest: an array that can be streamed."""
        for position, step in enumerate(self.steps):
            if step.kind == "elements":
                names = tuple(step.value for step in self.steps[:position])
                return names, JsonPath(self.steps[position + 1 :])
            if step.kind != "name":
                break
        return None


def parse(text: str) -> JsonPath:
    """Raises JsonPathError with the position of what is not in the subset."""
    shift = 0
    if text.startswith("@"):
        text = f"${text[1:]}"
    if not text.startswith("$"):
        prefix = "$" if text.startswith("[") else "$."
        text, shift = prefix + text, len(prefix)
    position, steps = 1, []
    while position < len(text):
        found = _STEP.match(text, position)
        if not found:
            raise JsonPathError(text[shift:], max(position - shift, 0))
        step = _step(found)
        if step == Step("name", "*"):
            # DuckDB takes the quoted name "*" for the wildcard.
            raise JsonPathError(text[shift:], max(position - shift, 0))
        steps.append(step)
        position = found.end()
    return JsonPath(tuple(steps))


def _step(found: re.Match[str]) -> Step:
    if found["members"]:
        return Step("members")
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
        case "members":
            return ".*"
        case "elements":
            return "[*]"
        case "index":
            return f"[{step.value}]"
        case _:
            escaped = step.value.replace("\\", "\\\\").replace('"', '\\"')
            return f'."{escaped}"'
