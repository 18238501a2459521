"""APIs as sources: really asked, from a server in a thread that answers as each test wants."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import httpx
import pytest
from pydantic import SecretStr

from graph.errors import SettingError, SourceError
from ingest.sources import Format, Limits, LogicalSource, Policy, Relation, Web, extract
from ingest.sources.hosts import Hosts
from ingest.sources.request import Paging, Request

Body = bytes | str | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Asked:
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class Server:
    """`answer` gives status, headers and body of what is asked; `asked` is what was."""

    address: str = ""
    answer: Callable[[Asked], tuple[int, Mapping[str, str], Body]] = lambda asked: (404, {}, "")
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/items") -> str:
        return f"http://{self.address}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    described = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            asked = Asked(parts.path, query, {key.lower(): value for key, value in self.headers.items()})
            described.asked.append(asked)
            status, headers, body = described.answer(asked)
            raw = body.encode() if isinstance(body, str) else body
            raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", headers.get("X-Length") or str(len(raw)))
            self.end_headers()
            if status == 304:
                return
            slices = int(headers.get("X-Slices", "1"))
            for start in range(0, len(raw), max(len(raw) // slices, 1)):
                self.wfile.write(raw[start : start + max(len(raw) // slices, 1)])
                time.sleep(0.2 if slices > 1 else 0)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        described.address = f"127.0.0.1:{running.server_address[1]}"
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield described
        running.shutdown()
        thread.join()


@dataclass
class Client:
    """`read(Request(…))`: the relation and its rows; `waits` are the seconds between tries."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    waits: list[float]
    policy: Policy

    def read(
        self,
        request: Request,
        format: Format = Format.JSON,
        iterator: str | None = "$.items[*]",
        **policy: Any,
    ) -> tuple[Relation, list[Any]]:
        source = LogicalSource("t", "", format, iterator, request=request)
        self.connection.execute("DROP TABLE IF EXISTS t")
        with Web(replace(self.policy, **policy), self.folder) as web:
            found = extract(self.connection, source, data_dir=self.folder, mapping_dir=self.folder, web=web)
        return found, self.connection.execute('SELECT * FROM t ORDER BY "row"').fetchall()


