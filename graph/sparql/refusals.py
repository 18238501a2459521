"""The errors of queries that got no answer: nobody was free, too slow, too large, a worker was lost."""

import json
import signal

from graph import errors
from graph.errors import (
    AllowanceSpentError,
    BusyError,
    DeadlineExceededError,
    LienthongError,
    NotLoadedYetError,
    QueryError,
    ResultTooLargeError,
    WorkerLostError,
)
from graph.sparql import wire
from graph.sparql.syntax import explain
from graph.text import Text


def busy() -> BusyError:
    """The error where nobody has a worker to spare."""
    return BusyError(
        Text("Mọi tiến trình truy vấn đang bận.", "All query workers are taken."),
        hint=Text("Hãy thử lại sau vài giây.", "Try again in a few seconds."),
    )


def too_many() -> AllowanceSpentError:
    """The error for one more query of a caller who has as many waiting as one may."""
    return AllowanceSpentError(
        Text("Bạn đã có quá nhiều truy vấn đang chờ.", "Too many of your queries are waiting."),
        hint=Text(
            "Gửi ít truy vấn cùng lúc hơn; việc dài thì dùng POST /jobs.",
            "Send fewer at a time; for what takes long there is POST /jobs.",
        ),
    )


def too_much() -> AllowanceSpentError:
    """The error for texts that are sent faster than one caller's are read."""
    return AllowanceSpentError(
        Text("Văn bản truy vấn của bạn đến quá nhanh.", "The texts of your queries come too fast."),
        hint=Text(
            "Gửi truy vấn ngắn hơn, hoặc ít hơn mỗi giây.", "Send shorter ones, or fewer of them a second."
        ),
        retry_after=1,
    )


def too_slow(seconds: float) -> DeadlineExceededError:
    """The error for a query that was stopped after so many seconds."""
    return DeadlineExceededError(
        Text(
            f"Truy vấn chưa xong sau {seconds:g} giây nên đã bị dừng.",
            f"The query did not finish within {seconds:g} seconds and was stopped.",
        ),
        hint=Text(
            "Thêm điều kiện cụ thể hơn hoặc LIMIT; tránh ghép những mẫu không có biến chung.",
            "Make its patterns more specific or add LIMIT; avoid joining patterns without a common variable.",
        ),
    )


def lost(signal_number: int, memory_mb: int) -> WorkerLostError:
    """The error where a worker ended instead of answering, by a signal (0: by none)."""
    if signal_number == signal.SIGSEGV:
        return WorkerLostError(
            Text("Truy vấn lồng quá sâu để tính được.", "The query is too deeply nested to be evaluated."),
            hint=Text("Rút gọn biểu thức, chia truy vấn.", "Shorten its expressions, or split it."),
        )
    if signal_number in (signal.SIGABRT, signal.SIGKILL):
        return out_of_memory(memory_mb)
    return WorkerLostError(
        Text("Tiến trình tính truy vấn đã dừng.", "The process that evaluated the query ended."),
        hint=Text(
            "Hãy thử lại; nếu lặp lại, báo người vận hành.", "Try again; if it recurs, tell the operator."
        ),
    )


def out_of_memory(memory_mb: int) -> WorkerLostError:
    """The error for a query that needed more memory than a worker has."""
    return WorkerLostError(
        Text(
            f"Truy vấn cần hơn {memory_mb} MiB bộ nhớ.",
            f"The query needs more than {memory_mb} MiB of memory.",
        ),
        hint=Text(
            "Thêm LIMIT, bỏ ORDER BY hay DISTINCT trên toàn bộ, lọc sớm hơn.",
            "Add LIMIT, drop an ORDER BY or DISTINCT over everything, filter earlier.",
        ),
    )


def not_loaded(reason: str) -> NotLoadedYetError:
    """The error for a query that only Oxigraph answers, for `reason`, while its store is being loaded."""
    return NotLoadedYetError(
        Text(
            f"Kho Oxigraph của thế hệ này, nơi duy nhất trả lời được, đang được nạp: {reason}",
            f"The Oxigraph store of this generation, which alone can answer, is being loaded: {reason}",
        ),
        hint=Text(
            "Hãy thử lại sau vài phút; nếu không có lần nạp nào đang chạy: lienthong ingest",
            "Try again in some minutes; where no run is loading it: lienthong ingest",
        ),
    )


def not_in_server() -> NotLoadedYetError:
    """The error after `LIENTHONG_STORE` was set, until the next run."""
    return NotLoadedYetError(
        Text(
            "Thế hệ này chưa được nạp vào máy chủ giữ dữ liệu.",
            "This generation is not loaded into the server that holds the data.",
        ),
        hint=Text("Chạy: lienthong ingest", "Run: lienthong ingest"),
    )


def not_portable(what: str) -> QueryError:
    """The error for a query that cannot be sent to another server as it is meant."""
    return QueryError(
        Text(
            f"Truy vấn có phần không gửi được tới máy chủ giữ dữ liệu: {what[:200]}",
            f"Something in the query cannot be sent to the server that holds the data: {what[:200]}",
        ),
        hint=Text(
            "Chỉ gọi hàm của SPARQL 1.1 và chuyển kiểu xsd:…",
            "Call functions of SPARQL 1.1 and casts xsd:… only.",
        ),
    )


def declined() -> QueryError:
    """The error for a query that another server does not take, though it is one."""
    return QueryError(
        Text(
            "Máy chủ giữ dữ liệu không nhận truy vấn này.",
            "The server that holds the data does not take this query.",
        ),
        hint=Text(
            "Truy vấn đúng SPARQL nhưng máy chủ đó không tính được: viết cách khác.",
            "It is SPARQL, but not what that server evaluates: write it in another way.",
        ),
    )


def failure(text: str, reply: wire.Reply, *, max_bytes: int, memory_mb: int) -> LienthongError:
    """The error for a reply that is no answer to a query of that text."""
    match reply.failure:
        case "syntax":
            return explain(text, reply.message, reply.second)
        case "too-large":
            mebibytes = max_bytes / 2**20
            return ResultTooLargeError(
                Text(
                    f"Câu trả lời lớn hơn {mebibytes:g} MiB.",
                    f"The answer is larger than {mebibytes:g} MiB.",
                ),
                hint=Text(
                    "Thêm LIMIT và OFFSET, hoặc chọn ít cột hơn.", "Add LIMIT and OFFSET, or select less."
                ),
            )
        case "told":
            message, hint = (one and Text(*one) for one in json.loads(reply.second))
            told: LienthongError = getattr(errors, reply.message)(message, hint=hint)
            return told
        case "not-portable":
            return not_portable(reply.message)
        case "declined":
            return declined()
        case "memory":
            return out_of_memory(memory_mb)
        case "unsupported":
            return QueryError(
                Text(
                    f"Cột dữ liệu không trả lời chính xác được truy vấn này: {reply.message}",
                    f"The columns cannot answer this query exactly: {reply.message}",
                ),
                hint=Text(
                    "Đặt LIENTHONG_QUERY_ENGINE=both để Oxigraph trả lời.",
                    "Set LIENTHONG_QUERY_ENGINE=both to have Oxigraph answer.",
                ),
            )
        case _:
            return QueryError(
                Text(
                    f"Truy vấn không tính được: {reply.message}",
                    f"The query cannot be evaluated: {reply.message}",
                ),
                hint=Text(
                    "Chỉ dùng các hàm của SPARQL 1.1 và XPath.",
                    "Use the functions of SPARQL 1.1 and XPath only.",
                ),
            )
