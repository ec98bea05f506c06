"""Every form of the office as a browser meets it: on which page it stands, what its fields hold, what makes it pass.

A new POST route needs a line in DOORS; without one the tests of over-posting and of rubbish fail by its name.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import lxml.html  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from PIL import Image

from billing.actions.accounts import add_account, archive_account
from billing.actions.layouts import save_layout, use_layout
from billing.actions.products import archive_product
from billing.actions.send import send_document
from billing.actions.tax_setup import connect_engine, import_sales_tax
from billing.actions.taxes import add_tax, archive_tax
from billing.documents.custom.source import STARTER
from billing.forms.names import ALLOWANCE_NAMES, INSTALMENT_NAMES, LINE_NAMES
from billing.models import Account, Attachment, Series, TaxCode, WithholdingCertificate
from billing.models.transmission import Transmission
from billing.rules.draft import DraftLine
from clients.actions.clients import archive_client
from clients.rules.naming import sort_name
from invoicing_site import clock
from invoicing_site.actions.approval_policies import set_policy
from invoicing_site.actions.companies import change_logo
from invoicing_site.actions.mail_settings import change_words
from invoicing_site.models import Link, Mail, Membership
from payments.actions.learn import learn
from tests.helpers import kinds
from tests.helpers.crawl import FACTORIES, Objects, Route, _agreed, our_routes
from tests.helpers.ecb import xml_of
from tests.helpers.editor import draft_of, product_of
from tests.helpers.inbound import PLAIN
from tests.helpers.money import invoice, payment
from tests.helpers.online import begin, says
from tests.helpers.people import enrol
from tests.world import AT, TODAY, make_client, place

Maker = Callable[[Any], Any]
DAY_OF_RATES = dt.date(2026, 3, 13)
BUTTONS = ("submit", "button", "reset", "image")


@dataclass(frozen=True)
class Door:
    """`on`: the route whose page carries the form, its own where it answers GET; `query` what is asked of that page.

    `typed`: what a person writes over the page's values; `made`: the object in the URL, where the crawler's is in the
    wrong state; `status`: of the answer to the valid form; `cells`: fields the form reads that the page may not show.
    """

    on: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    made: dict[str, Maker] = field(default_factory=dict)
    query: Callable[[Any], dict[str, Any]] | None = None
    status: int = 302
    cells: tuple[str, ...] = ()
    file: str = ""


@dataclass
class Posting:
    """One form ready to be sent: `body` in order, `names` all it may say (unticked boxes too)."""

    route: Route
    url: str
    body: list[tuple[str, str]]
    names: set[str]
    file: str = ""

    def send(self, browser: Browser, *, more: Any = (), body: Any = None, query: Any = ()) -> Any:
        pairs = [*(self.body if body is None else body), *more]
        url = f"{self.url}?{urlencode(list(query))}" if query else self.url
        if self.file:
            data = {name: [value for other, value in pairs if other == name] for name, _ in pairs}
            return browser.post(url, data | {self.file: SimpleUploadedFile(*FILES[self.file]())})
        return browser.post(url, urlencode(pairs), content_type="application/x-www-form-urlencoded")


def picture() -> bytes:
    held = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(held, "PNG")
    return held.getvalue()


# field of a file → name, bytes, media type of one that passes
FILES: dict[str, Callable[[], tuple[str, bytes, str]]] = {
    "attachment": lambda: ("Aufmaß.pdf", b"%PDF-1.7 measured", "application/pdf"),
    "einvoice": lambda: ("rechnung.xml", PLAIN, "application/xml"),
    "logo": lambda: ("logo.png", picture(), "image/png"),
    "table": lambda: ("rates.csv", b"region,prefix,name,rate,valid_from,valid_to\nNY,,NY,4,2026-01-01,\n", "text/csv"),
    "file": lambda: ("eurofxref.xml", xml_of({DAY_OF_RATES: {"USD": "1.0854"}}), "text/xml"),
}


def _by(world: Any) -> dict[str, Any]:
    return {"company_id": world.company.pk, "actor": world.accountant, "at": AT}


def _draft(world: Any) -> Any:
    return draft_of(world).uuid


def _policy(world: Any) -> None:
    set_policy(company_id=world.company.pk, what="issue", threshold=Decimal(100), actor=world.owner, at=AT)


def _with_file(world: Any) -> Any:
    FACTORIES["attachment"](world)
    return Attachment.objects.for_company(world.company).latest("id").document.uuid


def _its_file(world: Any) -> Any:
    return Attachment.objects.for_company(world.company).latest("id").uuid


def _offer(world: Any) -> Any:
    return kinds.offer(world).uuid


def _accepted(world: Any) -> Any:
    return kinds.accepted(world).uuid


def _final(world: Any) -> Any:
    kinds.paid_deposit(world, kinds.accepted(world))
    return kinds.drafted(world).uuid


def _whole_payment(world: Any) -> Any:
    invoice(world)
    return payment(world, "100.00").uuid


def _online_payment(world: Any) -> Any:
    FACTORIES["gateway_account"](world)
    attempt = begin(world)
    paid = learn(attempt_pk=attempt.pk, outcome=says(attempt, "succeeded"), at=clock.now()).payment
    assert paid is not None
    return paid.uuid


def _archived_client(world: Any) -> Any:
    found = make_client(world.company, "Altkunde AG", sort_name=sort_name("Altkunde AG"))
    archive_client(client_uuid=found.uuid, **_by(world))
    return found.uuid


def _archived_product(world: Any) -> Any:
    found = product_of(world, "OLD")
    archive_product(product_uuid=found.uuid, **_by(world))
    return found.uuid


def _own_account(world: Any) -> Any:
    add_account(code="4999", name="Sonstiges", purpose=None, is_revenue=True, **_by(world))
    return Account.objects.get(company=world.company, code="4999").uuid


def _archived_account(world: Any) -> Any:
    found = _own_account(world)
    archive_account(account_uuid=found, **_by(world))
    return found


def _tax(world: Any) -> Any:
    return TaxCode.objects.get(company=world.company, code="DE19").uuid


def _coming_tax(world: Any) -> Any:
    day = clock.local_date(clock.now(), world.company.time_zone).replace(year=2090)
    values: dict[str, Any] = {
        "code": "FUT",
        "name": "Coming",
        "category": "S",
        "printed": "",
        "rate": 21,
        "valid_from": day,
    }
    return add_tax(**values, **_by(world)).uuid


def _archived_tax(world: Any) -> Any:
    found = _coming_tax(world)
    archive_tax(tax_uuid=found, **_by(world))
    return found


def _protected_member(world: Any) -> Any:
    enrol(world.people["clerk"])
    return Membership.objects.for_company(world.company).get(user=world.people["clerk"]).uuid


def _with_sales_tax(world: Any) -> dict[str, Any]:
    import_sales_tax(table=b"region,rate,valid_from\nNJ,6.625,2026-01-01\n", **_by(world))
    return {}


def _unclassed_tax(world: Any) -> dict[str, Any]:
    TaxCode.objects.filter(company=world.company, code="DE7").update(tax_class="standard")
    return {}


def _with_engine(world: Any) -> dict[str, Any]:
    connect_engine(url="https://tax.example/", secret=f"env:{place(world.company, 'TAX_KEY')}", **_by(world))
    return {}


def _logo(world: Any) -> None:
    change_logo(company_id=world.company.pk, picture=picture(), actor=world.owner, at=AT)


def _other_series(world: Any) -> Any:
    first = Series.objects.for_company(world.company).order_by("id").first()
    fields = {"name": "Zweite", "pattern": "Z{seq:05}", "is_default": False}
    Series.objects.create(company=world.company, kind=first.kind, **fields)
    return Series.objects.get(company=world.company, name="Zweite").uuid


def _posted(world: Any, *recipients: str) -> list[Any]:
    return send_document(
        company=world.company,
        document_uuid=invoice(world).uuid,
        recipients=recipients or ("door@b.example",),
        attach=False,
        actor=world.owner,
        at=clock.now(),
    )


def _twice_sent(world: Any) -> Any:
    return _posted(world, "one@b.example", "two@b.example")[0].subject


def _mail_at(*states: str) -> Maker:
    def make(world: Any) -> Any:
        (mail,) = _posted(world)
        for state in states:
            Mail.objects.filter(pk=mail.pk).update(state=state)
        return mail.uuid

    return make


def _own_words(world: Any) -> None:
    change_words(
        kind="document", language="en", subject="Ours", body="Ours", revision=0, **_by(world) | {"actor": world.owner}
    )


LINE = {
    "lines-n1-description": "Arbeit", "lines-n1-quantity": "2", "lines-n1-unit_price": "50", "net_days": "14",
}  # fmt: skip
CELLS = (*LINE_NAMES, *ALLOWANCE_NAMES, *INSTALMENT_NAMES)
EDITOR = {"client": "K0001", **LINE}
WHY = {"reason": "Because"}
OPENING = {
    "client": "Nordlicht Medien GmbH", "number": "ALT-1", "issue_date": "2026-02-01", "due_on": "2026-02-15", "amount": "10",
}  # fmt: skip


def _alike(world: Any) -> Any:
    """A draft of what the crawler's invoice bills."""
    line = DraftLine("Arbeit", Decimal(1), Decimal(100))
    return draft_of(world, line, allowances=(), supply_to=None, issue_date=TODAY).uuid


