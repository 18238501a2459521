"""String templates: `https://example.org/{code}/{name}`, `\\{` for a brace (RML-Core, rml:template)."""

from ingest.mapping.model import Reference, Template


class TemplateError(ValueError):
    """`position` (1-based) is the character of the template that is wrong."""

    def __init__(self, vi: str, en: str, position: int) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en
        self.position = position


def parse_template(text: str) -> Template:
    """Raises TemplateError for a brace or backslash out of place, an empty reference, or an open one."""
    parts: list[str | Reference] = []
    piece: list[str] = []
    opened: int | None = None
    position = 0
    while position < len(text):
        char = text[position]
        if char == "\\":
            position += 1
            if text[position : position + 1] not in ("\\", "{", "}"):
                raise TemplateError(
                    r"«\» chỉ đứng trước «{», «}» hoặc «\»",
                    r"“\” may only stand before “{”, “}” or “\”",
                    position,
                )
            piece.append(text[position])
        elif char == "{":
            if opened is not None:
                raise TemplateError("«{» bên trong «{…}»", "“{” inside “{…}”", position + 1)
            if piece:
                parts.append("".join(piece))
            piece, opened = [], position + 1
        elif char == "}":
            if opened is None:
                raise TemplateError("«}» không có «{»", "“}” without “{”", position + 1)
            if not piece:
                raise TemplateError("«{}» rỗng", "“{}” is empty", opened)
            parts.append(Reference("".join(piece)))
            piece, opened = [], None
        else:
            piece.append(char)
        position += 1
    if opened is not None:
        raise TemplateError("«{» không được đóng", "“{” is never closed", opened)
    if piece:
        parts.append("".join(piece))
    return Template(text, tuple(parts))
