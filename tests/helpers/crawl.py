"""The map of URLs for the crawler, and an object of a company for every id a URL can name.

A new kind of id needs a line in FACTORIES (or a model of that name with a row in the world), a route that wants its
object in another state a line in SPECIAL. Whatever is missing fails the crawl by name.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import URLPattern, reverse

from invoicing_site import clock
from invoicing_site.actions.invitations import invite
from invoicing_site.checks import foreign, routes
from invoicing_site.models import Membership
from tests.helpers import crawl_notes as notes
from tests.world import AT, TODAY, place

Factory = Callable[[Any], Any]


def _membership(world: Any) -> Any:
    return Membership.objects.for_company(world.company).get(user=world.people["clerk"]).uuid


def _invitation(world: Any) -> Any:
    email = f"crawler@{world.company.slug}.example"
    return invite(company=world.company, email=email, role="clerk", actor=world.owner, at=clock.now()).uuid


def _draft(world: Any) -> Any:
    from billing.actions.drafts import create_draft
    from tests.db.billing.test_issue import a_draft

    return create_draft(company=world.company, draft=a_draft(world), actor=world.accountant, at=clock.now()).uuid


def _invoice(world: Any) -> Any:
    from tests.helpers.money import invoice

    return invoice(world).uuid


def _payment(world: Any) -> Any:
    from tests.helpers.money import payment

    return payment(world, "10.00").uuid


def _allocation(world: Any) -> Any:
    from payments.models import Allocation
    from tests.helpers.money import all_of, invoice, payment

    paid = payment(world, "100.00", all_of(invoice(world)))
    return Allocation.objects.get(payment=paid).uuid


def _refund(world: Any) -> Any:
    from payments.actions.refund import record_refund

    notes.free_to_refund(world)
    return record_refund(
        company=world.company, payment_uuid=_payment(world), amount=Decimal("5.00"), refunded_on=TODAY, method="transfer",
        reason="crawl", actor=world.accountant, at=AT,
    ).uuid  # fmt: skip


def _product(world: Any) -> Any:
    from billing.models import Product

    return Product.objects.create(company=world.company, sku="CRAWL", name="Crawl", unit="HUR").uuid


def _mail(world: Any) -> Any:
    from billing.actions.send import send_document
    from tests.helpers.money import invoice

    to = [f"crawl@{world.company.slug}.example"]
    document = invoice(world).uuid
    sent = send_document(
        company=world.company, document_uuid=document, recipients=to, actor=world.owner, at=clock.now()
    )
    return sent[0].uuid


def _stopped_address(world: Any) -> Any:
    from invoicing_site.models import StoppedAddress

    return StoppedAddress.objects.create(company=world.company, email="gone@b.example", reason="x", stopped_at=AT).uuid


def _exchange_rate(world: Any) -> Any:
    from billing.actions.rates import enter_rate

    return enter_rate(
        company_id=world.company.pk, currency="CHF", rate_date=TODAY, rate=Decimal("1.05"), source="crawl",
        actor=world.accountant, at=AT,
    ).uuid  # fmt: skip


def _rate_file(world: Any) -> Any:
    from billing.actions.rate_files import take_rates
    from billing.models.rate import RateOrigin
    from tests.helpers.ecb import xml_of

    return take_rates(
        company_id=world.company.pk, content=xml_of({TODAY: {"USD": "1.0854", "CHF": "0.9421"}}), name="crawl.xml",
        origin=RateOrigin.UPLOAD, since=None, actor=world.accountant, at=AT,
    ).uuid  # fmt: skip


def _tax_mapping(world: Any) -> Any:
    from billing.actions.tax_setup import map_tax
    from billing.models import TaxCode

    tax = TaxCode.objects.get(company=world.company, code="EXPORT").uuid
    return map_tax(
        company_id=world.company.pk, zone="abroad_goods", tax_class="standard", tax_uuid=tax, actor=world.accountant, at=AT
    ).uuid  # fmt: skip


def _withheld(world: Any) -> Any:
    from tests.helpers.withholding import withheld

    return withheld(world).uuid


def _certificate(world: Any) -> Any:
    from tests.helpers.withholding import certified, withheld

    return certified(world, withheld(world)).uuid


def _link(world: Any) -> Any:
    from tests.helpers.money import invoice
    from tests.helpers.portal import link_to

    return link_to(world, invoice(world), "pay")


def _token(world: Any) -> Any:
    from tests.helpers.portal import token_of

    return token_of(_link(world))


def _portal_account(world: Any) -> Any:
    from clients.models import PortalAccount
    from tests.helpers.portal import portal_account

    found = PortalAccount.objects.for_company(world.company).filter(ended_at=None).first()
    return (found or portal_account(world)).uuid


def _attempt(world: Any) -> Any:
    from payments.models import GatewayAccount
    from tests.helpers.money import invoice
    from tests.helpers.paying import attempt_for, provider

    if not GatewayAccount.objects.for_company(world.company).filter(archived_at=None).exists():
        provider(world)
    return attempt_for(world, invoice(world)).uuid


def _paying(world: Any) -> Any:
    """A link to pay the document of an attempt, for routes that name both."""
    from payments.models import Attempt
    from tests.helpers.portal import link_to, token_of

    share = Attempt.objects.get(uuid=_attempt(world)).shares.select_related("document").get()
    return token_of(link_to(world, share.document, "pay"))


def _its_attempt(world: Any) -> Any:
    from payments.models import Attempt

    return Attempt.objects.for_company(world.company).order_by("-pk").first().uuid


def _paid_link(world: Any) -> Any:
    """A link to a document something was paid on."""
    from payments.models import Payment
    from tests.helpers.money import all_of, invoice, payment
    from tests.helpers.portal import link_to, token_of

    document = invoice(world)
    assert isinstance(payment(world, "100.00", all_of(document)), Payment)
    return token_of(link_to(world, document, "pay"))


def _its_payment(world: Any) -> Any:
    from payments.models import Payment

    return Payment.objects.for_company(world.company).order_by("-pk").first().uuid


def _gateway_account(world: Any) -> Any:
    from payments.models import GatewayAccount

    found = GatewayAccount.objects.for_company(world.company).filter(archived_at=None).first()
    return (found or _connect(world)).uuid


def _connect(world: Any) -> Any:
    from payments.actions.gateways import connect_gateway

    return connect_gateway(
        company_id=world.company.pk, provider="stripe", label="Crawl", mode="test", api_key=f"env:{place(world.company, 'CRAWL_KEY')}",
        webhook_secret=f"env:{place(world.company, 'CRAWL_HOOK')}", actor=world.owner, at=clock.now(),
    )  # fmt: skip


def _inbox_event(world: Any) -> Any:
    from payments.models import GatewayAccount, InboxEvent

    account = GatewayAccount.objects.get(uuid=_gateway_account(world))
    told = {
        "event_id": "evt_crawl",
        "type": "crawl.told",
        "payload": "{}",
        "told_at": AT,
        "due_at": AT,
        "state": "parked",
    }
    found, _ = InboxEvent.objects.get_or_create(
        company=world.company, account=account, event_id="evt_crawl", defaults=told
    )
    return found.uuid


def _layout(world: Any) -> Any:
    from billing.actions.layouts import save_layout

    return save_layout(
        company_id=world.company.pk, name="Crawl", language="", look="modern", options={}, actor=world.owner, at=clock.now()
    ).uuid  # fmt: skip


def _received(world: Any) -> Any:
    from tests.helpers.inbound import taken

    return taken(world.company, actor=world.owner)


def _way_out(world: Any) -> Any:
    from billing.actions.routes import add_route

    values = {"name": "Provider", "address": "einvoice@provider.example"}
    return add_route(company_id=world.company.pk, kind="email", actor=world.owner, at=clock.now(), **values)


def _transmission(world: Any) -> Any:
    from billing.actions.render_xml import render_einvoice
    from billing.actions.transmissions import order
    from tests.helpers.routes import issued, ready

    ready(world)
    document = issued(world)
    render_einvoice(document_id=document.pk, at=clock.now())
    return order(
        company=world.company,
        document_uuid=document.uuid,
        route_uuid=_way_out(world).uuid,
        actor=world.owner,
        at=clock.now(),
    )


def _attached(world: Any) -> Any:
    from billing.actions.attachments import attach
    from tests.helpers.editor import draft_of

    return attach(
        company=world.company, document_uuid=draft_of(world).uuid, name="Nachweis.pdf", content=b"%PDF-1.7 crawl",
        actor=world.accountant, at=AT,
    )  # fmt: skip


def _issued_with_file(world: Any) -> Any:
    from billing.actions.issue import issue

    found = _attached(world)
    issue(company=world.company, document_uuid=found.document.uuid, actor=world.accountant, at=AT)
    return found


def _its_file(world: Any) -> Any:
    from billing.models import Attachment

    return Attachment.objects.for_company(world.company).latest("id")


def _link_with_file(world: Any) -> Any:
    from billing.models import Document
    from tests.helpers.portal import link_to, token_of

    found = _issued_with_file(world)
    return token_of(link_to(world, Document.objects.get(pk=found.document_id), "view"))


def _counted(world: Any) -> Any:
    from tests.helpers.money import invoice

    return invoice(world).series.uuid


def _offer(world: Any) -> Any:
    from tests.helpers.kinds import offer

    return offer(world).uuid


def _offer_link(world: Any) -> Any:
    from tests.helpers.kinds import offer
    from tests.helpers.portal import link_to, token_of

    return token_of(link_to(world, offer(world), "view"))


def _approval(world: Any) -> Any:
    """A request of the accountant's, which waits for an owner."""
    from invoicing_site.actions.approvals import Act, ask

    _rule(world, "refund")
    act = Act("refund", ("payment", _payment(world)), amount=Decimal("90.00"))
    return ask(company=world.company, act=act, actor=world.accountant, at=clock.now()).uuid


