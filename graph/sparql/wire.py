"""What the front process and a worker say to each other: frames of a JSON header and a body of bytes.

A frame is two unsigned 32-bit numbers, network order (lengths of header and body), then both parts. An
answer of some size comes in several: all but the last have a header that says so, and a piece as their body.
A request has a third part between them, the graphs of its dataset: hundreds, and mostly those of the last.
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
_REQUEST = struct.Struct("!III")
_DATASETS = 64

PART = "part"
"""In the header of a frame that is not the last of its answer."""

Failure = Literal["syntax", "too-large", "memory", "evaluation", "unsupported", "stopped"]


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
        header = json.dumps(
            {
                "base": self.base,
                "prefixes": self.prefixes,
                "media_type": self.media_type,
                "seconds": self.seconds,
                "max_bytes": self.max_bytes,
                "only_plan": self.only_plan,
                "only_rewritten": self.only_rewritten,
                "shape": self.shape,
                "things": self.things,
            }
        ).encode()
        graphs, body = _written(self.default_graphs, self.named_graphs), self.text.encode()
        return _REQUEST.pack(len(header), len(graphs), len(body)) + header + graphs + body


def read_request(read: Callable[[int], bytes]) -> Request | None:
    """The next request; None where there will be none."""
    lengths = read(_REQUEST.size)
    if len(lengths) < _REQUEST.size:
        return None
    header_length, graphs_length, body_length = _REQUEST.unpack(lengths)
    header = json.loads(read(header_length))
    default, named = _graphs(read(graphs_length))
    things = tuple(header.pop("things"))
    text = read(body_length).decode()
    return Request(text=text, default_graphs=default, named_graphs=named, things=things, **header)


@lru_cache(maxsize=_DATASETS)
def _written(default: tuple[str, ...], named: tuple[str, ...]) -> bytes:
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
    exact: Literal["both", "columns", "oxigraph"] = "both"
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
