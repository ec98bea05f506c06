"""Alternating rounds: what two things cost on the same machine in the same minute; their ratio outlives the noise."""

import random
import statistics
import time
from collections.abc import Callable, Mapping

Contender = Callable[[], float]


def alternate(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[float]]:
    """Call each contender once a round, in an order shuffled anew (by a fixed seed), and return what they answered."""
    chance, names = random.Random(2026), list(contenders)
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        chance.shuffle(names)
        for name in names:
            found[name].append(contenders[name]())
    return found


def ratio(found: Mapping[str, list[float]], name: str, baseline: str) -> float:
    """The median over the rounds of `name` divided by `baseline` of the same round."""
    return statistics.median(one / other for one, other in zip(found[name], found[baseline], strict=True))


def middle(values: list[float]) -> float:
    return statistics.median(values)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
