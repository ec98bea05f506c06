"""A large order paid in two steps: offer, deposit, final invoice; and the opening balances that came in."""

import datetime as dt
from decimal import Decimal
from typing import Any

from billing.actions.deposits import deposit_from, take_off
from billing.actions.issue import issue
from billing.actions.offers import invoice_from
from billing.demo.offers import Plot, bought, plan_offer
from billing.demo.sale import Sale
from billing.models import Document
from billing.states import Kind
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm, World, working_day
from invoicing_site.states import Role
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment

ORDER = Plot(110, "deposit", "accepted", "portal")
NEWER = Plot(33, "deposit", "accepted", "link")
SHARE = Decimal(30)


def deposits(world: World) -> None:
    """Each firm has one order billed to the end, and one whose deposit is paid and whose final invoice is still a draft."""
    for firm in world.firms:
        sales = list(bought(world, firm))[-4:]
        for plot, sale in zip((ORDER, NEWER), (sale for sale in sales if sale.day < world.ago(150)), strict=False):
            _plan(world, firm, plot, sale)
        _plan_openings(world, firm)


def _plan(world: World, firm: Firm, plot: Plot, sale: Sale) -> None:
    accountant, company = firm.people[Role.ACCOUNTANT], firm.company

    def then(made: list[Document], answered: dt.date) -> None:
        asked: list[Document] = []

        def ask(at: dt.datetime) -> None:
            draft = deposit_from(company=company, document_uuid=made[0].uuid, percent=SHARE, actor=accountant, at=at)
            asked.append(issue(company=company, document_uuid=draft.uuid, actor=accountant, at=at))

        def bill(at: dt.datetime) -> None:
            final = invoice_from(company=company, document_uuid=made[0].uuid, actor=accountant, at=at)
            take_off(company=company, document_uuid=final.uuid, deposits=[asked[0].uuid], actor=accountant, at=at)
            if plot is ORDER:
                asked.append(issue(company=company, document_uuid=final.uuid, actor=accountant, at=at))

        world.plan(firm, working_day(answered + dt.timedelta(days=1)), "17:20", ask)
        world.plan(firm, working_day(answered + dt.timedelta(days=8)), "10:15", lambda at: _paid(firm, asked[0], at))
        world.plan(firm, working_day(answered + dt.timedelta(days=17)), "17:25", bill)
        if plot is ORDER:
            paid = working_day(answered + dt.timedelta(days=29))
            world.plan(firm, paid, "10:25", lambda at: _paid(firm, asked[1], at))

    plan_offer(world, firm, plot, sale, then)


def _paid(firm: Firm, document: Document, at: dt.datetime) -> None:
    found = Document.objects.get(pk=document.pk)
    if not found.open_amount:
        return
    receipt = Receipt(
        client_id=found.client_id,
        method="transfer",
        received_on=local_date(at, firm.company.time_zone),
        currency=found.currency,
        amount=found.open_amount,
        reference=found.number or "",
    )
    shares = [Share(found.uuid, found.open_amount)]
    record_payment(company=firm.company, receipt=receipt, shares=shares, actor=firm.people[Role.ACCOUNTANT], at=at)


def _plan_openings(world: World, firm: Firm) -> None:
    """Both come in, the second one late."""

    def collect(at: dt.datetime) -> None:
        rows: Any = Document.objects.for_company(firm.company).open().filter(kind=Kind.OPENING)
        if (document := rows.order_by("issue_date", "id").first()) is not None:
            _paid(firm, document, at)

    for days in (380, 230):
        world.plan(firm, world.ago(days), "09:50", collect)
