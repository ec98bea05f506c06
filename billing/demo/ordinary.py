"""Ordinary business: monthly contracts, and projects billed on Wednesdays, Fridays and the last day of the month."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from random import Random

from billing.demo.catalogue import Article, Catalogue
from billing.demo.sale import Item, Sale
from clients.demo.customer import Customer
from clients.demo.plan import first_day
from invoicing_site.demo_world.world import Firm, World, month_before, working_day

TARGET = {"berlin": 466, "newyork": 336}  # ordinary and special; one of each is deleted again
DAY = dt.timedelta(days=1)


def ordinary(world: World, firm: Firm, catalogue: Catalogue, special: int) -> list[Sale]:
    """The firm's everyday documents, by day; as many as TARGET leaves beside `special`."""
    wanted = max(8, round(TARGET[firm.key] * world.scale) - special)
    monthly = list(_contracts(world, firm, catalogue))
    world.rng(firm.key, "contracts").shuffle(monthly)
    monthly = monthly[: wanted // 3]
    projects = _projects(world, firm, catalogue, wanted - len(monthly))
    return sorted([*monthly, *projects], key=lambda sale: sale.day)


def _contracts(world: World, firm: Firm, catalogue: Catalogue) -> Iterator[Sale]:
    for month in list(world.months())[1:]:
        for customer in firm.customers:
            before, day = month_before(month, 1), working_day(month)
            if not customer.monthly or first_day(world, customer) > before or day > world.last:
                continue
            rng = world.rng(firm.key, customer.name, "contract")
            skus = rng.sample(catalogue.monthly, k=rng.randint(1, len(catalogue.monthly)))
            text = (f"{before:%m/%Y}",) * 2
            yield Sale(
                customer,
                day,
                tuple(Item(sku, Decimal(1), text) for sku in sorted(skus)),
                supply=(before, month - DAY),
                references={"contract": f"RV-{world.start.year}-{customer.weight:02}{len(customer.name):02}"},
                delivered=True,
            )


def _projects(world: World, firm: Firm, catalogue: Catalogue, count: int) -> Iterator[Sale]:
    days = _days(world)
    rng = world.rng(firm.key, "projects")
    # Business grows by half over the story.
    picked = sorted(rng.choices(days, weights=[100 + 50 * place // len(days) for place in range(len(days))], k=count))
    for number, day in enumerate(picked):
        yield project(world, firm, catalogue, day, world.rng(firm.key, "project", number))


def _days(world: World) -> list[dt.date]:
    found, day = [], world.start + 4 * DAY
    while day <= world.last:
        if day.weekday() in (2, 4) or working_day(month_before(day, -1) - DAY, -1) == day:
            found.append(day)
        day += DAY
    return found


def project(world: World, firm: Firm, catalogue: Catalogue, day: dt.date, rng: Random) -> Sale:
    """A document of one to forty lines for somebody who is a customer on `day`."""
    known = [each for each in firm.customers if first_day(world, each) < day and not _gone(world, each, day)]
    customer = rng.choices(known, weights=[each.weight for each in known])[0]
    goods = rng.random() < 0.3
    size = 1 if customer.details.kind == "person" else rng.choices((1, 3, 7, 14, 40), weights=(22, 42, 27, 8, 1))[0]
    lines = rng.randint(size // 2 + 1, size) if size > 1 else rng.randint(1, 2)
    offered = [each for each in catalogue.articles if each.goods is goods and each.sku not in catalogue.monthly]
    items = tuple(item(catalogue, rng.choice(offered), rng) for _ in range(lines))
    name = rng.choice(catalogue.projects)
    began = day.replace(day=1) if day.day > 12 else month_before(day, 1)
    recent, roll = (world.last - day).days, rng.random()
    end = "draft" if recent < 24 and roll < 0.45 else "void" if roll > 0.982 else "issued"
    return Sale(
        customer,
        day,
        items,
        end=end,
        supply=(None, day - DAY * rng.randint(1, 6)) if goods else (began, day - DAY),
        opening=_opening(name) if rng.random() < 0.7 else ("", ""),
        allowances=_allowances(rng),
        references=_references(rng) if customer.details.kind == "company" else {},
        delivered=rng.random() < 0.7,
    )


def _gone(world: World, customer: Customer, day: dt.date) -> bool:
    return customer.until is not None and day >= month_before(world.start, -customer.until)


def item(catalogue: Catalogue, article: Article, rng: Random) -> Item:
    quantities = {
        "HUR": (Decimal("0.25"), 2, 72), "DAY": (Decimal("0.5"), 1, 8), "LS": (Decimal(1), 1, 1), "MON": (Decimal(1), 1, 3),
        "FOT": (Decimal("0.5"), 20, 300), "E54": (Decimal(1), 1, 3), "SET": (Decimal(1), 2, 24),
    }  # fmt: skip
    price = Decimal(article.price)
    usual = (Decimal(50), 4, 40) if price < 5 else (Decimal(1), 1, 24) if price < 200 else (Decimal(1), 1, 4)
    step, least, most = quantities.get(article.unit, usual)
    roll = rng.random()
    return Item(
        article.sku,
        step * rng.randint(least, most),
        rng.choice(catalogue.said_of(article)) if roll < 0.75 else ("", ""),
        percent=Decimal(rng.choice((5, 10, 15))) if roll < 0.09 else Decimal(0),
        off=Decimal("0.05") if 0.09 <= roll < 0.12 else Decimal(0),
    )


def _opening(name: tuple[str, str]) -> tuple[str, str]:
    return (
        f"Für das Projekt „{name[0]}“ stellen wir Ihnen in Rechnung:",
        f"For the project “{name[1] or name[0]}” we invoice as agreed:",
    )


def _allowances(rng: Random) -> tuple[tuple[str, str, bool, Decimal | None, Decimal], ...]:
    roll = rng.random()
    if roll < 0.05:
        return (("Treuerabatt", "Loyalty discount", False, Decimal(3), Decimal(0)),)
    if roll < 0.08:
        return (("Nachlass nach Absprache", "Discount as agreed", False, None, Decimal("0.1")),)
    if roll < 0.12:
        return (("Eilzuschlag", "Rush charge", True, Decimal(15), Decimal(0)),)
    return ()


def _references(rng: Random) -> dict[str, str]:
    roll = rng.random()
    if roll < 0.35:
        return {"purchase_order": f"PO-{rng.randint(40000, 48999)}"}
    if roll < 0.45:
        return {"buyer_reference": f"KST {rng.randint(100, 990)}-{rng.randint(10, 99)}"}
    return {}
