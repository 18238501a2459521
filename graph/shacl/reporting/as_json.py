"""A report as JSON, and back."""

from dataclasses import asdict, fields
from typing import Any, TypeVar

from graph.shacl.reporting.report import ColumnCount, Count, Origin, Refusal, Report, Result
from graph.text import Text

Value = TypeVar("Value", Count, ColumnCount, Result)


def written(report: Report) -> dict[str, Any]:
    """Keys are the fields' names in camel case; what is not known is left out."""
    values = _camel(asdict(report))
    return {
        "conforms": report.conforms,
        "total": report.total,
        "violations": report.violations,
        "listed": len(report.results),
        **values,
    }


def read(values: dict[str, Any]) -> Report:
    """The report that `written` wrote."""
    given = {_snake(key): value for key, value in values.items()}
    refusal = given.get("refusal")
    given |= {
        "counts": tuple(_value(Count, one) for one in given.get("counts", ())),
        "columns": tuple(_value(ColumnCount, one) for one in given.get("columns", ())),
        "results": tuple(_value(Result, one) for one in given.get("results", ())),
        "refusal": _refusal(refusal) if refusal else None,
    }
    return Report(**{name: value for name, value in given.items() if name in _FIELDS})


_FIELDS = {one.name for one in fields(Report)}
_NULLABLE = ("path", "focus", "value")


def _value(kind: type[Value], values: dict[str, Any]) -> Value:
    given = {_snake(key): value for key, value in values.items()}
    for name in ("message", "remedy"):
        if name in given:
            given[name] = Text(**given[name])
    if "origin" in given:
        given["origin"] = _origin(given["origin"])
    for one in fields(kind):
        if one.name in _NULLABLE:
            given.setdefault(one.name, None)
    return kind(**given)


def _origin(values: dict[str, Any]) -> Origin:
    return Origin(**values | {"rows": tuple(values.get("rows", ()))})


def _refusal(values: dict[str, Any]) -> Refusal:
    hint = values.get("hint")
    return Refusal(
        Text(**values["message"]), Text(**hint) if hint else None, _origin(values["origin"]), values["access"]
    )


def _camel(value: Any, *, keys: bool = True) -> Any:
    if isinstance(value, dict):
        return {
            _camel_name(key) if keys else key: _camel(inner, keys=key != "ids")
            for key, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list | tuple):
        return [_camel(one) for one in value]
    return value


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(one.capitalize() for one in rest)


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
