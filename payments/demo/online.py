"""Online payment in the demo: each company's account at the sandbox, and what customers have paid through it."""

import datetime as dt

from billing.demo.sale import Sale
from billing.models import Document
from billing.states import DocumentState
from invoicing_site.demo_world.world import Firm, World, working_day
from invoicing_site.states import Role
from payments.actions.attempts import Share, learn, start
from payments.actions.gateways import connect_gateway
from payments.demo.guests import guests_of, left_for_visitors
from payments.gateways.base import Outcome
from payments.models import Attempt, GatewayAccount
from payments.models.gateway import Mode, Provider
from payments.states import AttemptState

CONNECTED = 200  # days ago
MOST = 5  # documents paid online in each company
ENDS = ("succeeded", "failed", "succeeded", "expired", "succeeded")


def online(world: World) -> None:
    """Plan the connection, and the latest payments of those who could pay online."""
    for firm in world.firms:
        _plan_connection(world, firm)
        for number, sale in enumerate(_payable(world, firm)[:MOST]):
            _plan_attempt(world, firm, sale, ENDS[number])


def _plan_connection(world: World, firm: Firm) -> None:
    variable = firm.company.slug.upper().replace("-", "_")

    def connect(at: dt.datetime) -> None:
        connect_gateway(
            company_id=firm.company.pk, provider=Provider.STRIPE, label="Sandbox", mode=Mode.TEST,
            api_key=f"env:{variable}__STRIPE_KEY", webhook_secret=f"env:{variable}__STRIPE_WEBHOOK_SECRET",
            actor=firm.people[Role.OWNER], at=at,
        )  # fmt: skip

    world.plan(firm, world.ago(CONNECTED), "09:30", connect)


def _payable(world: World, firm: Firm) -> list[Sale]:
    """Ordinary documents of the right age in the company's currency, the newest of the portal's customers first."""
    guests, left = {customer.name for customer in guests_of(world, firm)}, left_for_visitors(world, firm)
    first, last = world.ago(CONNECTED - 3), world.ago(12)
    found = [
        sale
        for sale in firm.sales
        if sale.end == "issued"
        and not sale.piece
        and first <= sale.day <= last
        and not left(sale)
        and sale.customer.details.email
        and sale.customer.details.currency == firm.company.currency
    ]
    return sorted(found, key=lambda sale: (sale.customer.name not in guests, world.today - sale.day))


def _plan_attempt(world: World, firm: Firm, sale: Sale, end: str) -> None:
    """Two days after the document, before most people pay; a page nobody used expires in the afternoon."""
    begun: list[Attempt] = []
    day = working_day(sale.day + dt.timedelta(days=2))

    def begin(at: dt.datetime) -> None:
        document = Document.objects.get(pk=sale.stored.pk)
        if document.state != DocumentState.ISSUED or document.open_amount != document.total:
            return
        attempt = start(
            company=firm.company, client_id=document.client_id, shares=[Share(document.uuid, document.open_amount)],
            language=document.language, recipient=sale.customer.details.email,
            return_path=f"/{firm.company.slug}/portal/", actor=None, at=at,
        )  # fmt: skip
        begun.append(_learn(attempt, AttemptState.OPEN, at))
        if end == "failed":  # a bank debit, of which the bank says later that it bounced
            _learn(attempt, AttemptState.PROCESSING, at)

    def finish(at: dt.datetime) -> None:
        for attempt in begun:
            _learn(attempt, end, at)

    world.plan(firm, day, "12:15", begin)
    late = {"failed": (working_day(day + dt.timedelta(days=3)), "06:30"), "expired": (day, "14:20")}
    world.plan(firm, *late.get(end, (day, "12:17")), finish)


def _learn(attempt: Attempt, state: str, at: dt.datetime) -> Attempt:
    """What the provider would have said; ids that begin otherwise than its own cannot be mistaken for them."""
    ident = attempt.uuid.hex
    outcome = Outcome(
        state=state,
        amount=attempt.amount,
        currency=attempt.currency,
        session_id=f"demo_session_{ident}",
        intent_id="" if state in (AttemptState.OPEN, AttemptState.EXPIRED) else f"demo_intent_{ident}",
        method="" if state in (AttemptState.OPEN, AttemptState.EXPIRED) else "card",
        failure="insufficient_funds" if state == AttemptState.FAILED else "",
        when=at,
    )
    return learn(attempt_pk=attempt.pk, outcome=outcome, at=at)


def hooks() -> dict[str, str]:
    """Where the sandbox sends each demo company's messages: slug → path on this site."""
    rows = GatewayAccount.objects.filter(archived_at=None).select_related("company")
    return {account.company.slug: f"/hooks/{account.uuid}/" for account in rows}