@pytest.fixture
def client(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> Client:
    waits: list[float] = []
    policy = Policy(Hosts.of(["127.0.0.1"]), timeout=5, wait=waits.append)
    return Client(connection, tmp_path / "answers", waits, policy)


def test_one_answer(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, {"items": [{"a": 1}, {"a": "Đống Đa"}]})
    relation, rows = client.read(Request(server.url(), headers=(("Accept-Language", "vi"),)))
    assert [(row, json.loads(it)) for row, it in rows] == [(1, {"a": 1}), (2, {"a": "Đống Đa"})]
    assert server.asked[0].headers["accept-language"] == "vi"
    assert relation.location == f"{server.url()}#$.items[*]"
    assert relation.content is not None
    assert relation.content.size > 10


@pytest.mark.parametrize(
    ("format", "body", "rows"),
    [
        (Format.CSV, "a\nx\ny\n", [(1, "x"), (2, "y")]),
        (Format.NDJSON, '"x"\n"y"\n', [(1, '"x"'), (2, '"y"')]),
    ],
)
def test_other_formats(server: Server, client: Client, format: Format, body: str, rows: list[Any]) -> None:
    server.answer = lambda asked: (200, {}, body)
    assert client.read(Request(server.url()), format, None)[1] == rows


PAGES = [[1, 2], [3, 4], [5]]


def paged(asked: Asked, server: Server) -> tuple[int, Mapping[str, str], Body]:
    """A server that knows every way of paging; pages of 2 rows, 5 rows in all."""
    query = asked.query
    number = int(query.get("page") or query.get("after") or int(query.get("offset", 0)) // 2 + 1)
    items = PAGES[number - 1] if number <= len(PAGES) else []
    more = number < len(PAGES)
    link = {"Link": f'<?page={number + 1}>; rel="next", <?page=1>; rel="first"'} if more else {}
    following = f"{server.url()}?page={number + 1}" if more else None
    return 200, link, {"items": items, "links": {"next": following}, "cursor": number + 1 if more else None}


@pytest.mark.parametrize(
    ("paging", "asks"),
    [
        (Paging(), 1),
        (Paging(next_link="$.links.next"), 3),
        (Paging(relation="next"), 3),
        (Paging(parameter="after", next_cursor="$.cursor"), 3),
        (Paging(parameter="page"), 4),
        (Paging(parameter="offset", first=0, step=2), 4),
    ],
)
def test_pages(server: Server, client: Client, paging: Paging, asks: int) -> None:
    server.answer = lambda asked: paged(asked, server)
    _, rows = client.read(Request(server.url("/items?limit=2"), paging=paging))
    expected = [1, 2, 3, 4, 5] if asks > 1 else [1, 2]
    assert [(row, int(it)) for row, it in rows] == list(enumerate(expected, start=1))
    assert len(server.asked) == asks
    if paging.parameter:
        assert all(asked.query["limit"] == "2" for asked in server.asked)


def test_pages_in_a_ring_end(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, {"items": [1], "next": f"?n={3 - int(asked.query.get('n', 1))}"})
    with pytest.raises(SourceError, match="go in a ring"):
        client.read(Request(server.url(), paging=Paging(next_link="$.next")))


def test_pages_of_csv_have_equal_columns(server: Server, client: Client) -> None:
    bodies = ["a,b\n1,2\n", "a,c\n3,4\n"]
    server.answer = lambda asked: (200, {"Link": "<?n=2>; rel=next"}, bodies[len(server.asked) - 1])
    with pytest.raises(SourceError, match="other columns") as caught:
        client.read(Request(server.url(), paging=Paging(relation="next")), Format.CSV, None)
    assert caught.value.hint is not None
    assert "a, c" in caught.value.hint.en


def test_an_unchanged_answer_is_not_sent_again(server: Server, client: Client) -> None:
    def answer(asked: Asked) -> tuple[int, Mapping[str, str], Body]:
        if asked.headers.get("if-none-match") == '"1"':
            return 304, {}, ""
        return 200, {"ETag": '"1"'}, {"items": [1, 2]}

    server.answer = answer
    first, again = client.read(Request(server.url())), client.read(Request(server.url()))
    assert first == again
    assert [asked.headers.get("if-none-match") for asked in server.asked] == [None, '"1"']
    (body,) = client.folder.glob("*.body")
    body.unlink()
    assert client.read(Request(server.url())) == first


def test_last_modified_counts_too(server: Server, client: Client) -> None:
    moment = "Tue, 01 Jul 2025 00:00:00 GMT"
    server.answer = lambda asked: (
        (304, {}, "")
        if "if-modified-since" in asked.headers
        else (200, {"Last-Modified": moment}, {"items": [1]})
    )
    client.read(Request(server.url()))
    assert [int(it) for _, it in client.read(Request(server.url()))[1]] == [1]
    assert server.asked[1].headers["if-modified-since"] == moment


def test_a_busy_server_is_asked_again(server: Server, client: Client) -> None:
    bad = iter([(503, {}, ""), (429, {"Retry-After": "7"}, ""), (500, {}, "")])
    server.answer = lambda asked: next(bad, (200, {}, {"items": [1]}))
    assert len(client.read(Request(server.url()))[1]) == 1
    assert client.waits == [1, 7, 4]


def test_patience_ends(server: Server, client: Client) -> None:
    server.answer = lambda asked: (503, {}, "")
    with pytest.raises(SourceError, match="503"):
        client.read(Request(server.url()))
    assert len(server.asked) == 5
    server.answer = lambda asked: (503, {"Retry-After": "86400"}, "")
    with pytest.raises(SourceError, match="503"):
        client.read(Request(server.url()))
    assert len(server.asked) == 6


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_final(server: Server, client: Client, status: int) -> None:
    server.answer = lambda asked: (status, {}, "")
    with pytest.raises(SourceError, match=str(status)) as caught:
        client.read(Request(server.url("/items?token=s3cr3t")))
    assert len(server.asked) == 1
    assert "s3cr3t" not in str(caught.value)


def test_no_server_is_asked_unless_it_is_listed(server: Server, client: Client) -> None:
    with pytest.raises(SourceError, match="may not be asked") as caught:
        client.read(Request(server.url()), hosts=Hosts())
    assert caught.value.hint is not None
    assert "LIENTHONG_HTTP_HOSTS" in caught.value.hint.en
    assert not server.asked


def test_a_private_address_behind_a_listed_name_is_refused(server: Server, client: Client) -> None:
    url = server.url().replace("127.0.0.1", "localhost")
    with pytest.raises(SourceError, match="private address"):
        client.read(Request(url), hosts=Hosts.of(["localhost"]))
    assert not server.asked
    server.answer = lambda asked: (200, {}, {"items": []})
    client.read(Request(url), hosts=Hosts.of(["localhost", "127.0.0.0/8", "::1"]))
    assert server.asked


@pytest.mark.parametrize(
    ("entries", "allowed"),
    [
        (["api.moh.gov.vn"], True),
        (["API.moh.gov.vn"], True),
        (["api.moh.gov.vn:443"], True),
        (["api.moh.gov.vn:8443"], False),
        (["*.gov.vn"], True),
        (["*.moh.gov.vn"], True),
        (["*.api.moh.gov.vn"], False),
        (["moh.gov.vn"], False),
        ([], False),
    ],
)
def test_entries_of_the_list(entries: list[str], allowed: bool) -> None:
    url = httpx.URL("https://api.moh.gov.vn/items")
    if allowed:
        Hosts.of(entries).check_url(url)
    else:
        with pytest.raises(SourceError):
            Hosts.of(entries).check_url(url)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest", "http://localhost/", "file:///etc/passwd", "https://[::1]/"]
)
def test_a_redirection_leads_to_listed_servers_only(server: Server, client: Client, target: str) -> None:
    server.answer = lambda asked: (302, {"Location": target}, "")
    with pytest.raises(SourceError, match="may not be asked"):
        client.read(Request(server.url()))


def test_redirections(server: Server, client: Client) -> None:
    server.answer = lambda asked: (
        (302, {"Location": "/there"}, "") if asked.path == "/items" else (200, {}, {"items": [1]})
    )
    assert len(client.read(Request(server.url()))[1]) == 1
    server.answer = lambda asked: (302, {"Location": "/items"}, "")
    with pytest.raises(SourceError, match="too many redirections"):
        client.read(Request(server.url()))


def test_credentials_go_to_their_own_server_alone(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, {"items": []})
    request = Request(server.url(), credentials="moh")
    own = {"moh": SecretStr(f"http://{server.address} Authorization: Bearer s3cr3t")}
    client.read(request, credentials=own)
    assert server.asked[0].headers["authorization"] == "Bearer s3cr3t"
    client.read(request, credentials={"moh": SecretStr("https://other.vn Authorization: Bearer s3cr3t")})
    assert "authorization" not in server.asked[1].headers
    assert "s3cr3t" not in "".join(path.read_text() for path in client.folder.iterdir())


@pytest.mark.parametrize("value", ["Bearer s3cr3t", "https://other.vn s3cr3t"])
def test_bad_credentials_are_said_without_them(server: Server, client: Client, value: str) -> None:
    with pytest.raises(SettingError) as caught:
        client.read(Request(server.url(), credentials="moh"), credentials={"moh": SecretStr(value)})
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(SettingError, match="mohh"):
        client.read(Request(server.url(), credentials="mohh"), credentials={"moh": SecretStr(value)})


def test_a_huge_answer_is_refused(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, b" " * 3_000_000)
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        client.read(Request(server.url()), limits=Limits(size=1 << 20))
    server.answer = lambda asked: (200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * 100_000_000))
    with pytest.raises(SourceError, match="grows more than 200 times"):
        client.read(Request(server.url()))


