"""A small drawing of what is around one thing, as boxes and lines of an SVG; nothing is drawn that the list
beside it does not say.

Left: what points here. Right: what it points to. Above and below: classes above and below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BOX, HEIGHT, GAP = 720, 190, 34, 12
"""Of the drawing, of a box; pixels."""
STEP = HEIGHT + GAP
MOST, WIDEST = 6, 3
"""Boxes on one side, above or below; the list has the rest."""
LONGEST, LONGEST_BOLD = 25, 21
"""Characters that fit into a box, and into the one in the middle."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`by` is the property between, empty for a class above or below; `text` is in the box, where that is not
    the label."""

    label: str
    by: str = ""
    text: str = ""


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
    every = len(left) + len(right) + len(above) + len(below)
    if not every:
        return None
    rows = max(1, min(len(left), MOST), min(len(right), MOST))
    top = STEP + GAP if above else 0
    height = top + rows * STEP - GAP + (STEP + GAP if below else 0)
    centre = Box((WIDTH - BOX) // 2, top + (rows - 1) * STEP // 2, _fit(middle, LONGEST_BOLD), middle, True)
    sides = (_column(left, 0, top, rows), _column(right, WIDTH - BOX, top, rows))
    ends = (_row(above, 0), _row(below, height - HEIGHT))
    lines = [_across(one, centre) for side in sides for one in side]
    lines += [_along(one, centre) for end in ends for one in end]
    boxes = (centre, *(one for group in (*sides, *ends) for one in group))
    return Diagram(WIDTH, height, BOX, HEIGHT, boxes, tuple(lines), every - len(lines))


def _column(side: Sequence[Neighbour], x: int, top: int, rows: int) -> list[Box]:
    """Beside the middle, one below the other."""
    shown = side[:MOST]
    first = top + (rows - len(shown)) * STEP // 2
    return [_box(x, first + place * STEP, one) for place, one in enumerate(shown)]


def _row(end: Sequence[Neighbour], y: int) -> list[Box]:
    """Above or below the middle, side by side."""
    shown = end[:WIDEST]
    first = (WIDTH - len(shown) * (BOX + GAP) + GAP) // 2
    return [_box(first + place * (BOX + GAP), y, one) for place, one in enumerate(shown)]


def _across(one: Box, centre: Box) -> Line:
    """From the side of a box that is nearer to the middle."""
    start, end = (BOX, 0) if one.x < centre.x else (0, BOX)
    return Line(one.x + start, one.y + HEIGHT // 2, centre.x + end, centre.y + HEIGHT // 2)


def _along(one: Box, centre: Box) -> Line:
    start, end = (HEIGHT, 0) if one.y < centre.y else (0, HEIGHT)
    return Line(one.x + BOX // 2, one.y + start, centre.x + BOX // 2, centre.y + end, True)


def _box(x: int, y: int, one: Neighbour) -> Box:
    whole = f"{one.by}: {one.label}" if one.by else one.label
    return Box(x, y, _fit(one.text or one.label, LONGEST), whole)


def _fit(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