GATEWAY = {"label": "Stripe", "api_key": "env:ACME__DOOR_KEY", "webhook_secret": "env:ACME__DOOR_HOOK"}
DAY = "2026-03-16"


def _own_template(world: Any) -> Any:
    return save_layout(
        company_id=world.company.pk, name="Eigen", language="", look="custom", options={}, markup=STARTER, actor=world.owner,
        at=clock.now(),
    ).uuid  # fmt: skip


def _used_layout(world: Any) -> Any:
    made = save_layout(
        company_id=world.company.pk, name="Benutzt", language="de", look="compact", options={}, actor=world.owner,
        at=clock.now(),
    )  # fmt: skip
    return use_layout(company_id=world.company.pk, layout_uuid=made.uuid, actor=world.owner, at=clock.now()).uuid


HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL+YWfffjogMJ7Tuk5sk8O4sV5hFELLKRJS1plm+k+dA"


def _xml_to_send(world: Any) -> Any:
    """A document with an e-invoice, and a route it was not sent by."""
    made = FACTORIES["transmission"](world)
    FACTORIES["route"](world)
    return Transmission.objects.get(uuid=made).document.uuid


def _uncertain(world: Any) -> Any:
    made = FACTORIES["transmission"](world)
    for state in ("sending", "uncertain"):
        Transmission.objects.filter(uuid=made).update(state=state)
    return made


