"""Which servers may be asked (`LIENTHONG_HTTP_HOSTS`): none but those listed, and private addresses only
where their network is listed besides, so that no mapping reaches into the operator's own network.
"""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from graph.errors import Place, SourceError
from graph.text import Text

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Hosts:
    """Entries: `api.moh.gov.vn`, `api.moh.gov.vn:8443`, `*.moh.gov.vn`, `10.1.2.0/24`, `127.0.0.1`."""

    names: frozenset[str] = frozenset()
    networks: tuple[_Network, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Hosts":
        names, networks = set(), []
        for entry in entries:
            try:
                networks.append(ipaddress.ip_network(entry.strip(), strict=False))
            except ValueError:
                names.add(entry.strip().lower())
        return cls(frozenset(names), tuple(networks))

    def check_url(self, url: httpx.URL) -> None:
        """Raises SourceError where the server is not listed."""
        host, port = url.host.lower(), url.port or (443 if url.scheme == "https" else 80)
        parents = {f"*.{host.split('.', level)[-1]}" for level in range(1, host.count(".") + 1)}
        if not self.names & {host, f"{host}:{port}", *parents} and not self._is_listed(host):
            listed = ", ".join([*sorted(self.names), *map(str, self.networks)]) or "–"
            raise SourceError(
                Text(f"Không được phép gọi máy chủ {host}.", f"The server {host} may not be asked."),
                hint=Text(
                    f"Người vận hành thêm vào LIENTHONG_HTTP_HOSTS. Đang có: {listed}",
                    f"The operator adds it to LIENTHONG_HTTP_HOSTS. Listed: {listed}",
                ),
                place=Place(file=shown(url)),
            )

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses of `host`. Raises SourceError where one of them is private and not listed, OSError
        where the name has none."""
        found = [str(address[0]) for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            if not ipaddress.ip_address(address.partition("%")[0]).is_global and not self._is_listed(address):
                raise SourceError(
                    Text(
                        f"Máy chủ {host} có địa chỉ nội bộ {address}.",
                        f"The server {host} has the private address {address}.",
                    ),
                    hint=Text(
                        "Nếu đúng là máy chủ này, thêm dải mạng của nó vào LIENTHONG_HTTP_HOSTS.",
                        "If this is the right server, add its network to LIENTHONG_HTTP_HOSTS.",
                    ),
                    place=Place(file=host),
                )
        return found

    def _is_listed(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in self.networks)


def shown(url: httpx.URL) -> str:
    """The address as messages say it: what follows a `?` may hold more than a stranger should see."""
    return str(url.copy_with(query=None, fragment=None))


class _Backend(httpcore.SyncBackend):
    """Connects to an address that was looked at: a name asked for twice could lead elsewhere then."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> httpcore.NetworkStream:
        try:
            addresses = self._hosts.addresses(host, port)
        except OSError as wrong:
            raise httpcore.ConnectError(str(wrong)) from wrong
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, *args, **more)
            except httpcore.ConnectError:
                continue
        return super().connect_tcp(addresses[-1], port, *args, **more)


def transport(hosts: Hosts) -> httpx.HTTPTransport:
    """A transport that reaches only addresses which `hosts` lets through. httpx has no parameter for the
    network below it: its pool is replaced, and a test fails when that no longer works."""
    made = httpx.HTTPTransport(trust_env=False)
    made._pool.close()
    made._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Backend(hosts)
    )
    return made