def _agreed(world: Any) -> Any:
    """Leave to archive a bank account."""
    from invoicing_site.actions.approvals import approve, ask
    from invoicing_site.actions.bank_accounts import archive_bank_account
    from invoicing_site.errors import ApprovalNeeded
    from invoicing_site.models import BankAccount

    _rule(world, "bank_details")
    account = BankAccount.objects.for_company(world.company).filter(archived_at=None).first()
    try:
        archive_bank_account(company_id=world.company.pk, account_uuid=account.uuid, actor=world.owner, at=clock.now())
    except ApprovalNeeded as needed:
        row = ask(company=world.company, act=needed.act, actor=world.owner, at=clock.now())
    return approve(company=world.company, request_uuid=row.uuid, actor=world.accountant, at=clock.now()).uuid


def _rule(world: Any, what: str) -> None:
    from invoicing_site.actions.approval_policies import set_policy

    set_policy(company_id=world.company.pk, what=what, threshold=Decimal(0), actor=world.owner, at=clock.now())


def _period_exception(world: Any) -> Any:
    from invoicing_site.actions.periods import grant_exception

    place = Membership.objects.for_company(world.company).get(user=world.accountant).uuid
    return grant_exception(
        company=world.company, membership=place, days=1, reason="crawl", actor=world.owner, at=clock.now()
    ).uuid  # fmt: skip