JOURNEY: dict[str, Maker] = {
    "transmission": _uncertain,
    "document": lambda world: Transmission.objects.for_company(world.company).latest("pk").document.uuid,
}

DOORS: dict[str, Door] = {
    "office:invite": Door(typed={"email": "new@acme.example", "role": "clerk"}),
    "office:review_access": Door(),
    "office:revoke_invitation": Door(),
    "office:change_role": Door(typed={"role": "auditor", **WHY}),
    "office:end_membership": Door(typed=WHY),
    "office:reset_factors": Door(typed=WHY, made={"membership": _protected_member}),
    "office:settings_company_edit": Door(typed={"phone": "030 1"}),
    "office:logo_upload": Door("office:settings_company", file="logo"),
    "office:logo_remove": Door("office:settings_company", made={"": _logo}),
    "office:bank_account_new": Door(typed={"label": "Zweitkonto", "iban": "DE89370400440532013000"}),
    "office:bank_account_edit": Door(typed={"label": "Hauptkonto"}),
    "office:bank_account_archive": Door("office:bank_accounts"),
    "office:books_close": Door(typed={"through": "2025-12-31", **WHY}),
    "office:books_close_softly": Door("office:books_close", typed={"through": "2025-12-31", **WHY}),
    "office:period_exception_grant": Door("office:books_close", typed={"days": "1", **WHY}),
    "office:period_exception_revoke": Door("office:books_close"),
    "office:approval_policy": Door(typed={"above": "10"}, made={"": _policy}),
    "office:approval_approve": Door("office:approval"),
    "office:approval_reject": Door("office:approval", typed=WHY),
    "office:approval_withdraw": Door("office:approval"),
    "office:approval_carry_out": Door("office:approval", made={"approval": _agreed}),
    "office:mail_sender": Door(typed={"name": "Buchhaltung"}),
    "office:mail_words": Door(typed={"subject": "Rechnung {number}"}),
    "office:mail_words_reset": Door("office:mail_words", made={"": _own_words}),
    "office:mail_words_preview": Door("office:mail_words", status=200),
    "office:mail_cancel": Door("office:mail"),
    "office:mail_again": Door("office:mail", made={"mail": _mail_at("sending", "accepted")}),
    "office:mail_settle": Door("office:mail", made={"mail": _mail_at("sending", "uncertain")}),
    "office:mail_lift": Door("office:mails"),
    "clients:client_new": Door(typed={"name": "Neu AG", "billing-line1": "Weg 1", "billing-city": "Ulm"}),
    "clients:client_edit": Door(typed={"name": "Südlicht GmbH"}),
    "clients:client_archive": Door("clients:client", typed=WHY),
    "clients:portal_invite": Door("clients:client", typed={"email": "neu@kunde.example", "name": "Neu"}),
    "clients:portal_right": Door("clients:client"),
    "clients:portal_end": Door("clients:client"),
    "billing:link_revoke": Door("billing:document"),
    "billing:opening": Door(typed=OPENING),
    "billing:document_answer": Door("billing:document", typed={"said_by": "Klein"}, made={"document": _offer}),
    "billing:document_answer_withdraw": Door("billing:document", typed=WHY, made={"document": _accepted}),
    "billing:document_invoice": Door("billing:document", made={"document": _accepted}),
    "billing:document_deposit": Door("billing:document", typed={"percent": "10"}, made={"document": _accepted}),
    "billing:document_deposits": Door("billing:document", made={"document": _final}),
    "clients:client_restore": Door("clients:client", made={"client": _archived_client}),
    "billing:document_new": Door(typed=EDITOR, cells=CELLS),
    "billing:document_totals": Door("billing:document_new", typed=EDITOR, cells=CELLS, status=200),
    "billing:document_explain_typed": Door("billing:document_new", typed=EDITOR, cells=CELLS, status=200),
    "billing:document_line": Door("billing:document_new", typed=EDITOR, cells=CELLS, status=200),
    "billing:document_edit": Door(typed={"notes": "Danke"}, cells=CELLS, made={"document": _draft}),
    "billing:document_issue": Door("billing:document", made={"document": _draft}),
    "billing:document_no_twin": Door("billing:document", made={"document": _alike}),
    "billing:document_void": Door("billing:document", typed=WHY),
    "billing:document_credit": Door(typed={"reason_code": "goodwill", "reason": "Because"}),
    "billing:document_cancel": Door(typed=WHY),
    "billing:document_debit": Door(typed={"description": "More", "amount": "5", "reason_code": "price"}),
    "billing:document_write_off": Door(typed=WHY),
    "billing:write_off_recover": Door("billing:document", typed=WHY),
    "billing:settlement_undo": Door("billing:document", typed=WHY),
    "billing:credit_apply": Door(),
    "billing:credit_outside": Door(typed=WHY),
    "payments:refund_credit": Door(typed=WHY),
    "payments:undo_credit_refund": Door("billing:document", typed=WHY),
    "billing:document_deliver": Door("billing:document"),
    "billing:document_send": Door(),
    "billing:document_send_preview": Door("billing:document_send", status=200),
    "billing:document_send_undo": Door("billing:document", made={"document": _twice_sent}),
    "billing:document_issue_send": Door("billing:document", made={"document": _draft}),
    "billing:attachment_add": Door("billing:document", made={"document": _draft}, file="attachment"),
    "billing:attachment_remove": Door("billing:document", made={"document": _with_file, "attachment": _its_file}),
    "billing:document_delete": Door("billing:document", made={"document": _draft}),
    "billing:prove": Door("billing:books"),
    "billing:product_new": Door(typed={"sku": "NEU", "name": "Neues", "prices-0-unit_price": "10"}),
    "billing:product_edit": Door(typed={"name": "Anderes"}),
    "billing:product_archive": Door("billing:product_edit", typed=WHY),
    "billing:product_restore": Door("billing:product_edit", made={"product": _archived_product}),
    "billing:tax_new": Door(typed={"code": "DE5", "name": "Fünf", "rate": "5"}),
    "billing:tax_edit": Door("billing:tax", typed={"name": "Umsatzsteuer"}),
    "billing:tax_rate_add": Door(
        "billing:tax", typed={"rate": "20", "valid_from": "2030-01-01"}, made={"tax_code": _tax}
    ),
    "billing:tax_rate_end": Door("billing:tax", made={"tax_code": _tax}, typed={"valid_to": "2090-12-31"}),
    "billing:tax_rate_withdraw": Door("billing:tax", made={"tax_code": _coming_tax}),
    "billing:certificate_new": Door(typed={"number": "WHT-1", "received_on": "2026-03-16"}),
    "billing:certificate_revoke": Door("billing:document", typed=WHY),
    "billing:tax_archive": Door("billing:tax"),
    "billing:tax_usual": Door("billing:taxes", query=_unclassed_tax),
    "billing:tax_map": Door("billing:tax_rules", typed={"zone": "home"}),
    "billing:tax_unmap": Door("billing:tax_rules"),
    "billing:sales_tax_import": Door("billing:tax_rules", query=_with_sales_tax, file="table"),
    "billing:tax_engine_connect": Door(
        "billing:tax_rules", typed={"url": "https://tax.example/v1", "secret": "env:ACME__TAX_KEY"}
    ),
    "billing:tax_engine_disconnect": Door("billing:tax_rules", query=_with_engine),
    "billing:tax_restore": Door("billing:tax", made={"tax_code": _archived_tax}),
    "billing:series_new": Door(typed={"name": "Dritte", "pattern": "D{year}-{seq}"}),
    "billing:series_edit": Door(typed={"name": "Erste"}),
    "billing:series_jump": Door("billing:series_edit", typed={"next_seq": "100", **WHY}),
    "billing:series_prefer": Door("billing:series", made={"series": _other_series}),
    "billing:layout_new": Door(typed={"name": "Haus"}),
    "billing:layout_edit": Door(typed={"accent": "#7a1f2b"}),
    "billing:layout_preview": Door("billing:layout_new", typed={"name": "Haus"}, status=200),
    "billing:layout_try": Door("billing:layout_edit", made={"layout": _own_template}, status=303),
    "billing:layout_use": Door("billing:layout_edit"),
    "billing:layout_leave": Door("billing:layout_edit", made={"layout": _used_layout}),
    "billing:rate_new": Door(typed={"currency": "CHF", "rate_date": DAY, "rate": "1.05", "source": "ECB"}),
    "billing:rate_remove": Door("billing:rates", query=lambda world: {"currency": "CHF"}),
    "billing:rate_file_new": Door(file="file"),
    "billing:route_new": Door(
        typed={"name": "Neu", "host": "h.example", "username": "u", "secret": "env:ACME__S", "host_key": HOST_KEY}
    ),
    "billing:route_edit": Door(typed={"name": "Anders"}),
    "billing:route_archive": Door("billing:routes"),
    "billing:document_transmit": Door("billing:document", made={"document": _xml_to_send}),
    "billing:transmission_again": Door("billing:document", made=JOURNEY),
    "billing:transmission_settle": Door("billing:document", made=JOURNEY),
    "billing:received_new": Door(file="einvoice"),
    "billing:received_draft": Door("billing:received_one", typed={"client": "K0001"}),
    "billing:rate_file_store": Door("billing:rate_file"),
    "billing:account_new": Door(typed={"code": "4998", "name": "Neu"}),
    "billing:account_edit": Door(made={"account": _own_account}, typed={"name": "Anders"}),
    "billing:account_archive": Door("billing:account_edit", made={"account": _own_account}),
    "billing:account_restore": Door("billing:account_edit", made={"account": _archived_account}),
    "payments:record": Door(query=lambda world: {"document": invoice(world).uuid}),
    "payments:apply": Door(made={"payment": _whole_payment}),
    "payments:refund_payment": Door(typed=WHY),
    "payments:order_refund": Door(made={"payment": _online_payment}, typed=WHY),
    "payments:gateway_connect": Door(typed=GATEWAY),
    "payments:gateway_edit": Door(typed={"label": "Anders"}),
    "payments:gateway_check": Door("payments:gateways"),
    "payments:gateway_archive": Door("payments:gateways"),
    "payments:inbox_again": Door("payments:inbox"),
    "payments:send_receipt": Door("payments:payment"),
    "payments:cancel": Door("payments:payment", typed=WHY),
    "payments:undo_allocation": Door("payments:payment", typed=WHY),
    "payments:undo_refund": Door("payments:payment", typed=WHY),
}


