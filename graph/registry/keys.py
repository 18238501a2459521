"""API keys: made, listed, revoked, replaced, verified."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import OperationalError

from graph.access import Grant
from graph.errors import ParameterError, unknown_name
from graph.registry import secret
from graph.registry.database import Registry, key_grants, key_writing, keys
from graph.text import Text

log = logging.getLogger("lienthong.registry")

REMEMBERED = 1024
"""So many keys are verified without a hash; of more, those not used for longest are hashed again."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a key is known: writing at every request would make reading wait."""


@dataclass(frozen=True, slots=True)
class Key:
    """All that is kept of a key but its hash. Times in UTC; `replaces`: the key it was made to replace."""

    id: str
    label: str
    owner: str
    grants: tuple[Grant, ...]
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    last_used: datetime | None = None
    replaces: str | None = None

    def is_valid(self, at: datetime) -> bool:
        return self.revoked is None and at < self.expires

    def is_use_due(self, at: datetime) -> bool:
        """Whether its use at that moment is one to note."""
        return self.last_used is None or at - self.last_used >= NOTED_EVERY


class Keys:
    """The keys of a registry. Every call reads the file: what another process revoked is revoked here."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def create(
        self, label: str, owner: str, grants: Sequence[Grant], lifetime: timedelta
    ) -> tuple[Key, secret.Presented]:
        """A new key, and its text: the only time that anybody sees it."""
        now = datetime.now(UTC)
        presented = secret.new()
        key = Key(presented.id, label, owner, _distinct(grants), now, now + lifetime)
        with self._registry.writing() as connection:
            _insert(connection, key, presented)
        return key, presented

    def all(self) -> list[Key]:
        """All there ever were, the newest first."""
        if not self._registry.exists:
            return []
        with self._registry.reading() as connection:
            rows = connection.execute(select(keys).order_by(keys.c.created.desc(), keys.c.id)).all()
            return [_key(connection, row) for row in rows]

    def revoke(self, name: str) -> Key:
        """From now on it is wrong. Raises UnknownNameError, ParameterError for one revoked before."""
        now = datetime.now(UTC)
        key = self._get(name)
        if key.revoked is not None:
            raise _ended(key)
        with self._registry.writing() as connection:
            connection.execute(update(keys).where(keys.c.id == name).values(revoked=now))
        return replace(key, revoked=now)

    def rotate(self, name: str, grace: timedelta) -> tuple[Key, secret.Presented]:
        """A new key with the same label, owner, grants and lifetime; the old one ends after `grace`.

        Raises UnknownNameError, ParameterError for a key that is revoked or expired.
        """
        now = datetime.now(UTC)
        old = self._get(name)
        if not old.is_valid(now):
            raise _ended(old)
        presented = secret.new()
        lifetime = old.expires - old.created
        made = replace(
            old, id=presented.id, created=now, expires=now + lifetime, last_used=None, replaces=old.id
        )
        with self._registry.writing() as connection:
            _insert(connection, made, presented)
            ends = min(old.expires, now + grace)
            connection.execute(update(keys).where(keys.c.id == old.id).values(expires=ends))
        return made, presented

    def verified(self, presented: secret.Presented) -> Key | None:
        """The key whose holder this is, be it revoked or expired; None where id or secret is wrong.

        An id that nobody has costs no hash, so that guessing does not tire the service; a wrong secret costs
        one, and a right one does the first time.
        """
        if not self._registry.exists:
            return None
        with self._registry.reading() as connection:
            row = connection.execute(select(keys).where(keys.c.id == presented.id)).one_or_none()
            key = _key(connection, row) if row is not None else None
        # Hashed when the connection is given back: others can go on reading meanwhile.
        return key if row is not None and self._is_right(presented, row.hash) else None

    def note_use(self, key: Key, at: datetime) -> None:
        """Remember that it was used, to the minute. Where that cannot be written, only the log says so."""
        if not key.is_use_due(at):
            return
        try:
            with self._registry.writing() as connection:
                connection.execute(update(keys).where(keys.c.id == key.id).values(last_used=at))
        except OperationalError as error:
            log.warning("the use of the key %s cannot be noted: %s", key.id, error.orig)

    def _is_right(self, presented: secret.Presented, kept: str) -> bool:
        # Of secret and hash together: what no longer fits the hash is not remembered as right.
        proof = sha256(f"{presented.secret}\0{kept}".encode()).digest()
        with self._lock:
            if proof in self._right:
                self._right.move_to_end(proof)
                return True
        if not secret.is_right(presented.secret, kept):
            return False
        with self._lock:
            self._right[proof] = None
            if len(self._right) > REMEMBERED:
                self._right.popitem(last=False)
        return True

    def _get(self, name: str) -> Key:
        found = {key.id: key for key in self.all()}
        if name not in found:
            raise unknown_name(Text("khóa", "key"), name, [*found])
        return found[name]


def _insert(connection: Connection, key: Key, presented: secret.Presented) -> None:
    connection.execute(
        insert(keys).values(
            id=key.id,
            hash=secret.hashed(presented.secret),
            label=key.label,
            owner=key.owner,
            created=key.created,
            expires=key.expires,
            replaces=key.replaces,
        )
    )
    for table, write in ((key_grants, False), (key_writing, True)):
        granted = [
            {"key": key.id, "dataset": one.dataset, "access": one.access, "until": one.until}
            for one in key.grants
            if one.write is write
        ]
        if granted:
            connection.execute(insert(table), granted)


def _key(connection: Connection, row: Row[tuple[object, ...]]) -> Key:
    granted = [
        Grant(one.dataset, one.access, one.until, write)
        for table, write in ((key_grants, False), (key_writing, True))
        for one in connection.execute(
            select(table).where(table.c.key == row.id).order_by(table.c.dataset, table.c.access)
        )
    ]
    return Key(
        row.id,
        row.label,
        row.owner,
        tuple(granted),
        row.created,
        row.expires,
        row.revoked,
        row.last_used,
        row.replaces,
    )


def _distinct(grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """Raises ParameterError for one data set and class granted with two last days."""
    found: dict[tuple[bool, str, str], Grant] = {}
    for one in grants:
        before = found.setdefault((one.write, one.dataset, one.access), one)
        if before != one:
            raise ParameterError(
                Text(f"«{before}» và «{one}» trái nhau.", f"“{before}” and “{one}” contradict each other."),
                hint=Text("Chỉ ghi một ngày cuối.", "State one last day."),
            )
    return tuple(found[name] for name in sorted(found))


def _ended(key: Key) -> ParameterError:
    ended = key.revoked or key.expires
    return ParameterError(
        Text(
            f"Khóa {key.id} đã hết hiệu lực từ {ended:%Y-%m-%d}.",
            f"The key {key.id} ended on {ended:%Y-%m-%d}.",
        ),
        hint=Text("Tạo khóa mới: lienthong key create", "Make a new one: lienthong key create"),
    )
