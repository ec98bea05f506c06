"""The sales of the demo on its agenda: drafts, issues, voids, deliveries."""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from billing.actions.drafts import create_draft, delete_draft, save_draft
from billing.actions.issue import issue_many
from billing.actions.void import record_delivery, void
from billing.demo import berlin, newyork
from billing.demo.ordinary import ordinary
from billing.demo.pieces import special
from billing.demo.sale import Sale, Shop
from billing.demo.stock import plan_products, plan_rates, plan_taxes
from billing.models import Line
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm, World, working_day
from invoicing_site.states import Role

CATALOGUES = {"berlin": berlin.CATALOGUE, "newyork": newyork.CATALOGUE}
REASONS = {
    "berlin": ("Falscher Leistungszeitraum, neu gestellt", "Bestellnummer des Kunden fehlte", "Doppelt berechnet"),
    "newyork": ("Wrong service period, issued again", "Purchase order number was missing", "Billed twice"),
}
DAY = dt.timedelta(days=1)


def sales(world: World) -> None:
    """Plan every firm's sales and leave them in `firm.sales`, by day."""
    for firm in world.firms:
        shop = Shop(firm, CATALOGUES[firm.key])
        plan_taxes(world, shop)
        plan_products(world, shop)
        plan_rates(world, shop)
        pieces = special(world, firm, shop.catalogue)
        everyday = ordinary(world, firm, shop.catalogue, len(pieces))
        firm.sales = sorted([*pieces, *everyday], key=lambda sale: sale.day)
        by_day: dict[dt.date, list[Sale]] = defaultdict(list)
        for sale in firm.sales:
            by_day[sale.day].append(sale)
        for day, batch in by_day.items():
            _plan_day(world, shop, day, batch)


def _plan_day(world: World, shop: Shop, day: dt.date, batch: list[Sale]) -> None:
    """Drafts are written in the course of the day and issued together in the afternoon."""
    firm = shop.firm
    for number, sale in enumerate(batch):
        _plan_draft(world, shop, sale, f"{10 + number // 12:02}:{number % 12 * 5:02}")
        if sale.end == "void":
            _plan_void(world, firm, sale, number)
        elif sale.end == "issued" and sale.delivered:
            _plan_delivery(world, firm, sale)
    issued = [sale for sale in batch if sale.end in ("issued", "void")]

    def issue(at: dt.datetime) -> None:
        actor = firm.people[Role.ACCOUNTANT if day.day % 3 else Role.CLERK]
        ids = [sale.stored.pk for sale in issued]
        issue_many(company=firm.company, document_ids=ids, actor=actor, at=at)

    if issued:
        world.plan(firm, day, "16:30", issue)


def _plan_draft(world: World, shop: Shop, sale: Sale, clock: str) -> None:
    company, clerk = shop.firm.company, shop.firm.people[Role.CLERK]

    def write(at: dt.datetime) -> None:
        sale.document = create_draft(company=company, draft=shop.draft(sale), actor=clerk, at=at)

    def revise(at: dt.datetime) -> None:
        draft, rows = shop.draft(sale), Line.objects.filter(document=sale.document).order_by("position")
        lines = tuple(replace(line, id=row.pk) for line, row in zip(draft.lines, rows, strict=True))
        save_draft(
            company=company, document_uuid=sale.stored.uuid, draft=replace(draft, lines=lines, purchase_order="PO-47110"),
            revision=1, actor=clerk, at=at, reason="The order number came in",
        )  # fmt: skip

    def drop(at: dt.datetime) -> None:
        delete_draft(
            company=company, document_uuid=sale.stored.uuid, actor=clerk, at=at, reason="The project was called off"
        )

    world.plan(shop.firm, sale.day, clock, write)
    if sale.end == "draft" and len(sale.items) % 2 == 0:
        world.plan(shop.firm, sale.day, "15:10", revise)
    if sale.end == "deleted":
        world.plan(shop.firm, sale.day, "17:05", drop)


def _plan_void(world: World, firm: Firm, sale: Sale, number: int) -> None:
    reason = REASONS[firm.key][number % 3]

    def take_back(at: dt.datetime) -> None:
        uuid, accountant = sale.stored.uuid, firm.people[Role.ACCOUNTANT]
        void(company=firm.company, document_uuid=uuid, reason=reason, actor=accountant, at=at)

    world.plan(firm, working_day(sale.day + DAY), "09:40", take_back)


def _plan_delivery(world: World, firm: Firm, sale: Sale) -> None:
    def post(at: dt.datetime) -> None:
        on = local_date(at, firm.company.time_zone)
        clerk, uuid = firm.people[Role.CLERK], sale.stored.uuid
        record_delivery(company=firm.company, document_uuid=uuid, on=on, actor=clerk, at=at)

    world.plan(firm, working_day(sale.day + DAY), "13:15", post)