def posting_routes() -> list[Route]:
    return [route for route in our_routes() if route.kind == "office" and "POST" in route.methods]


def open_door(world: Any, browser: Browser, route: Route) -> Posting:
    """The form of `route` as the page shows it, with everything filled in to let it pass."""
    door = DOORS[route.name]
    if "" in door.made:
        door.made[""](world)
    made = {name: make(world) for name, make in door.made.items() if name}
    plain = Route(
        route.name, route.path, route.kind, route.permission, route.methods, route.steps_up, _others(route, made)
    )
    objects = Objects(world).for_route(plain) | made
    url = route.url("acme", objects)
    page = _page_of(world, route, door, objects, url)
    answer = browser.get(page)
    assert answer.status_code == 200, (
        f"{route.name}: {page} answers {answer.status_code} {answer.headers.get('Location')}"
    )
    body, names = _harvest(answer.content.decode(), page, url, door)
    return Posting(route, url, body, names, door.file)


def _others(route: Route, made: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in route.kwargs if name not in made)


def _page_of(world: Any, route: Route, door: Door, objects: dict[str, Any], url: str) -> str:
    page = url
    if door.on:
        known = next(found for found in our_routes() if found.name == door.on)
        wanted = dict(objects)
        if "payment" in known.kwargs and "payment" not in wanted:
            wanted["payment"] = _payment_of(route, objects)
        if "document" in known.kwargs and "document" not in wanted:
            wanted["document"] = _document_of(objects)
        page = known.url("acme", wanted)
    return f"{page}?{urlencode(door.query(world))}" if door.query else page


