"""What comes of a worker, put together to replies: bytes in, replies out, no waiting."""

import json
from typing import Any

from graph.sparql import wire
from graph.sparql.spool import Spool


class Replies:
    """Of one worker; what has come of a frame, and the pieces of an answer that has not come as a whole."""

    def __init__(self) -> None:
        self._arrived = bytearray()
        self._spool: Spool | None = None

    def feed(self, data: bytes) -> wire.Reply | None:
        """The reply of which these bytes are the last. Raises OSError where one has no room on disk."""
        self._arrived += data
        while (frame := self._frame()) is not None:
            header, body = frame
            if wire.PART not in header:
                return self._whole(header, body)
            self._spool = self._spool or Spool()
            self._spool.write(body)
        return None

    def _frame(self) -> tuple[dict[str, Any], bytes] | None:
        arrived, start = self._arrived, wire.PREFIX.size
        if len(arrived) < start:
            return None
        header_length, body_length = wire.PREFIX.unpack_from(arrived)
        middle = start + header_length
        end = middle + body_length
        if len(arrived) < end:
            return None
        header, body = json.loads(arrived[start:middle]), bytes(arrived[middle:end])
        del arrived[:end]
        return header, body

    def _whole(self, header: dict[str, Any], body: bytes) -> wire.Reply:
        spool, self._spool = self._spool, None
        if spool is None or "failure" in header:
            return wire.Reply(body=body, **header)
        spool.write(body)
        return wire.Reply(spool=spool, **header)
