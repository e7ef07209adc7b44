"""Geometry of the pictures that are drawn from data: numbers and path data in, no HTML.

Lengths are units of each drawing's own viewBox; y grows downwards, as in SVG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log10, sqrt

from factbook.records import Share

# Icon arrays --------------------------------------------------------------------------------------

CELL_WIDTH, CELL_HEIGHT, IN_A_ROW = 20, 26, 10


@dataclass(frozen=True)
class IconArray:
    """One hundred people, ten in a row, filled from the top left.

    Attributes:
        count: People of 100 to whom it happened.
        low, high: What chance alone allows, people of 100.
        filled, empty: Path data of the people to whom it happened, and of the others.
        band: Path data of the ground behind the people from `low` to `high`.
    """

    count: int
    low: int
    high: int
    filled: str
    empty: str
    band: str

    width = CELL_WIDTH * IN_A_ROW
    height = CELL_HEIGHT * IN_A_ROW


def icon_array(share: Share) -> IconArray:
    """Draw a share of people on the base of 100."""
    count, (low, high) = share.per_hundred, share.range_per_hundred
    return IconArray(
        count=count,
        low=low,
        high=high,
        filled=people(range(count)),
        empty=people(range(count, 100)),
        band="".join(_band(low, high)),
    )


def _cells(numbers: range, start: Callable[[int], str], shape: str, step: str, down: str) -> str:
    """Path data of one shape in each cell of these numbers (0 to 99).

    Args:
        numbers: The cells, one after another.
        start: Moves to where the shape begins in a cell.
        shape: Draws it from there.
        step: Moves from where it ends to where the next in the row begins: the same text over and over packs well.
        down: Moves from there to where the first in the next row begins.
    """
    return "".join(
        (start(number) if number == numbers.start else step if number % IN_A_ROW else down) + shape
        for number in numbers
    )


def place(number: int) -> tuple[int, int]:
    """Where the cell of a person stands, counted from 0."""
    return number % IN_A_ROW * CELL_WIDTH, number // IN_A_ROW * CELL_HEIGHT


def people(numbers: range) -> str:
    """Path data of heads and shoulders, one in each cell of these numbers (0 to 99)."""

    def start(number: int) -> str:
        x = number % IN_A_ROW * CELL_WIDTH + CELL_WIDTH / 2
        return f"M{x - 4:g} {number // IN_A_ROW * CELL_HEIGHT + 8}"

    shape = "a4 4 0 1 1 8 0a4 4 0 1 1-8 0zm-3 15v-3a7 7 0 0 1 14 0v3z"
    down = f"m{3 - (IN_A_ROW - 1) * CELL_WIDTH} {CELL_HEIGHT - 15}"
    return _cells(numbers, start, shape, f"m{CELL_WIDTH + 3}-15", down)


def _band(low: int, high: int) -> Iterator[str]:
    """Path data of one rectangle for each row that holds people `low` to `high` (0 to 100, upper end left out)."""
    for row in range(IN_A_ROW):
        start, end = max(low, row * IN_A_ROW), min(high, (row + 1) * IN_A_ROW)
        if start < end:
            x, width = start % IN_A_ROW * CELL_WIDTH, (end - start) * CELL_WIDTH
            yield f"M{x} {row * CELL_HEIGHT}h{width}v{CELL_HEIGHT}h{-width}z"


DOT = 10


@dataclass(frozen=True)
class DotArray:
    """One hundred dots, ten in a row, filled from the top left: people too small to draw as figures.

    Attributes:
        count: Dots that are filled.
        filled, empty: Path data of both kinds.
    """

    count: int
    filled: str
    empty: str

    size = DOT * IN_A_ROW


def dot_array(share: Share) -> DotArray:
    """Draw a share of people on the base of 100."""
    count = share.per_hundred
    return DotArray(count, _dots(range(count)), _dots(range(count, 100)))


def _dots(numbers: range) -> str:
    """Path data of dots."""

    def start(number: int) -> str:
        return f"M{number % IN_A_ROW * DOT + 1.5:g} {number // IN_A_ROW * DOT + 5}"

    down = f"m{-(IN_A_ROW - 1) * DOT} {DOT}"
    return _cells(numbers, start, "a3.5 3.5 0 1 1 7 0a3.5 3.5 0 1 1-7 0z", f"m{DOT} 0", down)


# Lines along an axis ------------------------------------------------------------------------------

PLOT_WIDTH, PLOT_MARGIN = 300, 14


@dataclass(frozen=True)
class Axis:
    """A scale from `start` to `end` over a drawing `width` wide, with round ticks."""

    start: float
    end: float
    ticks: tuple[float, ...]

    width = PLOT_WIDTH

    def x(self, value: float) -> float:
        """Where a value stands, rounded to a tenth of a unit."""
        inner = PLOT_WIDTH - 2 * PLOT_MARGIN
        return round(PLOT_MARGIN + inner * (value - self.start) / (self.end - self.start), 1)


def axis(values: Iterable[float], step: float) -> Axis:
    """A scale that begins at nought (or below, where a value does) and ends at the next full step."""
    found = [0.0, *values]
    start = -ceil(-min(found) / step) * step
    end = max(ceil(max(found) / step) * step, start + step)
    return Axis(start, end, tuple(start + step * number for number in range(round((end - start) / step) + 1)))


@dataclass(frozen=True)
class Line:
    """One row of a plot: a line from `left` to `right` (None: not known), and marks on it, as x values."""

    left: float | None
    right: float | None
    marks: tuple[float, ...]


def line(scale: Axis, low: float | None, high: float | None, marks: Sequence[float]) -> Line:
    """Place an interval and its marks on a scale."""
    return Line(
        None if low is None else scale.x(low),
        None if high is None else scale.x(high),
        tuple(scale.x(mark) for mark in marks),
    )


# Bubbles ------------------------------------------------------------------------------------------


def bubble_radius(people: int | None) -> float:
    """Radius in a cell 40 units wide: the area follows the order of magnitude of the number of people.

    Ten people and fewer, or a number that is not known, give the smallest bubble (8), 5,000 the largest (18).
    """
    if not people:
        return 8.0
    share = min(max((log10(people) - 1) / (log10(5000) - 1), 0), 1)
    return round(sqrt(64 + share * (324 - 64)), 1)
