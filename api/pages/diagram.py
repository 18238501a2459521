"""A small drawing of what is around one thing, as boxes and lines of an SVG; nothing is drawn that the list
beside it does not say.

Left: what points here. Right: what it points to. Above and below: classes above and below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BOX, HEIGHT, GAP = 720, 190, 34, 12
"""Of the drawing, of a box; pixels."""
MOST = 6
"""Boxes on one side; the list has the rest."""
LONGEST = 25
"""Characters that fit into a box."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`by` is the property between, empty for a class above or below."""

    label: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """The top left corner, the text that fits, and the whole text."""

    x: int
    y: int
    text: str
    whole: str
    is_middle: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """From point to point; `is_dashed` for a class above or below."""

    x1: int
    y1: int
    x2: int
    y2: int
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """`left_out` tells how many neighbours are in the list alone."""

    width: int
    height: int
    box_width: int
    box_height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    left_out: int


def diagram(
    middle: str,
    left: Sequence[Neighbour] = (),
    right: Sequence[Neighbour] = (),
    above: Sequence[Neighbour] = (),
    below: Sequence[Neighbour] = (),
) -> Diagram | None:
    """None where there is nothing around it."""
    if not (left or right or above or below):
        return None
    rows = max(min(len(left), MOST), min(len(right), MOST), 1)
    step = HEIGHT + GAP
    upper = step + GAP if above else 0
    lower = step + GAP if below else 0
    height = upper + rows * step - GAP + lower
    x, y = (WIDTH - BOX) // 2, upper + (rows * step - GAP - HEIGHT) // 2
    boxes = [Box(x, y, _fit(middle), middle, True)]
    lines = []
    for side, at in ((left[:MOST], 0), (right[:MOST], WIDTH - BOX)):
        first = upper + (rows - len(side)) * step // 2
        for place, one in enumerate(side):
            top = first + place * step
            boxes.append(_box(at, top, one))
            inner, outer = (x, BOX) if at == 0 else (x + BOX, WIDTH - BOX)
            lines.append(Line(outer, top + HEIGHT // 2, inner, y + HEIGHT // 2))
    for row, top in ((above[:3], 0), (below[:3], height - HEIGHT)):
        start = (WIDTH - len(row) * (BOX + GAP) + GAP) // 2
        for place, one in enumerate(row):
            at = start + place * (BOX + GAP)
            boxes.append(_box(at, top, one))
            ends = (top + HEIGHT, y) if top == 0 else (top, y + HEIGHT)
            lines.append(Line(at + BOX // 2, ends[0], WIDTH // 2, ends[1], True))
    shown = len(boxes) - 1
    every = len(left) + len(right) + len(above) + len(below)
    return Diagram(WIDTH, height, BOX, HEIGHT, tuple(boxes), tuple(lines), every - shown)


def _box(x: int, y: int, one: Neighbour) -> Box:
    whole = f"{one.by}: {one.label}" if one.by else one.label
    return Box(x, y, _fit(one.label), whole)


def _fit(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
