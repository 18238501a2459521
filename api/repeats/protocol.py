"""uvicorn's HTTP/1.1, which gives a response again before it reads the request any further.

`uvicorn.Config(app, http=RepeatingProtocol)`; `app.state.repeats` has the responses.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.repeats.recording import DIGEST
from api.repeats.repeats import Repeats

_ASKED = (b"GET /sparql?", b"GET /api/v1/")


class RepeatingProtocol(HttpToolsProtocol):
    """A request that comes as a whole and alone is looked for by its bytes; every other is read as usual."""

    def __init__(self, config: Any, *given: Any, **named: Any) -> None:
        super().__init__(config, *given, **named)
        self._repeats: Repeats = config.app.state.repeats
        self._is_between = True
        self._digest: bytes | None = None
        self._first: dict[str, Any] | None = None

    def data_received(self, data: bytes) -> None:
        self._digest = self._digest_of(data)
        if self._digest is not None:
            response = self._repeats.response(self._digest, self.server_state.default_headers)
            if response is not None:
                self._send_again(response)
                return
        self._first = None
        super().data_received(data)
        if self._first is not None and not self._is_between:
            self._first["state"].pop(DIGEST, None)  # there is more of it to come
        self._digest = None

    def _digest_of(self, data: bytes) -> bytes | None:
        """None for what is not a whole request, or comes before the last one has been answered."""
        is_idle = self._is_between and (self.cycle is None or self.cycle.response_complete)
        if not is_idle or self.pipeline or self.flow.write_paused or self.transport.is_closing():
            return None
        if not (data.startswith(_ASKED) and data.endswith(b"\r\n\r\n")):
            return None
        return self._repeats.digest(data, self.client[0] if self.client else "")

    def _send_again(self, response: bytes) -> None:
        self._unset_keepalive_if_required()
        self.transport.write(response)
        self.server_state.total_requests += 1
        self.timeout_keep_alive_task = asyncio.get_running_loop().call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_between = False
        if self._first is not None:
            self._first["state"].pop(DIGEST, None)  # another one came with it
        elif self._digest is not None:
            self._first = self.scope  # type: ignore[assignment]  # a dictionary
            self.scope["state"][DIGEST] = self._digest

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_between = True
