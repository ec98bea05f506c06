"""Every way to change what was issued is refused by the database itself (SPEC B3, FAULTS 23)."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.models import (
    Allowance,
    Document,
    DueItem,
    Entry,
    Line,
    LineTax,
    Posting,
    Settlement,
    Snapshot,
    TaxCode,
    TaxTotal,
)
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from invoicing_site.models import Event, Seal
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from payments.models import Allocation, Payment
from tests.world import AT, TODAY


@pytest.fixture
def issued(world: Any) -> Document:
    tax = TaxCode.objects.get(company=world.company, code="DE19")
    draft = Draft(
        client_id=world.client.pk,
        currency="EUR",
        lines=(DraftLine("Arbeit", Decimal(2), Decimal("50.00"), tax_codes=(tax.pk,)),),
        allowances=(DraftAllowance("Rabatt", amount=Decimal(5)),),
    )
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    document = issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(50))
    record_payment(
        company=world.company,
        receipt=receipt,
        shares=[Share(document.uuid, Decimal(40))],
        actor=world.accountant,
        at=AT,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return document


def sql(text: str) -> Callable[[Document], None]:
    def run(document: Document) -> None:
        with connection.cursor() as cursor:
            cursor.execute(text, {"id": document.pk})

    return run


def save(**changes: Any) -> Callable[[Document], None]:
    def run(document: Document) -> None:
        for name, value in changes.items():
            setattr(document, name, value)
        document.save()

    return run


WAYS: dict[str, Callable[[Document], Any]] = {
    # the document, by the ORM
    "save number": save(number="RE-2026-99999"),
    "save total": save(total=Decimal(1)),
    "save date": save(issue_date=dt.date(2025, 1, 1)),
    "save client": save(client_id=None),
    "save currency": save(currency="USD"),
    "save back to draft": save(state="draft"),
    "update number": lambda d: Document.objects.filter(pk=d.pk).update(number="X"),
    "update by expression": lambda d: Document.objects.filter(pk=d.pk).update(net=F("net") + 1),
    "update rate": lambda d: Document.objects.filter(pk=d.pk).update(fx_rate=2),
    "update reference": lambda d: Document.objects.filter(pk=d.pk).update(payment_reference="RF00"),
    "update due date": lambda d: Document.objects.filter(pk=d.pk).update(due_on=dt.date(2030, 1, 1)),
    "update terms": lambda d: Document.objects.filter(pk=d.pk).update(notes="other"),
    "bulk_update": lambda d: Document.objects.bulk_update([_changed(d, notes="other")], ["notes"]),
    "delete": lambda d: d.delete(),
    "queryset delete": lambda d: Document.objects.filter(pk=d.pk).delete(),
    "raw delete": lambda d: Document.objects.filter(pk=d.pk)._raw_delete("default"),
    "open amount alone": lambda d: Document.objects.filter(pk=d.pk).update(open_amount=0),
    "open above total": lambda d: Document.objects.filter(pk=d.pk).update(open_amount=9999),
    "back to draft by update": lambda d: Document.objects.filter(pk=d.pk).update(state="draft"),
    "void without reason": lambda d: Document.objects.filter(pk=d.pk).update(state="void"),
    # by SQL as the application's role
    "sql update": sql("UPDATE billing_document SET total = 1 WHERE id = %(id)s"),
    "sql update two columns": sql("UPDATE billing_document SET net = net - 1, total = total - 1 WHERE id = %(id)s"),
    "sql delete": sql("DELETE FROM billing_document WHERE id = %(id)s"),
    "sql truncate": sql("TRUNCATE billing_document CASCADE"),
    "sql trigger off": sql("ALTER TABLE billing_document DISABLE TRIGGER ALL"),
    "sql drop trigger": sql("DROP TRIGGER document_frozen ON billing_document"),
    "sql replica role": sql("SET session_replication_role = replica"),
    "sql another role": sql("SET ROLE invoicing_owner"),
    # what belongs to it
    "line update": lambda d: Line.objects.filter(document=d).update(description="other"),
    "line delete": lambda d: Line.objects.filter(document=d).delete(),
    "line added": lambda d: Line.objects.create(company=d.company, document=d, position=9, description="x", unit_price=1),
    "line bulk_create": lambda d: Line.objects.bulk_create(
        [Line(company=d.company, document=d, position=9, description="x", unit_price=1)]
    ),
    "line tax update": lambda d: LineTax.objects.filter(document=d).update(amount=0),
    "line tax delete": lambda d: LineTax.objects.filter(document=d).delete(),
    "allowance update": lambda d: Allowance.objects.filter(document=d).update(amount=0),
    "tax total": lambda d: TaxTotal.objects.filter(document=d).update(amount=0),
    "due item": lambda d: DueItem.objects.filter(document=d).update(due_on=dt.date(2030, 1, 1)),
    "snapshot": lambda d: Snapshot.objects.filter(document=d).update(facts=b""),
    "snapshot delete": lambda d: Snapshot.objects.filter(document=d).delete(),
    "settlement": lambda d: Settlement.objects.filter(document=d).update(amount=1),
    "settlement delete": lambda d: Settlement.objects.filter(document=d)._raw_delete("default"),
    # money and books
    "entry": lambda d: Entry.objects.filter(source=d.uuid).update(booked_on=dt.date(2020, 1, 1)),
    "posting": lambda d: Posting.objects.filter(company=d.company).update(amount=0),
    "posting delete": lambda d: Posting.objects.filter(company=d.company)._raw_delete("default"),
    "unbalanced posting": lambda d: Posting.objects.create(
        company=d.company, entry=Entry.objects.filter(source=d.uuid).get(), account_id=Posting.objects.all()[0].account_id,
        currency="EUR", amount=1, base_amount=1,
    ),
    "allocation": lambda d: Allocation.objects.update(amount=1),
    "payment amount": lambda d: Payment.objects.update(amount=1),
    "payment delete": lambda d: Payment.objects.all().delete(),
    # memory
    "event": lambda d: Event.objects.filter(subject=d.uuid).update(data={}),
    "event delete": lambda d: Event.objects.filter(subject=d.uuid)._raw_delete("default"),
    "seal": lambda d: Seal.objects.update(hash=b""),
    "seal forged": sql("INSERT INTO invoicing_site_seal (chain, seq, event_id, hash) VALUES (1, 99, 1, '')"),
    "head": sql("UPDATE invoicing_site_sealhead SET seq = 0"),
    "history": lambda d: Document.history.filter(id=d.pk).update(history_change_reason="other"),
    "history delete": lambda d: Document.history.filter(id=d.pk).delete(),
    "history forged": sql("INSERT INTO billing_historicaldocument SELECT * FROM billing_historicaldocument LIMIT 1"),
}  # fmt: skip


def _changed(document: Document, **changes: Any) -> Document:
    for name, value in changes.items():
        setattr(document, name, value)
    return document


def picture() -> list[tuple[Any, ...]]:
    """Everything that may not change, as rows."""
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = []
        for table in (
            "billing_document", "billing_line", "billing_linetax", "billing_allowance", "billing_taxtotal", "billing_dueitem",
            "billing_snapshot", "billing_settlement", "billing_entry", "billing_posting", "payments_payment", "payments_allocation",
            "invoicing_site_event", "invoicing_site_seal", "invoicing_site_sealhead", "billing_historicaldocument",
        ):  # fmt: skip
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            rows += cursor.fetchall()
        return rows


@pytest.mark.parametrize("way", WAYS)
def test_issued_is_refused_to_change(issued: Document, way: str) -> None:
    before = picture()
    with pytest.raises((DatabaseError, IntegrityError, ValueError)), transaction.atomic():
        WAYS[way](issued)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert picture() == before


def test_draft_changes_freely(world: Any) -> None:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(1)),))
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    Document.objects.filter(pk=document.pk).update(notes="other")
    document.refresh_from_db()
    assert document.notes == "other"


def test_rows_never_point_into_another_company(world: Any, stranger: Any) -> None:
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=())
    document = create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(client=stranger.client)
    document.refresh_from_db()
    assert document.client_id == world.client.pk