def _document_of(objects: dict[str, Any]) -> Any:
    if "certificate" in objects:
        return WithholdingCertificate.objects.select_related("document").get(uuid=objects["certificate"]).document.uuid
    return Link.objects.get(uuid=objects["link"]).subject


def _payment_of(route: Route, objects: dict[str, Any]) -> Any:
    from payments.models import Allocation, Refund

    (name,) = set(route.kwargs) - {"company"}
    model = {"allocation": Allocation, "refund": Refund}[name]
    return model.objects.select_related("payment").get(uuid=objects[name]).payment.uuid


def _harvest(html: str, page: str, url: str, door: Door) -> tuple[list[tuple[str, str]], set[str]]:
    root = lxml.html.fromstring(html)
    for template in root.xpath("//template"):
        template.drop_tree()  # inert in a browser, mere elements to lxml
    here = page.partition("?")[0]
    asked = here if door.status == 200 else url
    forms = [f for f in root.xpath("//form") if (f.get("action") or here).partition("?")[0] == asked and _posts(f)]
    assert forms, f"{page} has no form for {url}"
    held = _held(root, forms[0])
    body = [pair for node in held for pair in _sent(node)]
    names = {node.get("name") for node in held} | set(door.typed)
    typed = [(name, door.typed.get(name, value)) for name, value in body]
    missing = set(door.typed) - {name for name, _ in typed}
    assert missing == set(), f"{page}: the form has no {missing}"
    prefixes = {name.rpartition("-")[0] for name in names if name.startswith(("lines-", "allowances-"))}
    return typed, names | {f"{prefix}-{cell}" for prefix in prefixes for cell in door.cells}


def _posts(form: Any) -> bool:
    return str(form.get("method", "get")).lower() == "post"


def _held(root: Any, form: Any) -> list[Any]:
    """The fields of `form`, in the order of the page, those that name it by its id too."""
    ident, found = form.get("id"), []
    for node in root.xpath("//*[self::input or self::select or self::textarea][@name]"):
        inside = node.get("form") == ident if node.get("form") else form in node.iterancestors("form")
        if inside and node.get("type") not in BUTTONS and node.get("type") != "file":
            found.append(node)
    return found


def _sent(node: Any) -> list[tuple[str, str]]:
    name = node.get("name")
    if node.tag == "textarea":
        return [(name, (node.text or "").removeprefix("\n"))]
    if node.tag == "select":
        chosen = node.xpath(".//option[@selected]") or node.xpath(".//option")[:1]
        return [(name, option.get("value", "")) for option in chosen]
    if node.get("type") in ("checkbox", "radio") and node.get("checked") is None:
        return []
    return [(name, node.get("value", "on" if node.get("type") == "checkbox" else ""))]
