"""GET over HTTP: allowed servers only, with a cache of what was sent before, patience, and an end to it.

A body is kept with its ETag and Last-Modified (RFC 9110 §13.1); when the server answers 304, the kept body is
read, so that an unchanged source gives the same rows without being sent again.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from pydantic import SecretStr

from graph.errors import Place, SettingError, SourceError
from graph.settings import Settings
from graph.text import Text
from ingest.sources.hosts import Hosts, shown, transport
from ingest.sources.limits import Limits

_REDIRECTS = 5
_TRIES = 5
_PATIENCE = 120.0
"""Most seconds waited before another try."""
_TRY_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Answer:
    """A body in a file; `link` is the `Link` header, `url` where the body came from in the end."""

    url: str
    body: Path
    link: str = ""
    etag: str = ""
    modified: str = ""
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator allows; `timeout` seconds for one answer; `wait` is called between tries."""

    hosts: Hosts = field(default_factory=Hosts)
    credentials: Mapping[str, SecretStr] = field(default_factory=dict)
    timeout: float = 120.0
    limits: Limits = field(default_factory=Limits)
    wait: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        return cls(
            Hosts.of(settings.http_hosts),
            settings.http_credentials,
            settings.http_timeout,
            Limits.of(settings),
        )


class Web:
    """A client with its cache in `folder`."""

    def __init__(self, policy: Policy, folder: Path) -> None:
        self._policy = policy
        self._folder = folder
        self._client: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()

    @property
    def limits(self) -> Limits:
        return self._policy.limits

    def get(self, url: str, headers: Mapping[str, str], credentials: str | None, place: Place) -> Answer:
        """Raises SourceError where the server may not be asked, refuses, fails again and again, is too slow
        or sends too much; SettingError for credentials that are not set or are another server's."""
        secret = self._secret(credentials, place)
        key = hashlib.sha256(json.dumps([url, sorted(headers.items()), credentials]).encode()).hexdigest()
        tries = 0
        while True:
            tries += 1
            try:
                return self._try(url, headers, secret, key)
            except _AgainError as again:
                delay = max(2.0 ** (tries - 1), again.after)
                if tries == _TRIES or delay > _PATIENCE:
                    raise _failed(url, again.reason) from again
                self._policy.wait(delay)

    def _try(
        self, url: str, headers: Mapping[str, str], secret: tuple[httpx.URL, str, str] | None, key: str
    ) -> Answer:
        kept = self._kept(key)
        asked = httpx.URL(url)
        deadline = time.monotonic() + self._policy.timeout
        for _ in range(_REDIRECTS + 1):
            self._policy.hosts.check_url(asked)
            sent = _conditional(headers, kept)
            if secret is not None and _origin(asked) == _origin(secret[0]):
                sent[secret[1]] = secret[2]
            try:
                with self._opened().stream("GET", asked, headers=sent) as answer:
                    if answer.is_redirect and answer.has_redirect_location:
                        asked = asked.join(answer.headers["location"])
                        continue
                    if answer.status_code == httpx.codes.NOT_MODIFIED and kept is not None:
                        return kept
                    _check_status(url, answer)
                    return self._keep(key, answer, deadline)
            except httpx.TransportError as wrong:
                raise _AgainError(f"{type(wrong).__name__}: {wrong}") from wrong
        raise _failed(url, "too many redirections")

    def _opened(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(
                transport=transport(self._policy.hosts),
                timeout=min(30.0, self._policy.timeout),
                headers={"User-Agent": "lienthong", "Accept-Encoding": "gzip"},
                trust_env=False,
            )
        return self._client

    def _secret(self, name: str | None, place: Place) -> tuple[httpx.URL, str, str] | None:
        """The server that a key is for, the header that carries it, and the key."""
        if name is None:
            return None
        known = self._policy.credentials
        origin, _, header = known[name].get_secret_value().partition(" ") if name in known else ("", "", "")
        field_name, colon, value = header.partition(":")
        if not colon or not origin.startswith(("http://", "https://")):
            listed = ", ".join(known) or "–"
            raise SettingError(
                Text(f"Chưa đặt đúng khóa «{name}».", f"The credentials “{name}” are not set, or not well."),
                hint=Text(
                    "Đặt LIENTHONG_HTTP_CREDENTIALS="
                    f'\'{{"{name}": "https://máy-chủ Authorization: Bearer …"}}\'. Đã có: {listed}',
                    "Set LIENTHONG_HTTP_CREDENTIALS="
                    f'\'{{"{name}": "https://server Authorization: Bearer …"}}\'. There are: {listed}',
                ),
                place=place,
            )
        return httpx.URL(origin), field_name.strip(), value.strip()

    def _kept(self, key: str) -> Answer | None:
        try:
            kept = json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        body = self._folder / f"{kept['sha256']}.body"
        return Answer(**(kept | {"body": body})) if body.is_file() else None

    def _keep(self, key: str, answer: httpx.Response, deadline: float) -> Answer:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        passing = self._folder / f".{key}"
        digest, size = hashlib.sha256(), 0
        with passing.open("wb") as file:
            for piece in answer.iter_bytes():
                size += len(piece)
                self.limits.check(size, answer.num_bytes_downloaded, Place(file=shown(answer.url)))
                if time.monotonic() > deadline:
                    raise _AgainError(f"not done within {self._policy.timeout:g} s")
                digest.update(piece)
                file.write(piece)
        kept = Answer(
            str(answer.url),
            self._folder / f"{digest.hexdigest()}.body",
            answer.headers.get("link", ""),
            answer.headers.get("etag", ""),
            answer.headers.get("last-modified", ""),
            size,
            digest.hexdigest(),
        )
        passing.replace(kept.body)
        described = passing.with_suffix(".json")
        described.write_text(json.dumps(asdict(kept) | {"body": ""}), encoding="utf-8")
        described.replace(self._folder / f"{key}.json")
        return kept


class _AgainError(Exception):
    """What may go better the next time, `after` so many seconds at the soonest."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


def _conditional(headers: Mapping[str, str], kept: Answer | None) -> dict[str, str]:
    sent = dict(headers)
    if kept is not None and kept.etag:
        sent["If-None-Match"] = kept.etag
    if kept is not None and kept.modified:
        sent["If-Modified-Since"] = kept.modified
    return sent


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _check_status(url: str, answer: httpx.Response) -> None:
    if answer.is_success:
        return
    reason = f"{answer.status_code} {answer.reason_phrase}"
    if answer.status_code in _TRY_AGAIN:
        raise _AgainError(reason, _retry_after(answer.headers.get("retry-after", "")))
    raise _failed(url, reason)


def _retry_after(written: str) -> float:
    """Seconds to wait (RFC 9110 §10.2.3): a number of them, or a moment."""
    if written.isascii() and written.isdigit():
        return float(written)
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return 0.0
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0) if moment.tzinfo else 0.0


def _failed(url: str, reason: str) -> SourceError:
    return SourceError(
        Text(f"API không trả lời được: {reason}", f"The API does not answer: {reason}"),
        hint=Text(
            "Kiểm tra địa chỉ và quyền (ingest:credentials), hoặc hỏi cơ quan vận hành API.",
            "Look at the address and the rights (ingest:credentials), or ask the agency that runs the API.",
        ),
        place=Place(file=shown(httpx.URL(url))),
    )
