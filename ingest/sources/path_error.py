"""The error that the two path languages share."""


class PathError(ValueError):
    """`position` characters of the path are good, what follows is not; `allowed` shows what may be used."""

    language = "path"
    allowed = ""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(text)
        self.position = position
