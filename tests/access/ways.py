"""Every GET route of the application, and what it is asked: `ways.toml`."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from api.app import create_app
from graph.settings import Settings

WAYS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("ways.toml").read_text(encoding="utf-8"))
COLLECTION = re.compile(r"/api/v1/([a-z-]+)(/\{key:path\})?")


def readable_routes(app: FastAPI) -> set[str]:
    """The paths of all that answers GET."""
    return {
        route.path
        for route in iter_route_contexts(app.routes)
        if route.path and "GET" in (route.methods or ())
    }


def way_of(route: str) -> Mapping[str, Any] | None:
    """The table's entry for a route; collections share one, unless they have their own."""
    if route in WAYS:
        return WAYS[route]  # type: ignore[no-any-return]  # parsed TOML
    if collection := COLLECTION.fullmatch(route):
        shared: dict[str, Any] = WAYS[f"/api/v1/{{collection}}{collection[2] or ''}"]
        return shared | {"at": shared["at"].replace("{collection}", collection[1])}
    return None


def fill(text: str, filled: Mapping[str, str]) -> str:
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    return text


ROUTES = sorted(readable_routes(create_app(Settings())))
