"""The subset of XPath 1.0 that iterators and references may use.

An iterator: `/auctions/auction` (the first slash may be left out), `//auction`, `/auctions/*`, `/a//b`. A
reference, from a row's element: `name`, `location/city`, `lot/@code`, `@id`, `../@id` (of an enclosing
element only attributes, for they alone are known when the row is read), `.`, each with `/text()` behind it or
not. Not read: predicates, functions, axes, `|`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.sources.json_path import JsonPath, Step
from ingest.sources.path_error import PathError

_NAME = r"(?:[^\W\d][\w.\-]*:)?[^\W\d][\w.\-]*"
_ITERATOR_STEP = re.compile(rf"(?P<axis>//?)(?P<name>\*|{_NAME})")
_REFERENCE = re.compile(
    rf"""(?:\./)? (?P<up>(?:\.\./)*)
        (?: \. | (?P<elements>{_NAME}(?:/{_NAME})*(?:/(?=@|text\(\)))?)? (?P<end>@{_NAME}|text\(\))? )$""",
    re.VERBOSE,
)
XML_PREFIX = ("xml", "http://www.w3.org/XML/1998/namespace")


class XPathError(PathError):
    """What is not in the subset."""

    language = "XPath"
    allowed = "a/b  @id  a/@id  ../@id  text()  .   (rml:iterator: /a/b  //b  /a/*)"


@dataclass(frozen=True, slots=True)
class ElementStep:
    """One step down; `deep` through any number of elements (`//`), `name` None to any element (`*`).

    Names are as expat gives them: `<namespace> <local>`, or the local name alone.
    """

    name: str | None
    deep: bool


def iterator_steps(text: str, namespaces: Mapping[str, str]) -> tuple[ElementStep, ...]:
    """Raises XPathError with the position of what is not in the subset, or of an undeclared prefix.

    A path without a slash in front starts from the document too.
    """
    if text and not text.startswith("/"):
        text = f"/{text}"
    position = 0
    steps: list[ElementStep] = []
    while position < len(text) or not steps:
        found = _ITERATOR_STEP.match(text, position)
        if not found:
            raise XPathError(text, position)
        name = found["name"]
        steps.append(
            ElementStep(
                None if name == "*" else _expanded(name, namespaces, text, found.start("name")),
                found["axis"] == "//",
            )
        )
        position = found.end()
    return tuple(steps)


def reference_path(text: str, namespaces: Mapping[str, str]) -> JsonPath:
    """Where `xml_stream` puts the values of the reference in a row: many, except for attributes of the row's
    own element and those that enclose it. Raises XPathError."""
    found = _REFERENCE.match(text)
    if not found or not text or (found["up"] and not (found["end"] or "").startswith("@")):
        raise XPathError(text, 0)
    if found["up"] and found["elements"]:
        raise XPathError(text, found.start("elements"))
    for name in re.finditer(_NAME, text):
        if not text.startswith("(", name.end()):
            _expanded(name.group(), namespaces, text, name.start())
    elements, end = (found["elements"] or "").rstrip("/"), found["end"] or ""
    if end.startswith("@") and not elements:
        return JsonPath((Step("name", found["up"] + end),))
    key = f"{elements}/{end}" if end.startswith("@") else elements or "."
    return JsonPath((Step("name", key), Step("elements")))


def is_text(text: str) -> bool:
    """True where a reference asks for text nodes: an empty element has none, while its own value is ""."""
    return text.endswith("text()")


def _expanded(name: str, namespaces: Mapping[str, str], text: str, position: int) -> str:
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return name
    known = dict([XML_PREFIX]) | dict(namespaces)
    if prefix not in known:
        raise XPathError(text, position)
    return f"{known[prefix]} {local}"
