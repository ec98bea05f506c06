"""Received e-invoices: kept once as they came, encrypted, never changed; a draft from one has the stated amounts (SPEC B15)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from billing.actions.received import draft_from
from billing.documents.einvoice import ubl
from billing.models import Document, Received
from billing.reports.received import shown, stated_of
from invoicing_site import files
from invoicing_site.errors import BusinessError
from invoicing_site.models import Blob, Event
from tests.helpers import inbound
from tests.helpers.einvoices import S7, charge, line, off, snapshot
from tests.helpers.inbound import EICAR, PLAIN, facturx
from tests.world import AT, make_client, make_world

pytestmark = pytest.mark.django_db


def taken(world: Any, data: bytes = PLAIN, name: str = "rechnung.xml") -> Received:
    return inbound.taken(world.company, data, world.people["clerk"], name)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Received, Blob, Event, Document))


def test_a_file_is_kept_as_it_came(world: Any) -> None:
    row = taken(world)
    assert (row.syntax, row.type_code, row.number, row.issuer) == (
        "ubl",
        "380",
        "INV-2026-00042",
        "Spreebogen Werkstatt GmbH",
    )
    assert (str(row.issue_date), str(row.due_date), row.currency, str(row.payable)) == (
        "2026-11-20", "2026-12-04", "EUR", "119.00",
    )  # fmt: skip
    assert files.fetch(row.blob) == PLAIN
    stored = (Path(settings.FILE_STORE) / files.name_of(world.company, row.blob.sha256)).read_bytes()
    assert b"Spreebogen" not in stored
    assert b"Spreebogen" not in bytes(row.stated)
    assert stated_of(row)["lines"][0]["net"] == "100.00"
    event = Event.objects.get(type="invoice.received")
    assert (event.subject, event.actor) == (row.uuid, world.people["clerk"])
    assert event.data == {"sha256": row.blob.sha256, "syntax": "ubl", "currency": "EUR", "payable": "119.00"}


def test_the_same_file_is_received_once_a_company(world: Any) -> None:
    first = taken(world)
    before = counts()
    assert taken(world, name="again.xml") == first
    assert counts() == before
    other = make_world("other")
    assert taken(other).pk != first.pk


def test_what_is_refused_leaves_nothing(world: Any) -> None:
    before = counts()
    with pytest.raises(BusinessError) as refused:
        taken(world, EICAR)
    assert (refused.value.code, refused.value.field) == ("received.not_xml", "einvoice")
    assert counts() == before


def test_a_pdf_is_kept_whole(world: Any) -> None:
    data = facturx()
    row = taken(world, data, "rechnung.pdf")
    assert (row.syntax, row.blob.media_type, files.fetch(row.blob)) == ("cii", "application/pdf", data)


def test_rows_never_change(world: Any) -> None:
    row = taken(world)
    for statement in ("UPDATE billing_received SET number = 'x'", "DELETE FROM billing_received"):
        with (
            pytest.raises(Exception, match=r"append|denied|privilege"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    foreign = make_world("other").company
    with pytest.raises(IntegrityError), transaction.atomic():
        Received.objects.create(
            company=foreign, blob=row.blob, name="x", syntax="ubl", type_code="380", number="1", issuer="x", currency="EUR",
            payable=1, stated=b"x", received_at=AT,
        )  # fmt: skip
    row.refresh_from_db()
    assert row.number == "INV-2026-00042"


def test_a_draft_has_the_stated_amounts(world: Any) -> None:
    parts = snapshot([line("3", "19.99"), line("2", "10", S7)], [charge("7.77"), off("3")])
    row = taken(world, ubl(*parts))
    made = draft_from(
        company=world.company, received_uuid=row.uuid, client_id=world.client.pk, actor=world.people["clerk"], at=AT
    )
    assert made.state == "draft"
    assert {name: getattr(made, name) for name in ("net", "tax", "total")} == {
        name: Decimal(parts[0][name]) for name in ("net", "tax", "total")
    }
    amounts = [row.amount for row in made.lines.order_by("position")]
    assert amounts[:2] == [Decimal(row["amount"]) for row in parts[0]["lines"]]
    assert Event.objects.get(type="received.drafted").data == {"document": str(made.uuid)}
    assert shown(world.company, row).drafts == [made]


def test_no_draft_where_amounts_cannot_be_kept(world: Any) -> None:
    row = taken(world, PLAIN.replace(b">119.00<", b">120.00<"))
    before = counts()
    with pytest.raises(BusinessError) as refused:
        draft_from(company=world.company, received_uuid=row.uuid, client_id=world.client.pk, actor=None, at=AT)
    assert (refused.value.code, refused.value.params["stated"]) == ("received.cannot_keep", "120.00")
    assert counts() == before


def test_foreign_rows_do_not_exist(world: Any) -> None:
    row, other = taken(world), make_world("other")
    for company, client in ((other.company, other.client), (world.company, other.client)):
        with pytest.raises(BusinessError, match="not_found"):
            draft_from(company=company, received_uuid=row.uuid, client_id=client.pk, actor=None, at=AT)
    assert Document.objects.count() == 0


def test_the_likely_client_is_the_one_of_that_name(world: Any) -> None:
    row = taken(world)
    assert shown(world.company, row).client is None
    known = make_client(world.company, "Alster Reederei AG")
    assert shown(world.company, row).client == known
