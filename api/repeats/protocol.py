"""uvicorn's HTTP/1.1, which does not read a request that it knows any further.

`uvicorn.Config(app, http=RepeatingProtocol)`; `app.state.repeats` has the responses to requests that came
before, `app.state.heads` answers those of which only the query is new.
"""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.answers import OUTCOME
from api.repeats.heads import Digests, Heads, Lookup
from api.repeats.lookups import Outcome
from api.repeats.recording import DIGESTS
from api.repeats.repeats import Repeats

log = logging.getLogger("lienthong.error")
_ASKED = (b"GET /sparql?", b"GET /api/v1/")


class RepeatingProtocol(HttpToolsProtocol):
    """A request that comes as a whole and alone is looked for by its bytes; every other is read as usual."""

    def __init__(self, config: Any, *given: Any, **named: Any) -> None:
        super().__init__(config, *given, **named)
        self._repeats: Repeats = config.app.state.repeats
        self._heads: Heads = config.app.state.heads
        self._is_between = True
        self._digests: Digests | None = None
        self._first: dict[str, Any] | None = None
        self._looking_up: asyncio.Task[None] | None = None
        self._behind = bytearray()
        self._outcome: Outcome | None = None

    def data_received(self, data: bytes) -> None:
        if self._looking_up is not None:
            self._wait(data)
            return
        self._digests = None
        if not (self._may_be_known(data) and self._is_answered(data)):
            self._read(data)

    def _is_answered(self, data: bytes) -> bool:
        peer, always = self.client[0] if self.client else "", self.server_state.default_headers
        whole = self._repeats.digest(data, peer)
        if whole is None:
            return False
        response = self._repeats.response(whole, always)
        if response is not None:
            self._send_at_once(response)
            return True
        self._digests = self._heads.digests(data, whole, peer)
        lookup = self._heads.lookup(self._digests)
        if lookup is None:
            return False
        response = self._heads.answer_at_once(lookup, always)
        if response is not None:
            self._send_at_once(response)
            return True
        self._unset_keepalive_if_required()
        self._looking_up = asyncio.get_running_loop().create_task(self._look_up(data, lookup))
        self.tasks.add(self._looking_up)
        self._looking_up.add_done_callback(self._looked_up)
        return True

    def _read(self, data: bytes) -> None:
        self._first = None
        super().data_received(data)
        if self._first is not None and not self._is_between:
            self._first["state"].pop(DIGESTS, None)  # there is more of it to come
        self._digests = None

    def _may_be_known(self, data: bytes) -> bool:
        """Whether it is a whole request, and comes when the last one has been answered."""
        is_idle = self._is_between and (self.cycle is None or self.cycle.response_complete)
        if not is_idle or self.pipeline or self.flow.write_paused or self.transport.is_closing():
            return False
        return data.startswith(_ASKED) and data.endswith(b"\r\n\r\n")

    async def _look_up(self, data: bytes, lookup: Lookup) -> None:
        response = await self._heads.answer(lookup, self.server_state.default_headers)
        self._looking_up = None
        behind, self._behind = bytes(self._behind), bytearray()
        if isinstance(response, bytes):
            self._send_at_once(response)
        else:
            self._outcome = response
            self._read(data)
            self._outcome = None
        if behind:
            self.flow.resume_reading()
            self.data_received(behind)

    def _looked_up(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            log.error("look-up", exc_info=wrong)
            self.transport.close()

    def _wait(self, data: bytes) -> None:
        """What comes before the last request is answered is read behind it."""
        self._behind += data
        if len(self._behind) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()

    def _send_at_once(self, response: bytes) -> None:
        self._unset_keepalive_if_required()
        self.transport.write(response)
        self.server_state.total_requests += 1
        self.timeout_keep_alive_task = asyncio.get_running_loop().call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def shutdown(self) -> None:
        if self._looking_up is None:
            super().shutdown()
        else:
            self._looking_up.add_done_callback(lambda _: super(RepeatingProtocol, self).shutdown())

    def connection_lost(self, exc: Exception | None) -> None:
        if self._looking_up is not None:
            self._looking_up.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_between = False
        if self._outcome is not None:
            self.scope["state"][OUTCOME] = self._outcome
            self._outcome = None
        if self._first is not None:
            self._first["state"].pop(DIGESTS, None)  # another one came with it
        elif self._digests is not None:
            self._first = self.scope  # type: ignore[assignment]  # a dictionary
            self.scope["state"][DIGESTS] = self._digests

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_between = True