def test_many_pages_are_huge_together(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, {"items": [" " * 500_000]})
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        client.read(Request(server.url(), paging=Paging(parameter="page")), limits=Limits(size=1 << 20))
    assert len(server.asked) == 3


def test_a_slow_server_is_given_up(server: Server, client: Client) -> None:
    def answer(asked: Asked) -> tuple[int, Mapping[str, str], Body]:
        time.sleep(0.5)
        return 200, {}, {"items": []}

    server.answer = answer
    with pytest.raises(SourceError, match="ReadTimeout"):
        client.read(Request(server.url()), timeout=0.1)
    assert client.waits == [1, 2, 4, 8]


def test_a_server_that_sends_a_little_at_a_time_is_given_up(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {"X-Slices": "10"}, {"items": ["x" * 1000]})
    with pytest.raises(SourceError, match="not done within"):
        client.read(Request(server.url()), timeout=0.3)
    assert not list(client.folder.glob("*.json"))


def test_a_body_that_breaks_off_is_no_body(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {"X-Length": "100", "Connection": "close"}, '{"items": [1]}')
    with pytest.raises(SourceError, match="does not answer"):
        client.read(Request(server.url()), timeout=1)
    assert not list(client.folder.glob("*.json"))


def test_what_is_not_json_is_said_with_its_address(server: Server, client: Client) -> None:
    server.answer = lambda asked: (200, {}, "<html>down for maintenance</html>")
    with pytest.raises(SourceError, match="Malformed JSON") as caught:
        client.read(Request(server.url()))
    assert caught.value.place is not None
    assert caught.value.place.file == server.url()


def test_without_a_client_no_api_is_asked(client: Client, server: Server) -> None:
    source = LogicalSource("t", "", Format.JSON, request=Request(server.url()))
    with pytest.raises(SettingError, match="APIs are not asked here"):
        extract(client.connection, source, data_dir=client.folder, mapping_dir=client.folder)
