"""Whatever the OpenAPI document lets one ask, the service answers as it describes (schemathesis).

A few hundred requests; thousands with HYPOTHESIS_PROFILE=thorough.
"""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from graph.access import parse_grant
from graph.registry import Keys, Registry
from graph.settings import Settings
from tests.examples import PROFILE, THOROUGH, examples

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = (None, "*:restricted")
"""Anybody, and somebody who may see everything."""
Headers = dict[str, str]
PARTS = {
    "facade": (r"/api/v1/(?!queries)", 1, {200, 304, 400, 404}, 0.25),
    "saved queries": (r"/api/v1/queries", 1 if PROFILE == THOROUGH else 6, {200}, 0.9),
    "everything else": (r"/(?!api/)", 1, {200, 400, 404, 422}, 0.05),
}
"""Paths; one of so many operations, as saved queries are alike; statuses that are among the answers; the
least share of 200 and 304."""
EXAMPLES = examples(3)
"""Of each operation."""


@pytest.fixture(scope="module")
def place(small: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the data: requests that write are among those made."""
    folder = tmp_path_factory.mktemp("kept") / "data"
    shutil.copytree(small.data_dir, folder, symlinks=True)
    return small.model_copy(update={"data_dir": folder, "sources_dir": folder / "sources"})


@pytest.fixture(scope="module")
def callers(place: Settings) -> list[Headers]:
    registry = Registry(place.data_dir)
    keys = Keys(registry)
    made: list[Headers] = []
    for grant in WHO:
        if grant is None:
            made.append({})
            continue
        _, shown = keys.create("thử", "Bộ thử", [parse_grant(grant)], timedelta(days=1))
        made.append({"Authorization": f"Bearer {shown.text}"})
    registry.close()
    return made


@pytest.fixture(scope="module")
def service(place: Settings, callers: list[Headers]) -> Iterator[TestClient]:
    with TestClient(create_app(place)) as session:
        yield session


@pytest.mark.parametrize("part", PARTS)
def test_whatever_is_asked_is_answered_as_described(
    service: TestClient, callers: list[Headers], part: str
) -> None:
    """Requests made from the document: no fault of the service, no status and no type of content that is not
    described, and JSON that meets its schema."""
    pattern, step, expected, share = PARTS[part]
    statuses: Counter[int] = Counter()
    of_changes: Counter[int] = Counter()
    document = service.get("/openapi.json").json()
    every = (one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations())
    chosen = [operation for operation in every if re.match(pattern, operation.path)]
    for operation in chosen[::step]:
        asked = _asked(service, callers, operation)
        is_change = operation.method.lower() != "get" and "verify" not in operation.path
        if part == "facade" and is_change:
            of_changes += asked
        else:
            statuses += asked
    print(f"\n{part}: {statuses.total()} requests: {dict(statuses)}")
    assert expected <= set(statuses), statuses
    assert statuses[200] + statuses[304] > statuses.total() * share, statuses
    # Neither caller may write; those who may are in `test_corrections`. A path of no key leads nowhere.
    assert set(of_changes) <= {401, 403, 404}, of_changes
    assert of_changes[404] <= of_changes.total() * 0.1, of_changes


def _asked(service: TestClient, callers: list[Headers], operation: Any) -> Counter[int]:
    """Few parameters at a time, keys that there are, and now and then what one has already: most of what is
    drawn at random is refused."""
    statuses: Counter[int] = Counter()
    known = _known_keys(service, callers[-1], operation.path)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def ask(data: st.DataObject, case: Any) -> None:
        names = sorted(case.query or {})
        kept = data.draw(st.sets(st.sampled_from(names), max_size=2)) if names else set()
        if operation.path.startswith("/api/v1/queries"):
            kept.discard("cursor")  # one of few parameters, and what the service did not give is refused
        required = {one["name"] for one in _parameters(operation) if one.get("required")}
        case.query = {name: value for name, value in (case.query or {}).items() if name in kept | required}
        if known and data.draw(st.booleans()):
            case.path_parameters = {**case.path_parameters, "key": data.draw(st.sampled_from(known))}
        caller = data.draw(st.sampled_from(callers))
        answer = _sent(service, case, caller)
        if "etag" in answer.headers and data.draw(st.booleans()):
            answer = _sent(service, case, caller | {"If-None-Match": answer.headers["etag"]})
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
    return statuses


def _sent(service: TestClient, case: Any, headers: Headers) -> Any:
    request = case.as_transport_kwargs(base_url=str(service.base_url))
    answer = service.request(**{**request, "headers": {**(request.get("headers") or {}), **headers}})
    # The checks read it, and what is sent as a form with files is a stream until somebody does.
    answer.request.read()
    return answer


def _parameters(operation: Any) -> list[dict[str, Any]]:
    return list(operation.definition.raw.get("parameters", []))


def _known_keys(service: TestClient, caller: Headers, path: str) -> list[str]:
    found = re.match(r"(/api/v1/[a-z-]+)/\{key\}", path)
    if not found:
        return []
    items = service.get(f"{found[1]}?limit=3", headers=caller).json()["items"]
    return [item["href"].removeprefix(f"{found[1]}/") for item in items]
