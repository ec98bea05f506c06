"""What people type is shown as text, wherever it comes out again (FAULTS 50)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from billing.actions.issue import issue
from billing.actions.void import void
from billing.models import Account, Document, TaxCode
from billing.rules.draft import DraftAllowance, DraftLine
from tests.helpers.editor import NEW, Form, draft_of, opened, product_of, tax
from tests.helpers.people import office_client
from tests.world import AT, make_client

EVIL = "\"'><script>alert(1)</script>{{ 7|add:7 }}<img src=x onerror=alert(2)>"
SHORT = "'\"><svg/onload=alert(3)>"  # fits where only forty letters do


@pytest.fixture
def evil(world: Any) -> Document:
    """A draft with markup in every text there is."""
    world.company.name = world.company.legal_name = EVIL[:110]
    world.company.document_notes = EVIL
    world.company.save()
    TaxCode.objects.filter(company=world.company).update(name=SHORT)
    Account.objects.filter(company=world.company).update(name=SHORT)
    product_of(world, SHORT, name=EVIL, description=EVIL)
    client = make_client(
        world.company, EVIL, number=SHORT[:20], address={"line1": EVIL[:110], "attention": EVIL[:110], "city": SHORT}
    )
    line = DraftLine(
        EVIL, Decimal(1), Decimal(10), sku=SHORT, tax_codes=(tax(world),), cost_center=SHORT,
        account_id=Account.objects.get(company=world.company, code="8500").pk,
    )  # fmt: skip
    texts = dict.fromkeys(("purchase_order", "buyer_reference", "contract", "delivery_note"), SHORT)
    return draft_of(
        world,
        line,
        client_id=client.pk,
        allowances=(DraftAllowance(EVIL, percent=Decimal(5)),),
        introduction=EVIL,
        notes=EVIL,
        **texts,
    )


def clean(answer: Any) -> str:
    body: str = answer.content.decode()
    assert answer.status_code in (200, 202, 409, 422)
    for trace in ("<script>alert", "<img src=x", "<svg/onload", "14<img", "\"'>"):
        assert trace not in body, body[max(0, body.index(trace) - 200) : body.index(trace) + 100]
    return body


def test_the_list_the_page_and_the_editor_show_it_as_text(world: Any, evil: Document, clerk: Browser) -> None:
    own = f"/acme/documents/{evil.uuid}/"
    for url in ("/acme/documents/", own, f"{own}edit/", f"{NEW}?copy={evil.uuid}", f"{NEW}?client={evil.client.uuid}"):
        assert "&lt;script&gt;alert(1)" in clean(clerk.get(url)), url
    clean(clerk.get("/acme/documents/", {"q": EVIL, "client": EVIL, "since": EVIL, "state": EVIL, "after": EVIL}))


def test_the_issued_and_the_void_document_show_it_as_text(world: Any, evil: Document) -> None:
    issue(company=world.company, document_uuid=evil.uuid, actor=world.accountant, at=AT)
    accountant = office_client(world.accountant)
    assert "&lt;script&gt;alert(1)" in clean(accountant.get(f"/acme/documents/{evil.uuid}/"))
    void(company=world.company, document_uuid=evil.uuid, reason=EVIL, actor=world.accountant, at=AT)
    assert "&lt;script&gt;alert(1)" in clean(accountant.get(f"/acme/documents/{evil.uuid}/"))


def test_what_is_refused_comes_back_as_text(world: Any, clerk: Browser) -> None:
    form = opened(clerk)
    form.pairs = [
        (name, value if name in ("lines", "csrfmiddlewaretoken", "form_key") else EVIL) for name, value in form.pairs
    ]
    form = Form(answer := form.press(clerk, NEW))
    assert form.status == 422
    clean(answer)
    for url in (f"{NEW}totals/", f"{NEW}line/"):
        clean(form.press(clerk, url))
    for part in ("terms", "products", "clients"):
        clean(clerk.get(f"{NEW}{part}/", {"q": EVIL, "client": EVIL}))


def test_two_versions_side_by_side_are_text(world: Any, evil: Document, clerk: Browser) -> None:
    url = f"/acme/documents/{evil.uuid}/edit/"
    form = opened(clerk, url).type(notes=EVIL * 2, revision="7")
    assert "&lt;script&gt;alert(1)" in clean(form.press(clerk, url))


def test_suggestions_are_text(world: Any, evil: Document, clerk: Browser) -> None:
    for part in ("products", "clients"):
        assert "&lt;" in clean(clerk.get(f"{NEW}{part}/"))
    assert "&lt;" in clean(clerk.get(f"{NEW}terms/", {"client": SHORT[:20]}))