def _code(world: Any) -> Any:
    from invoicing_site import codes

    return codes.make("verify", _invoice(world))


FACTORIES: dict[str, Factory] = {
    "settlement": notes.a_settlement,
    "approval": _approval,
    "period_exception": _period_exception,
    "candidate": _invoice,
    "code": _code,
    "what": lambda world: "issue",
    "attachment": lambda world: _attached(world).uuid,
    "certificate": _certificate,
    "tax_mapping": _tax_mapping,
    "layout": _layout,
    "look": lambda world: "modern",
    "accent": lambda world: "1f4e79",
    "gateway_account": _gateway_account,
    "inbox_event": _inbox_event,
    "attempt": _attempt,
    "token": _token,
    "link": lambda world: _link(world).uuid,
    "portal_account": _portal_account,
    "membership": _membership,
    "invitation": _invitation,
    "client": lambda world: world.client.uuid,
    "document": _invoice,
    "payment": _payment,
    "allocation": _allocation,
    "refund": _refund,
    "product": _product,
    "exchange_rate": _exchange_rate,
    "received": lambda world: _received(world).uuid,
    "route": lambda world: _way_out(world).uuid,
    "transmission": lambda world: _transmission(world).uuid,
    "rate_file": _rate_file,
    "mail": _mail,
    "stopped_address": _stopped_address,
    "caught": lambda world: 1,
    "place": lambda world: 0,
    "kind": lambda world: "document",
    "language": lambda world: "en",
    "amount": lambda world: "total",
}

# kwargs that name something every company has
COMMON = {"kind", "language", "caught", "place", "amount", "look", "accent", "what"}

