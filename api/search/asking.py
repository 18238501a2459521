"""What a search asks, as the parameters of a request say it."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.facade.filters import boolean, wrong
from api.knowledge import Knowledge
from graph.access import Principal, dataset_of
from graph.errors import ParameterError, Place
from graph.search import Query
from graph.search.index import SHORTEST, Rank
from graph.text import Text

DEFAULT_LIMIT = 20
MOST = 100
LONGEST = 200
"""Characters of `q`."""
NAMES = ("q", "type", "dataset", "limit", "cursor", "count", "lang")


@dataclass(frozen=True, slots=True)
class Asked:
    """`after`: rank and IRI of the last hit of the page before."""

    query: Query
    limit: int = DEFAULT_LIMIT
    after: tuple[Rank, str] | None = None
    count: bool = False


def read(given: Iterable[tuple[str, str]], known: Knowledge, principal: Principal) -> Asked:
    """Raises ParameterError naming the parameter and what would have worked."""
    values = _collected(given)
    text = values.get("q", [""])[-1]
    if len(text) > LONGEST:
        raise wrong("q", text[:40], f"1 … {LONGEST}")
    datasets = set(values.get("dataset", []))
    among = frozenset(one for one in principal.graphs if not datasets or dataset_of(one) in datasets)
    return Asked(
        Query(text, principal.graphs, among, kinds_of(values.get("type", []), known)),
        _limit(values["limit"][-1]) if "limit" in values else DEFAULT_LIMIT,
        read_cursor(values["cursor"][-1]) if "cursor" in values else None,
        boolean("count", values["count"][-1]) if "count" in values else False,
    )


def require_long_enough(asked: Query) -> None:
    """Raises ParameterError for a text of too few letters and digits."""
    if asked.is_too_short:
        raise ParameterError(
            Text(f"Cần ít nhất {SHORTEST} chữ cái hoặc chữ số.", f"At least {SHORTEST} letters or digits."),
            hint=Text("Ví dụ: q=ha noi", "For example: q=ha noi"),
            place=Place(column="q"),
        )


def kinds_of(asked: Iterable[str], known: Knowledge) -> frozenset[str]:
    """The classes that are meant, with all below them: collections, or classes by IRI or below the base."""
    found: set[str] = set()
    for name in asked:
        collection = known.types.collections.get(name)
        if collection is not None:
            found |= {collection.target_class, *collection.classes}
        elif name.startswith(("ont/", "http://", "https://")):
            found |= {*known.vocabulary.subclasses(known.iris.resolve(name) if name[:4] == "ont/" else name)}
        else:
            offer = ", ".join(known.types.collections)
            raise wrong("type", name[:60], f"{offer}; ont/place#Commune")
    return frozenset(found)


def write_cursor(rank: Rank, iri: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([rank, iri]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[Rank, str]:
    """Raises ParameterError for a word that `write_cursor` did not write."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        match json.loads(base64.b64decode(padded, altchars=b"-_", validate=True)):
            case [int(rank), str(iri)] if 0 <= rank < 2**62:
                return rank, iri
    except (ValueError, RecursionError):
        pass
    raise wrong("cursor", cursor[:40], "links.next")


def _collected(given: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in given:
        if name not in NAMES:
            offer = ", ".join(NAMES)
            raise ParameterError(
                Text(f"Không có tham số «{name[:60]}».", f"There is no parameter “{name[:60]}”."),
                hint=Text(f"Các tham số: {offer}", f"Parameters: {offer}"),
                place=Place(column=name[:60]),
            )
        if value.strip() or name != "type":  # a form sends what was not chosen, too
            values.setdefault(name, []).append(value.strip())
    return {name: [one for one in found if one] or [""] for name, found in values.items()}


def _limit(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 9 and 1 <= int(value) <= MOST):
        raise wrong("limit", value[:20], f"1 … {MOST}")
    return int(value)
