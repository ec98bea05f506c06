"""Offers in every state, and what customers owed before the books began."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.offers import answer_offer, invoice_from
from billing.actions.openings import Opening, record_openings
from billing.actions.void import record_delivery
from billing.demo.sale import Sale
from billing.documents.source import read
from billing.models import Document
from billing.rules.draft import Draft
from billing.rules.offers import valid_until
from billing.states import Kind
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm, World, working_day
from invoicing_site.money import round_money
from invoicing_site.states import Role

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Plot:
    """An offer `ago` days before today; `said` after some days, and what became of it in the end."""

    ago: int
    end: str
    said: str = ""
    via: str = ""
    kind: str = Kind.QUOTE.value
    note: tuple[str, str] = ("", "")


PLOTS = (
    Plot(62, "expired"),
    Plot(48, "invoiced", "accepted", "portal"),
    Plot(41, "declined", "declined", "link", note=("Wir haben uns anders entschieden.", "We chose somebody else.")),
    Plot(23, "accepted", "accepted", "office", note=("Am Telefon, Beginn im nächsten Monat", "By telephone, starts next month")),
    Plot(16, "waiting", kind=Kind.PRO_FORMA.value),
    Plot(8, "accepted", "accepted", "link"),
    Plot(5, "waiting"),
    Plot(2, "draft"),
)  # fmt: skip


def offers(world: World) -> None:
    """Plan every firm's offers, made of what customers bought before, and its opening balances."""
    for firm in world.firms:
        for plot, sale in zip(PLOTS, bought(world, firm), strict=False):
            plan_offer(world, firm, plot, sale)
        plan_openings(world, firm)


def bought(world: World, firm: Firm) -> Iterator[Sale]:
    """Ordinary documents of at least ninety days ago in the firm's own currency, each of another customer, the newest first."""
    seen: set[str] = set()
    for sale in reversed(firm.sales):
        ordinary = sale.end == "issued" and not sale.piece and sale.day < world.ago(90) and sale.customer.until is None
        details = sale.customer.details
        if ordinary and details.currency == firm.company.currency and details.name not in seen:
            seen.add(details.name)
            yield sale


def content(firm: Firm, sale: Sale, at: dt.datetime) -> Draft:
    """The lines of `sale` as a new draft that refers to nothing yet."""
    today = local_date(at, firm.company.time_zone)
    stored = read(firm.company.pk, [sale.stored.pk], today).documents[sale.stored.pk].draft()
    lines = tuple(replace(line, id=None) for line in stored.lines)
    return replace(
        stored,
        lines=lines,
        issue_date=None,
        supply_from=None,
        supply_to=None,
        purchase_order="",
        notes="",
        introduction="",
    )


def plan_offer(world: World, firm: Firm, plot: Plot, sale: Sale, then: Callable[..., None] | None = None) -> None:
    """The offer on its day, the answer some days later; `then` hears of the offer and the day it was answered."""
    made: list[Document] = []
    clerk, day = firm.people[Role.CLERK], world.ago(plot.ago)

    def write(at: dt.datetime) -> None:
        until = valid_until(local_date(at, firm.company.time_zone))
        draft = replace(content(firm, sale, at), kind=plot.kind, valid_until=until)
        made.append(create_draft(company=firm.company, draft=draft, actor=clerk, at=at))

    def send(at: dt.datetime) -> None:
        issue(company=firm.company, document_uuid=made[0].uuid, actor=clerk, at=at)
        on = local_date(at, firm.company.time_zone)
        record_delivery(company=firm.company, document_uuid=made[0].uuid, on=on, actor=clerk, at=at)

    def say(at: dt.datetime) -> None:
        name = sale.customer.details.name[:120]
        english = firm.company.language != "de"
        answer_offer(
            company=firm.company,
            document_uuid=made[0].uuid,
            answer=plot.said,
            said_by=name,
            note=plot.note[english],
            via=plot.via,
            actor=clerk if plot.via == "office" else None,
            at=at,
        )

    def bill(at: dt.datetime) -> None:
        accountant = firm.people[Role.ACCOUNTANT]
        invoice = invoice_from(company=firm.company, document_uuid=made[0].uuid, actor=accountant, at=at)
        issue(company=firm.company, document_uuid=invoice.uuid, actor=accountant, at=at)

    world.plan(firm, day, "11:05", write)
    if plot.end == "draft":
        return
    world.plan(firm, day, "14:20", send)
    answered = working_day(day + 4 * DAY)
    if plot.said:
        world.plan(firm, answered, "10:40", say)
    if plot.end == "invoiced":
        world.plan(firm, working_day(answered + DAY), "17:10", bill)
    if then is not None:
        then(made, answered)


def plan_openings(world: World, firm: Firm) -> None:
    """Two invoices of the former system, entered once their customers are known."""
    found: dict[str, Sale] = {}
    for sale in firm.sales:
        details = sale.customer.details
        if sale.end == "issued" and details.currency == firm.company.currency and sale.customer.pays != "never":
            found.setdefault(details.name, sale)
    for number, sale in enumerate(list(found.values())[:2]):
        world.plan(firm, sale.day, f"18:{number:02}", partial(_open, firm, sale, number))


def _open(firm: Firm, sale: Sale, number: int, at: dt.datetime) -> None:
    day = local_date(at, firm.company.time_zone) - dt.timedelta(days=70 + 11 * number)
    document = Document.objects.get(pk=sale.stored.pk)
    amount = round_money(document.total / 3, document.currency)
    opening = Opening(
        client_id=document.client_id,
        number=f"{day:%y}-{4711 + 28 * number}",
        issue_date=day,
        due_on=day + dt.timedelta(days=30),
        amount=max(amount, document.total * 0 + 50),
        currency=document.currency,
    )
    record_openings(company=firm.company, openings=[opening], actor=firm.people[Role.ACCOUNTANT], at=at)
