"""What the front process and a worker say to each other: frames of a JSON header and a body of bytes.

A frame is two unsigned 32-bit numbers, network order (lengths of header and body), then both parts. An
answer of some size comes in several: all but the last have a header that says so, and a piece as their body.
"""

import json
import struct
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from graph.sparql.spool import Spool

PREFIX = struct.Struct("!II")

PART = "part"
"""In the header of a frame that is not the last of its answer."""

Failure = Literal["syntax", "too-large", "memory", "evaluation", "unsupported", "stopped"]


@dataclass(frozen=True, slots=True)
class Request:
    """One query. `prefixes` shorten Turtle; `seconds` is its time; `max_bytes` the largest answer.

    `base`: what its relative IRIs are resolved against. `only_plan`: no answer is wanted, only whether the
    columns have one, and whether no other engine has it exactly.
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

    def frame(self) -> bytes:
        header = asdict(self)
        body = header.pop("text").encode()
        return pack(header, body)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or why there is none. `seconds` is the time of evaluation and serialisation.

    `spool` has the body where it came in pieces. `message` is what the parser or evaluator says; `second`
    what the parser says of the text spread out. `exact` is for whom only asked for the plan: see
    `graph.sparql.exactness`.
    """

    body: bytes = b""
    spool: "Spool | None" = None
    seconds: float = 0.0
    ready: bool = False
    exact: Literal["both", "columns", "oxigraph"] = "both"
    failure: Failure | None = None
    message: str = ""
    second: str = ""


def piece(body: bytes) -> bytes:
    """The frame of a piece that is not the last."""
    return pack({PART: True}, body)


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    encoded = json.dumps(header, ensure_ascii=False).encode()
    return PREFIX.pack(len(encoded), len(body)) + encoded + body
