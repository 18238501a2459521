"""Whatever the OpenAPI document lets one ask, the service answers as it describes (schemathesis)."""

import re
from collections import Counter
from typing import Any

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

from tests.examples import examples
from tests.facade.conftest import OPEN, RESTRICTED, SHARED

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
Graphs = dict[str, frozenset[str]]
WHO = (frozenset([OPEN]), frozenset([OPEN, SHARED, RESTRICTED]))
"""Anybody, and somebody who may see everything."""
EXAMPLES = examples(3)
"""Of each operation, of which there are sixty."""
FACADE = re.compile(r"/api/v1/(?!queries|search)")


def test_whatever_is_asked_is_answered_as_described(client: TestClient, may_see: Graphs) -> None:
    """Requests made from the document (schemathesis): no fault of the service, no status and no type of
    content that is not described, and JSON that meets its schema."""
    statuses: Counter[int] = Counter()
    of_changes: Counter[int] = Counter()
    document = client.get("/openapi.json").json()
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        if FACADE.match(operation.path):
            asked = _asked(client, may_see, operation)
            if operation.method.lower() == "get" or "verify" in operation.path:
                statuses += asked
            else:
                of_changes += asked
    assert {200, 400, 404} <= set(statuses), statuses
    assert statuses[200] > statuses.total() / 4, statuses
    # Nobody in particular writes; those who may are in `test_corrections`.
    # A path of no key at all leads nowhere.
    assert set(of_changes) <= {401, 404}, of_changes
    assert of_changes[401] > of_changes.total() * 0.9, of_changes


def _asked(client: TestClient, may_see: Graphs, operation: Any) -> Counter[int]:
    """Few parameters at a time, and keys that there are: most of what is drawn at random is refused."""
    statuses: Counter[int] = Counter()
    may_see["graphs"] = WHO[1]
    known = _known_keys(client, operation.path)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data(), case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def ask(data: st.DataObject, case: Any) -> None:
        may_see["graphs"] = data.draw(st.sampled_from(WHO))
        names = sorted(case.query or {})
        kept = data.draw(st.sets(st.sampled_from(names), max_size=2)) if names else set()
        case.query = {name: value for name, value in (case.query or {}).items() if name in kept}
        if known and data.draw(st.booleans()):
            case.path_parameters = {"key": data.draw(st.sampled_from(known))}
        answer = client.request(**case.as_transport_kwargs(base_url=str(client.base_url)))
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
    return statuses


def _known_keys(client: TestClient, path: str) -> list[str]:
    found = re.match(r"(/api/v1/[a-z-]+)/\{key\}", path)
    items = client.get(f"{found[1]}?limit=3").json()["items"] if found else []
    return [item["href"].removeprefix(f"{found[1]}/") for item in items] if found else []
