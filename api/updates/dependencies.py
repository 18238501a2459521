"""What a route that writes may ask for."""

from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from api.dependencies import IdentityDep
from api.updates.updates import Updates
from graph.access import Identity
from graph.errors import CredentialMissingError, WriteNotPermittedError
from graph.text import Text


def may_write_something(identity: Identity) -> bool:
    """Whether a grant lets this one write now."""
    now = datetime.now(UTC)
    return any(grant.write and grant.is_current(now) for grant in identity.grants)


async def writer(identity: IdentityDep) -> Identity:
    """Who asks, where this one may write anything at all. Raises CredentialMissingError,
    WriteNotPermittedError."""
    if identity.kind == "anonymous":
        raise CredentialMissingError(
            Text("Ghi dữ liệu cần khóa hoặc mã truy cập.", "Writing needs a key or token."),
            hint=Text(
                "Gửi Authorization: Bearer <khóa>; xin khóa ở người vận hành dịch vụ.",
                "Send Authorization: Bearer <key>; ask whoever runs this service for one.",
            ),
        )
    if not may_write_something(identity):
        raise WriteNotPermittedError(
            Text("Bạn không được ghi ở đây.", "You may not write here."),
            hint=Text(
                "Quyền của bạn: /access/explain; xin quyền ghi ở người vận hành dịch vụ.",
                "What you may do: /access/explain; ask whoever runs this service for a grant to write.",
            ),
        )
    return identity


WriterDep = Annotated[Identity, Depends(writer)]


def updates(request: Request) -> Updates:
    """The one of the application."""
    return cast(Updates, request.app.state.updates)


UpdatesDep = Annotated[Updates, Depends(updates)]
