"""A strong tag becomes a weak one when its answer is packed, and stays as it is otherwise."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from api import compression


def get(size: int, coding: str) -> httpx.Response:
    app = FastAPI()
    compression.offer(app)

    @app.get("/")
    def answer() -> Response:
        return Response(b"x" * size, headers={"ETag": '"g1"'})

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
            return await client.get("/", headers={"Accept-Encoding": coding})

    return asyncio.run(asked())


@pytest.mark.parametrize(
    ("size", "coding", "tag"),
    [(5000, "gzip", 'W/"g1"'), (5000, "identity", '"g1"'), (10, "gzip", '"g1"')],
)
def test_tags(size: int, coding: str, tag: str) -> None:
    response = get(size, coding)
    assert (response.headers["etag"], len(response.content)) == (tag, size)
    assert ("content-encoding" in response.headers) == (tag[0] == "W")
