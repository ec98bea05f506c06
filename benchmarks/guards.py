"""What the guards of the database cost: the issue verb with all of them, against the same schema without. History and seal stay on."""

import gc
from typing import Any
from uuid import UUID

from django.apps import apps

from benchmarks.database import as_owner, vacuum
from benchmarks.issue import batch, single
from benchmarks.rounds import alternate, middle, ratio
from benchmarks.world import World
from invoicing_site.guards import Guard, History, SameCompany, Sealed

ROUNDS, EACH, BATCH, WARM = 7, 200, 500, 20
WRITTEN = {
    "Document", "Line", "LineTax", "Allowance", "TaxTotal", "DueItem", "Snapshot", "Entry", "Posting", "Counter",
}  # fmt: skip


def guards() -> list[tuple[Any, Guard]]:
    """Every guard on the tables an issue writes, foreign keys within the company among them."""
    return [
        (model, guard)
        for model in apps.get_app_config("billing").get_models()
        if model.__name__ in WRITTEN
        for guard in model._meta.constraints
        if isinstance(guard, Guard) and not isinstance(guard, History | Sealed)
    ]


def switch(*, on: bool) -> None:
    """Put every guard on, or take every one off: in the database of the run, which goes with it."""
    with as_owner() as owner, owner.transaction():
        for model, guard in guards():
            owner.execute(_made(model, guard) if on else guard.remove_sql(model, None))


def _made(model: Any, guard: Guard) -> str:
    """A foreign key needs no function, and its own `create_sql` waits for the end of a migration."""
    text: str = ";\n".join(guard.statements(model)) if isinstance(guard, SameCompany) else guard.create_sql(model, None)
    return text


def measure() -> list[dict[str, Any]]:
    world = World("guarded")
    stock = iter(world.copies(world.draft(5), (ROUNDS * 2 + 1) * (EACH + BATCH + WARM)))

    def take(count: int) -> list[UUID]:
        return [next(stock) for _ in range(count)]

    single(world, take(EACH))
    vacuum()
    gc.freeze()
    batches: dict[bool, list[float]] = {True: [], False: []}

    def run(on: bool) -> float:
        switch(on=on)
        try:
            single(world, take(WARM))  # plans are made anew after a change of the schema
            batches[on].append(batch(world, take(BATCH)))
            return single(world, take(EACH))
        finally:
            switch(on=False)
            switch(on=True)

    found = alternate({"on": lambda: run(True), "off": lambda: run(False)}, ROUNDS)
    together = {"on": batches[True], "off": batches[False]}
    return [
        _row(f"price of {len(guards())} guards for a single issue (history and seal apart)", found, "≤ 1.10"),
        _row(f"price of the guards for a batch of {BATCH}", together, "published"),
    ]


def _row(figure: str, found: dict[str, list[float]], target: str) -> dict[str, Any]:
    return {
        "figure": figure,
        "reached": f"{middle(found['on']):,.0f} a second",
        "baseline": f"without {middle(found['off']):,.0f} a second",
        "ratio": f"{ratio(found, 'off', 'on'):.2f}",
        "target": target,
    }
