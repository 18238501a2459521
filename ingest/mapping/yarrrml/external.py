"""Values that a YARRRML document has for itself: `$(_name)` is what `external` says of `name`.

A reference to a column that begins with an underscore is written `$(\\_name)`, where the two could be meant.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ingest.mapping.yarrrml.tree import Item

KEY = "external"
_REFERENCE = re.compile(r"\$\(_([^()\\]+)\)")


def filled(root: Item) -> Item:
    """The document with its external values in place. A name that it does not declare is a reference.

    Raises MappingError for a value that is no text.
    """
    declared = root.get(KEY)
    if declared is None:
        return root
    values = {name: item.text for name, item in declared.mapping.items()}
    others = {name: _filled(item, values) for name, item in root.mapping.items() if name != KEY}
    return replace(root, value=others)


def _filled(item: Item, values: Mapping[str, str]) -> Item:
    match item.value:
        case str() as text:
            return replace(item, value=_REFERENCE.sub(lambda one: values.get(one[1], one[0]), text))
        case list() as items:
            return replace(item, value=[_filled(one, values) for one in items])
        case dict() as pairs:
            return replace(item, value={name: _filled(one, values) for name, one in pairs.items()})
        case None:
            return item
