"""What the front process and a worker say to each other: frames of a JSON header and a body of bytes.

A frame is two unsigned 32-bit numbers, network order (lengths of header and body), then both parts. An
answer of some size comes in several: all but the last have a header that says so, and a piece as their body.
A request begins with its seconds (a double) and has four parts: a header, which is that of all queries of a
shape; the graphs of its dataset, hundreds, and mostly those of the last; the things it is about; its text.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from graph.sparql.spool import Spool

PREFIX = struct.Struct("!II")
_REQUEST = struct.Struct("!dIIII")
_DATASETS = 64
_HEADERS = 256

PART = "part"
"""In the header of a frame that is not the last of its answer."""

Failure = Literal[
    "syntax",
    "too-large",
    "memory",
    "evaluation",
    "unsupported",
    "stopped",
    "declined",
    "not-portable",
    "told",
]
Exact = Literal["both", "columns", "oxigraph"]
"""The engines that answer a query as the data is written (`graph.sparql.exactness`)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One query. `prefixes` shorten Turtle; `seconds` is its time; `max_bytes` the largest answer.

    `base`: what its relative IRIs are resolved against. `only_plan`: no answer is wanted, only whether the
    columns have one, and whether no other engine has it exactly. `only_rewritten`: only the text that
    Oxigraph is to be asked instead is wanted (`graph.sparql.rewrites`). `shape` and `things` are those of
    `graph.sparql.shape`: of the text, among those asked of the same graphs. `made`: when the generation was
    whose vocabulary tells shapes apart; no other one's worker is told.
    """

    text: str
    base: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    prefixes: dict[str, str]
    media_type: str
    seconds: float
    max_bytes: int
    only_plan: bool = False
    only_rewritten: bool = False
    shape: str = ""
    things: tuple[str, ...] = ()
    made: str = ""

    def without_shape(self) -> "Request":
        return replace(self, shape="", things=())

    def frame(self) -> bytes:
        asked = self.base, tuple(self.prefixes.items()), self.media_type, self.max_bytes
        header = _header(*asked, self.only_plan, self.only_rewritten, self.shape)
        graphs, things = (
            _graphs_part(self.default_graphs, self.named_graphs),
            json.dumps(self.things).encode(),
        )
        parts = header, graphs, things, self.text.encode()
        return _REQUEST.pack(self.seconds, *map(len, parts)) + b"".join(parts)


def read_request(read: Callable[[int], bytes]) -> Request | None:
    """The next request; None where there will be none."""
    lengths = read(_REQUEST.size)
    if len(lengths) < _REQUEST.size:
        return None
    seconds, *sizes = _REQUEST.unpack(lengths)
    header, graphs, things, text = map(read, sizes)
    default, named = _graphs(graphs)
    return Request(
        text=text.decode(),
        default_graphs=default,
        named_graphs=named,
        seconds=seconds,
        things=tuple(json.loads(things)),
        **_asked(header),
    )


@lru_cache(maxsize=_HEADERS)
def _header(
    base: str,
    prefixes: tuple[tuple[str, str], ...],
    media_type: str,
    max_bytes: int,
    only_plan: bool,
    only_rewritten: bool,
    shape: str,
) -> bytes:
    return json.dumps(
        {
            "base": base,
            "prefixes": dict(prefixes),
            "media_type": media_type,
            "max_bytes": max_bytes,
            "only_plan": only_plan,
            "only_rewritten": only_rewritten,
            "shape": shape,
        }
    ).encode()


@lru_cache(maxsize=_HEADERS)
def _asked(header: bytes) -> dict[str, Any]:
    """To be read only: it is that of all requests with the same header."""
    asked: dict[str, Any] = json.loads(header)
    return asked


@lru_cache(maxsize=_DATASETS)
def _graphs_part(default: tuple[str, ...], named: tuple[str, ...]) -> bytes:
    return json.dumps([default, named]).encode()


@lru_cache(maxsize=_DATASETS)
def _graphs(written: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    default, named = json.loads(written)
    return tuple(default), tuple(named)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or why there is none. `seconds` is the time of evaluation and serialisation.

    `spool` has the body where it came in pieces. `message` is what the parser or evaluator says; `second`
    what the parser says of the text spread out. `exact` is for whom only asked for the plan: see
    `graph.sparql.exactness`; `rewritten` and `rules` for whom only asked for another text, which is empty
    where there is none.
    """

    body: bytes = b""
    spool: "Spool | None" = None
    seconds: float = 0.0
    ready: bool = False
    exact: Exact = "both"
    failure: Failure | None = None
    message: str = ""
    second: str = ""
    rewritten: str = ""
    rules: tuple[str, ...] = ()


def piece(body: bytes) -> bytes:
    """The frame of a piece that is not the last."""
    return pack({PART: True}, body)


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    encoded = json.dumps(header, ensure_ascii=False).encode()
    return PREFIX.pack(len(encoded), len(body)) + encoded + body
