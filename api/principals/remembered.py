"""Keys that were right a moment ago, told from what is shown in microseconds.

A key is found by a keyed hash of its text, which is itself kept nowhere, and only as long as nothing has been
written into the registry since it was looked up: what was revoked, replaced or given other grants, by
whichever process, is looked up anew. When it expires is asked at every use.
"""

import secrets
from collections import OrderedDict
from hashlib import blake2b

from graph.lately import Lately
from graph.registry import Key
from graph.registry.watch import Version, Watch

MOST = 1024
"""Of more keys, those not used for longest are looked up again."""


class Remembered:
    """The keys that hold for one version of the registry; to be used in one thread."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._lately = Lately(watch.version)
        self._version: Version | None = None
        self._salt = secrets.token_bytes(32)
        self._keys: OrderedDict[bytes, Key] = OrderedDict()

    def version(self) -> Version | None:
        """What is looked up from now on is at least as new; None where that cannot be told now, or could not
        a millisecond ago."""
        version = self._lately()
        if version is None or version != self._version:
            self._keys.clear()
            self._version = version
        return version

    def get(self, text: str) -> Key | None:
        if self.version() is None:
            return None
        digest = self._digest(text)
        found = self._keys.get(digest)
        if found is not None:
            self._keys.move_to_end(digest)
        return found

    def put(self, text: str, key: Key, version: Version | None) -> None:
        """A key that was looked up after the registry had had that version."""
        if version is None or version != self._version:
            return
        self._keys[self._digest(text)] = key
        if len(self._keys) > MOST:
            self._keys.popitem(last=False)

    def close(self) -> None:
        """Forget all of them."""
        self._watch.close()
        self._lately = Lately(self._watch.version)
        self._keys.clear()
        self._version = None

    def _digest(self, text: str) -> bytes:
        return blake2b(text.encode(), key=self._salt, digest_size=32).digest()
