"""A YAML document as texts, lists and mappings, each with its line. Every scalar is the text that is written:
`007` stays three digits."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

from graph.errors import MappingError, Place
from graph.text import Text

_NULL = "tag:yaml.org,2002:null"
_TARGETS = Text(
    "Bỏ khóa này; chọn nơi ghi bằng lienthong map -o.", "Leave it out; lienthong map -o says where to write."
)
_STAR = Text("Phát biểu về phát biểu (RDF-star) không được đọc.", "Statements about statements are not read.")
_LISTS = Text("Danh sách và tập hợp của RDF không được tạo.", "Lists and containers of RDF are not made.")
_CHANGES = Text("Dùng lienthong dataset diff.", "Use lienthong dataset diff.")
# Keys of YARRRML and of what has been added to it, which are not read.
_UNSUPPORTED = {
    **dict.fromkeys(("targets", "target"), _TARGETS),
    **dict.fromkeys(("quoted", "quotedNonAsserted", "quotednonasserted"), _STAR),
    **dict.fromkeys(("gather", "gatherAs", "gatheras"), _LISTS),
    **dict.fromkeys(("changeDetection", "changedetection"), _CHANGES),
}
DEPTH_LIMIT = 40
"""Deepest nesting that is read."""
SIZE_LIMIT = 100_000
"""Most items of a document, counted once for every place where an alias repeats them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A value of the document: text, list, mapping, or nothing."""

    file: str
    line: int
    value: "str | list[Item] | dict[str, Item] | None"

    def wrong(self, vi: str, en: str, hint: Text | None = None) -> MappingError:
        return MappingError(Text(vi, en), hint=hint, place=Place(file=self.file, line=self.line))

    @property
    def text(self) -> str:
        """Raises MappingError for what is no text."""
        if not isinstance(self.value, str):
            raise self.wrong("Cần một đoạn văn bản ở đây.", "A text is expected here.")
        return self.value

    @property
    def items(self) -> "list[Item]":
        """Those of a list; anything else is the only one, nothing is none."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.value is None else [self]

    @property
    def mapping(self) -> "dict[str, Item]":
        """Raises MappingError for what is no mapping."""
        if not isinstance(self.value, dict):
            raise self.wrong("Cần các cặp «khóa: giá trị» ở đây.", "Pairs “key: value” are expected here.")
        return self.value

    def get(self, *names: str) -> "Item | None":
        """What stands under any of these names. Raises MappingError where it stands under two."""
        found = [(name, self.mapping[name]) for name in names if name in self.mapping]
        if len(found) > 1:
            first, second = found[0][0], found[1][0]
            raise max((item for _, item in found), key=lambda item: item.line).wrong(
                f"«{first}» và «{second}» là một.", f"“{first}” and “{second}” are the same."
            )
        return found[0][1] if found else None

    def all(self, *names: str) -> "Iterator[Item]":
        """The items under any of these names."""
        found = self.get(*names)
        if found is not None:
            yield from found.items

    def only(self, *known: str) -> None:
        """Raises MappingError for a key that is none of these, with its line."""
        for name, item in self.mapping.items():
            if name in _UNSUPPORTED:
                raise item.wrong(
                    f"Chưa hỗ trợ «{name}» của YARRRML.",
                    f"“{name}” of YARRRML is not supported.",
                    _UNSUPPORTED[name],
                )
            if name not in known:
                near = get_close_matches(name, known, n=1)
                offer = near[0] if near else ", ".join(known)
                raise item.wrong(
                    f"Không có khóa «{name}» ở đây.",
                    f"There is no key “{name}” here.",
                    Text(f"Có phải: {offer}?", f"Did you mean: {offer}?"),
                )


def parse(text: str, path: Path) -> Item:
    """Raises MappingError with the line of what is not YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        reason = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
        raise MappingError(
            Text(f"Không phải YAML: {reason}", f"Not YAML: {reason}"),
            hint=Text(
                "Kiểm tra thụt lề và dấu nháy; viết «$(cột)» trong nháy khi có dấu hai chấm.",
                "Look at indentation and quotes; quote what holds a colon and a space.",
            ),
            place=Place(file=str(path), line=None if mark is None else mark.line + 1),
        ) from wrong
    return _Tree(str(path)).item(root, 0)


class _Tree:
    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def item(self, node: yaml.Node | None, depth: int) -> Item:
        line = 1 if node is None else node.start_mark.line + 1
        self._count += 1
        if depth > DEPTH_LIMIT or self._count > SIZE_LIMIT:
            raise Item(self._file, line, None).wrong(
                "Tài liệu lồng quá sâu hoặc quá lớn.", "The document is nested too deep or too large."
            )
        if isinstance(node, yaml.SequenceNode):
            return Item(self._file, line, [self.item(one, depth + 1) for one in node.value])
        if isinstance(node, yaml.MappingNode):
            return Item(self._file, line, self._pairs(node, depth))
        is_nothing = node is None or node.tag == _NULL
        return Item(self._file, line, None if is_nothing or node is None else str(node.value))

    def _pairs(self, node: yaml.MappingNode, depth: int) -> dict[str, Item]:
        pairs: dict[str, Item] = {}
        for key, value in node.value:
            item = self.item(value, depth + 1)
            # The line of a pair is that of its key: a value may begin on the next.
            item = Item(self._file, key.start_mark.line + 1, item.value)
            if str(key.value) in pairs:
                raise item.wrong(f"Khóa «{key.value}» có hai lần.", f"The key “{key.value}” stands twice.")
            pairs[str(key.value)] = item
        return pairs
