"""What payments show on a client's and on a document's page."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import ExchangeRate
from invoicing_site.models import Membership
from invoicing_site.web import enter
from payments.actions.allocate import Share, undo_allocation
from payments.models import Allocation
from payments.reports import panels
from tests.helpers.money import all_of, invoice, payment
from tests.world import AT, TODAY, make_client


def asking(world: Any, role: str = "accountant") -> Any:
    request = RequestFactory().get("/acme/")
    request.user = world.people[role]
    enter(request, Membership.objects.select_related("company").get(user=request.user, company=world.company))
    return request


def shown(answer: Any, request: Any) -> str:
    return html.unescape(render_to_string(answer[0], answer[1], request))


def test_document_shows_what_settled_it(world: Any, stranger: Any) -> None:
    payment(stranger, "100.00", all_of(invoice(stranger)), reference="geheim")
    document = invoice(world)
    made = payment(world, "160.00", Share(document.uuid, Decimal(60)), reference="Rg 1")
    undone = payment(world, "30.00", Share(document.uuid, Decimal(30)), method="cash")
    undo_allocation(
        company=world.company, allocation_uuid=undone.allocations.get().uuid, actor=None, at=AT, reason="wrong client"
    )
    document.refresh_from_db()
    request = asking(world)
    page = shown(panels.document(request, document), request)
    for row in (made, undone):
        assert reverse("payments:payment", args=["acme", row.uuid]) in page
    assert re.findall(r'class="money">([^<]+)<', page) == ["€60.00", "€30.00", "€40.00"]
    assert "Rg 1" in page
    assert "wrong client" in page
    assert "geheim" not in page


def test_draft_has_no_payments(world: Any) -> None:
    document = invoice(world)
    document.state = "draft"
    assert panels.document(asking(world), document) is None


def test_client_shows_open_documents_credit_and_payments(world: Any, stranger: Any) -> None:
    invoice(stranger, "777.00")
    other = make_client(world.company, "Andere AG")
    invoice(world, "555.00", client=other)
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="manual"
    )
    documents = [invoice(world), invoice(world, "50.00", net_days=3), invoice(world, "7.00", "USD")]
    made = payment(world, "110.00", all_of(documents[0]))
    request = asking(world)
    page = shown(panels.client(request, world.client), request)
    client = world.client.uuid
    assert re.findall(r'<dd class="stat-value"><a href="([^"]+)"><span class="money">([^<]+)<', page) == [
        (f"/acme/documents/?state=open&client={client}", "€50.00"),
        (f"/acme/documents/?state=open&client={client}", "US$7.00"),
        (f"/acme/payments/?unapplied=on&client={client}", "€10.00"),
    ]
    assert [str(row.uuid) in page for row in documents] == [False, True, True]
    assert reverse("payments:payment", args=["acme", made.uuid]) in page
    assert f"/acme/payments/new/?client={client}" in page
    assert "555" not in page
    assert "777" not in page


def test_whoever_may_not_record_sees_no_button(world: Any) -> None:
    document = invoice(world)
    request = asking(world, "clerk")
    for answer in (panels.client(request, world.client), panels.document(request, document)):
        assert "/payments/new/" not in shown(answer, request)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_stay_the_same(world: Any, count: int) -> None:
    document = invoice(world, "900.00")
    for number in range(count):
        invoice(world, on=dt.date(2026, 3, 16))
        payment(world, "10.00", Share(document.uuid, Decimal(5)), reference=str(number))
    request = asking(world)
    with CaptureQueriesContext(connection) as asked:
        shown(panels.client(request, world.client), request)
    assert len(asked) == 5
    with CaptureQueriesContext(connection) as asked:
        shown(panels.document(request, document), request)
    assert len(asked) == 1
    assert Allocation.objects.count() == count


def test_pages_of_client_and_document_carry_them(world: Any, accountant: Browser) -> None:
    document = invoice(world)
    made = payment(world, "100.00", all_of(document))
    link = reverse("payments:payment", args=["acme", made.uuid])
    assert link in accountant.get(reverse("clients:client", args=["acme", world.client.uuid])).content.decode()
    assert link in accountant.get(reverse("billing:document", args=["acme", document.uuid])).content.decode()
