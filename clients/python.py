"""The Python package: openapi-python-client, given names that are good Python.

Filters are called `foundedOn[gte]`. Of such a name the generator makes `founded_ongte`; it is given
`foundedOn__gte`, makes `founded_on_gte`, and what is sent is written back.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

CONFIGURATION = Path(__file__).with_name("python.yaml")
JSON = ("application/json", "application/problem+json")
METHODS = ("get", "put", "post", "patch", "delete")
_OPERATOR = re.compile(r"^(?P<key>[^\[]+)\[(?P<operator>\w+)\]$")
_SENT = re.compile(r'params\["(?P<key>\w+?)__(?P<operator>\w+)"\]')


def generate(document: Mapping[str, Any], folder: Path) -> None:
    """Write the package into `folder`, in place of what was there. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as made:
        given = Path(made) / "openapi.json"
        given.write_text(json.dumps(prepared(document)), encoding="utf-8")
        command = (sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning")
        options = ("--meta", "setup", "--overwrite", "--config", CONFIGURATION, "--output-path", folder)
        subprocess.run([*command, "--path", given, *options], check=True, stdout=sys.stderr)
    for module in (folder / "lienthong_client" / "api").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        module.write_text(_SENT.sub(r'params["\g<key>[\g<operator>]"]', text), encoding="utf-8")


def prepared(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with names for Python, and of each operation what is JSON: RDF and SPARQL have clients of
    their own. An operation that takes a body, and none in JSON, is left out."""
    copied: dict[str, Any] = json.loads(json.dumps(document))
    for path, described in list(copied["paths"].items()):
        copied["paths"][path] = kept = {
            method: one
            for method, one in described.items()
            if method not in METHODS or _is_json(one.get("requestBody"))
        }
        for operation in (kept[method] for method in METHODS if method in kept):
            for one in operation.get("parameters", ()):
                one["name"] = _OPERATOR.sub(r"\g<key>__\g<operator>", one["name"])
            for content in _contents(operation):
                for media_type in set(content) - set(JSON):
                    del content[media_type]
    return copied


def _is_json(body: Mapping[str, Any] | None) -> bool:
    return body is None or bool(set(body["content"]) & set(JSON))


def _contents(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What an operation takes and gives, by media type. What is given in no JSON at all stays as it is."""
    if "requestBody" in operation:
        yield operation["requestBody"]["content"]
    for answer in operation["responses"].values():
        if set(answer.get("content", ())) & set(JSON):
            yield answer["content"]
