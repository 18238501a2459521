"""JSON Merge Patch (RFC 7396 §2)."""

from api.facade.exact import Json


def merged(target: Json, patch: Json) -> Json:
    """The target with the patch applied: null takes a member away, an object is merged, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
