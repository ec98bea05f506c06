"""Where a chart's bars and grid lines stand, in percent of the drawing; components/bars.html draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ZERO, HUNDRED = Decimal(0), Decimal(100)
_GAP = Decimal("0.3")  # of a group's width, left empty so that groups read apart


@dataclass(frozen=True)
class Bars:
    """What a bar chart shows: `names` of the series, `rows` of (label, one value per name), all in one `currency`."""

    title: str
    names: tuple[str, ...]
    rows: Sequence[tuple[str, tuple[Decimal, ...]]]
    currency: str


@dataclass(frozen=True)
class Bar:
    """One rectangle: `series` counts from 1, the lengths are percent with two decimals."""

    series: int
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


@dataclass(frozen=True)
class Group:
    label: str
    values: tuple[Decimal, ...]
    x: Decimal
    width: Decimal
    middle: Decimal
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Layout:
    groups: tuple[Group, ...]
    ticks: tuple[tuple[Decimal, Decimal], ...]  # (value, y)


def percent(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def step(span: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that cuts `span` into at most four."""
    if span <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb((span / 4).adjusted())
    return next(power * f for f in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * f * 4 >= span)


def ticks(values: Sequence[Decimal]) -> list[Decimal]:
    """Round values from below the lowest to above the highest, zero always among them."""
    low, high = min([ZERO, *values]), max([ZERO, *values])
    size = step(high - low)
    first = (low / size).to_integral_value(ROUND_FLOOR)
    last = max((high / size).to_integral_value(ROUND_CEILING), first + 1)
    return [size * n for n in range(int(first), int(last) + 1)]


def layout(chart: Bars) -> Layout:
    """Rectangles and grid lines; a negative value hangs below the zero line. An empty chart has no groups."""
    marks = ticks([value for _, values in chart.rows for value in values])
    low, high = marks[0], marks[-1]

    def y(value: Decimal) -> Decimal:
        return percent((high - value) / (high - low) * HUNDRED)

    groups = []
    width = HUNDRED / max(len(chart.rows), 1)
    for place, (label, values) in enumerate(chart.rows):
        thickness = width * (1 - _GAP) / max(len(values), 1)
        left = width * place + width * _GAP / 2
        bars = tuple(
            Bar(n + 1, percent(left + thickness * n), min(y(v), y(ZERO)), percent(thickness), abs(y(v) - y(ZERO)))
            for n, v in enumerate(values)
        )
        edge = percent(width * place)
        groups.append(Group(label, values, edge, percent(width), percent(edge + width / 2), bars))
    return Layout(tuple(groups), tuple((mark, y(mark)) for mark in reversed(marks)))


def shares(amounts: Sequence[Decimal]) -> list[tuple[Decimal, Decimal]]:
    """(start, width) of each amount in one bar of 100 percent; negative amounts take no room, nothing gives zeros."""
    positive = [max(amount, ZERO) for amount in amounts]
    total = sum(positive, ZERO)
    out, start = [], ZERO
    for amount in positive:
        width = percent(amount / total * HUNDRED) if total else ZERO
        out.append((start, width))
        start += width
    return out
