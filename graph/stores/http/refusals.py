"""The errors of a server that did not answer as it should.

Nothing of what it said is passed on: its words may show the query as it was sent, with names and addresses
that are nobody's business.
"""

from graph.errors import ServerFailedError, ServerRefusedError, ServerUnreachableError
from graph.text import Text

_TELL = Text("Hãy thử lại; nếu lặp lại, báo người vận hành.", "Try again; if it recurs, tell the operator.")


def unreachable() -> ServerUnreachableError:
    """The error where it cannot be spoken to, or says that it has no time now (429, 502, 503)."""
    return ServerUnreachableError(
        Text(
            "Máy chủ SPARQL giữ dữ liệu hiện không trả lời.",
            "The SPARQL server that holds the data does not answer now.",
        ),
        hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
    )


def refused(status: int) -> ServerRefusedError:
    """The error where it does not serve this service: credentials, address or method are wrong."""
    return ServerRefusedError(
        Text(
            f"Máy chủ SPARQL giữ dữ liệu từ chối dịch vụ này (HTTP {status}).",
            f"The SPARQL server that holds the data refuses this service (HTTP {status}).",
        ),
        hint=Text(
            "Người vận hành xem lại LIENTHONG_STORE, LIENTHONG_STORE_GRAPHS và LIENTHONG_STORE_CREDENTIALS.",
            "The operator should check LIENTHONG_STORE, LIENTHONG_STORE_GRAPHS, LIENTHONG_STORE_CREDENTIALS.",
        ),
    )


def failed(status: int) -> ServerFailedError:
    """The error where it meant to answer and could not."""
    return ServerFailedError(
        Text(
            f"Máy chủ SPARQL giữ dữ liệu gặp lỗi khi trả lời (HTTP {status}).",
            f"The SPARQL server that holds the data failed to answer (HTTP {status}).",
        ),
        hint=_TELL,
    )


def incomplete() -> ServerFailedError:
    """The error for half an answer, and for what is no answer."""
    return ServerFailedError(
        Text(
            "Câu trả lời của máy chủ SPARQL giữ dữ liệu bị cắt ngang hoặc không đọc được.",
            "The answer of the SPARQL server that holds the data is cut short, or cannot be read.",
        ),
        hint=_TELL,
    )
