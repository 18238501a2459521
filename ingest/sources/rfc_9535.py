"""JSONPath beyond what DuckDB reads, by a library that takes 0.15 s to import: for who needs it."""

from functools import lru_cache

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError

__all__ = ["JSONPathError", "compiled"]

_ENVIRONMENT = JSONPathEnvironment(strict=True)


@lru_cache(maxsize=256)
def compiled(path: str) -> JSONPath:
    """Raises JSONPathError for what is no query of RFC 9535."""
    found = _ENVIRONMENT.compile(path)
    if not isinstance(found, JSONPath):
        raise JSONPathError("several paths in one are not of RFC 9535")
    return found