# view name → other objects than FACTORIES makes
SPECIAL: dict[str, dict[str, Factory]] = {
    "billing:gap_ledger": {"series": _counted},
    "billing:gap_table": {"series": _counted},
    "portal_billing:answer": {"document": _offer},
    "link_billing:answer": {"token": _offer_link},
    "billing:document_no_twin": {"document": _draft},
    "office:approval_carry_out": {"approval": _agreed},
    "billing:attachment": {
        "document": lambda world: _attached(world).document.uuid,
        "attachment": lambda world: _its_file(world).uuid,
    },
    "portal_billing:attachment": {
        "document": lambda world: _issued_with_file(world).document.uuid,
        "attachment": lambda world: _its_file(world).uuid,
    },
    "link_billing:attachment": {"token": _link_with_file, "attachment": lambda world: _its_file(world).uuid},
    "billing:credit_apply": {"document": notes.open_note},
    "billing:credit_outside": {"document": notes.open_note},
    "billing:settlement_undo": {"document": notes.outside, "settlement": notes.its_settlement},
    "billing:write_off_recover": {"document": notes.written_off, "settlement": notes.its_settlement},
    "payments:refund_credit": {"document": notes.open_note},
    "payments:undo_credit_refund": {"document": notes.paid_out, "settlement": notes.its_settlement},
    "billing:document_edit": {"document": _draft},
    "billing:document_xml": {"document": lambda world: _transmission(world).document.uuid},
    "billing:certificate_new": {"document": _withheld},
    "hooks:provider": {"account": _gateway_account},
    "link_payments:attempt": {"token": _paying, "attempt": _its_attempt},
    "link_payments:hand_over": {"token": _paying, "attempt": _its_attempt},
    "link_payments:receipt": {"token": _paid_link, "payment": _its_payment},
}

# routes that show something the crawler's company does not have, and so may answer 404 to its own people
ABSENT = {"office:logo", "portal:logo", "portal_payments:came_back", "link_payments:came_back"}


@dataclass(frozen=True)
class Route:
    """One route with a guard of ours."""

    name: str
    path: str
    kind: str
    permission: str | None
    methods: tuple[str, ...]
    steps_up: bool
    kwargs: tuple[str, ...] = field(default=())

    @property
    def method(self) -> str:
        """How the crawler asks: by GET where it can."""
        return "GET" if "GET" in self.methods else self.methods[0]

    def url(self, slug: str, objects: dict[str, Any]) -> str:
        values = {name: slug if name == "company" else objects[name] for name in self.kwargs}
        return reverse(self.name, kwargs=values)


def our_routes() -> Iterator[Route]:
    for path, namespaces, pattern in routes():
        if not foreign(pattern.callback, namespaces):
            yield _route(path, namespaces, pattern)


def _route(path: str, namespaces: tuple[str, ...], pattern: URLPattern) -> Route:
    view: Any = pattern.callback
    kind, permission = view.guard
    kwargs = tuple(part.split(":")[-1].split(">")[0] for part in path.split("<")[1:])
    name = ":".join([*namespaces, str(pattern.name)])
    return Route(name, f"/{path}", kind, permission, view.methods, view.steps_up, kwargs)


class Objects:
    """Objects of one world, made when a route first asks for them."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.made: dict[tuple[str, str], Any] = {}

    def for_route(self, route: Route) -> dict[str, Any]:
        special = SPECIAL.get(route.name, {})
        found: dict[str, Any] = {}
        for name in route.kwargs:
            if name != "company":
                key = (route.name if name in special else "", name)
                if key not in self.made:
                    self.made[key] = special.get(name, FACTORIES.get(name, by_model(name)))(self.world)
                found[name] = self.made[key]
        return found


def by_model(name: str) -> Factory:
    """The first row of the company in the model of that name (`tax_code` → TaxCode)."""

    def find(world: Any) -> Any:
        wanted = name.replace("_", "")
        for model in apps.get_models():
            if model._meta.model_name == wanted and hasattr(model, "uuid"):
                row = model._default_manager.filter(company=world.company).first()
                assert row is not None, f"the crawler's world has no {name}: add a line to tests/helpers/crawl.py"
                return row.uuid
        raise AssertionError(f"<{name}> in a URL means nothing to the crawler: add a line to tests/helpers/crawl.py")

    return find
