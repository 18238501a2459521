"""Where a mapping's tables are: connections by name, or an address that the document itself gives (D2RQ)."""

import re
from dataclasses import dataclass
from urllib.parse import quote

_JDBC = re.compile(r"jdbc:(?P<scheme>postgresql|mysql|mariadb|sqlite):(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Databases:
    """What the caller of a mapping says of databases.

    `default` is the connection of tables for which the document names none (R2RML never does), and stands
    in for a D2RQ description that is only a placeholder. `may_be_described`: the document may hold
    addresses and passwords; that of a data set may not.
    """

    default: str | None = None
    may_be_described: bool = False


def address(dsn: str, user: str | None, password: str | None) -> str | None:
    """A d2rq:jdbcDSN with its user and password as a database URL; None for what is no such address."""
    found = _JDBC.fullmatch(dsn.strip())
    if found is None:
        return None
    scheme = found["scheme"].replace("mariadb", "mysql")
    if scheme == "sqlite":
        return f"sqlite:///{found['rest']}"
    # The short form names the database alone; a server is then on this machine.
    rest = found["rest"] if found["rest"].startswith("//") else f"//localhost/{found['rest']}"
    place, _, parameters = rest.removeprefix("//").partition("?")
    given = dict(part.partition("=")[::2] for part in parameters.split("&") if part)
    user, password = user or given.get("user"), password or given.get("password")
    secret = f":{quote(password, safe='')}" if password else ""
    account = f"{quote(user, safe='')}{secret}@" if user else ""
    return f"{scheme}://{account}{place}"
