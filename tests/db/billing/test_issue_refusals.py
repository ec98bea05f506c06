"""What stands between a draft and its number; a refusal leaves everything as it was (SPEC B4, B18)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.drafts import create_draft
from billing.actions.issue import issue, issue_many
from billing.actions.void import record_delivery, void
from billing.models import Account, Counter, Document, Entry, Series, Snapshot, TaxCode, TaxRate
from billing.rules.draft import Draft, DraftLine
from clients.models import Address, Client
from invoicing_site.actions.periods import close_books
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company
from tests.world import AT, TODAY


def a_draft(world: Any, **changes: Any) -> Draft:
    tax = TaxCode.objects.get(company=world.company, code="DE19")
    line = DraftLine("Arbeit", Decimal(1), Decimal(100), tax_codes=(tax.pk,))
    return replace(Draft(client_id=world.client.pk, currency="EUR", lines=(line,)), **changes)


def a_document(world: Any, **changes: Any) -> Document:
    return create_draft(company=world.company, draft=a_draft(world, **changes), actor=None, at=AT)


def reverse_charge(world: Any) -> dict[str, Any]:
    code = TaxCode.objects.get(company=world.company, code="EU-RC")
    return {"lines": (DraftLine("Arbeit", Decimal(1), Decimal(100), tax_codes=(code.pk,)),)}


def above_small(world: Any) -> dict[str, Any]:
    """Small invoices need neither address nor tax id (§ 33 UStDV)."""
    (line,) = a_draft(world).lines
    return {"lines": (replace(line, unit_price=Decimal(1000)),)}


def drop_reason(world: Any) -> None:
    TaxCode.objects.filter(code="EU-RC").update(reason="")


CASES: dict[str, tuple[str, str | None, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "no lines": ("document.no_lines", "lines", lambda w: {"lines": ()}, lambda w: None),
    "no address": ("document.client_address", "client", above_small, lambda w: Address.objects.all().delete()),
    "archived client": ("document.client_archived", "client", lambda w: {}, lambda w: Client.objects.update(archived_at=AT)),
    "closed period": (
        "document.period_closed", "issue_date", lambda w: {"issue_date": dt.date(2026, 3, 10)},
        lambda w: close_books(company_id=w.company.pk, through=dt.date(2026, 3, 12), actor=None, at=AT),
    ),
    "far ahead": ("document.date_future", "issue_date", lambda w: {"issue_date": dt.date(2027, 1, 1)}, lambda w: None),
    "seller without tax id": ("document.seller_tax_id", None, above_small, lambda w: Company.objects.update(vat_id="")),
    "no rate on the tax point": (
        "document.tax_rate_missing", None, lambda w: {}, lambda w: TaxRate.objects.filter(valid_to=None).update(valid_to=dt.date(2026, 1, 1)),
    ),
    "reverse charge without buyer id": ("document.tax_id_missing", "client", reverse_charge, lambda w: None),
    "reverse charge without reason": ("document.reason_missing", None, reverse_charge, drop_reason),
    "small business with tax": ("document.small_business_tax", "lines", lambda w: {}, lambda w: Company.objects.update(small_business=True)),
    "no purchase order": ("document.order_missing", "purchase_order", lambda w: {}, lambda w: Client.objects.update(order_required=True)),
    "no receivables account": ("document.no_account", None, lambda w: {}, lambda w: Account.objects.filter(purpose="receivable").update(purpose=None)),
    "no series": ("document.no_series", None, lambda w: {}, lambda w: Series.objects.update(is_default=False)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_refusal_names_the_field_and_changes_nothing(world: Any, case: str) -> None:
    code, field, changes, prepare = CASES[case]
    document = a_document(world, **changes(world))
    prepare(world)
    with pytest.raises(BusinessError) as refused:
        issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    assert (refused.value.code, refused.value.field) == (code, field)
    document.refresh_from_db()
    assert (document.state, document.number, document.open_amount) == ("draft", None, 0)
    assert (Entry.objects.count(), Snapshot.objects.count()) == (0, 0)
    assert not Counter.objects.filter(last__gt=0).exists()


def test_small_invoice_needs_no_address(world: Any) -> None:
    document = a_document(world)
    Address.objects.all().delete()
    assert issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT).number == "RE-2026-00001"


def test_dates_never_run_backwards_in_a_series(world: Any) -> None:
    first = a_document(world, issue_date=dt.date(2026, 3, 10))
    issue(company=world.company, document_uuid=first.uuid, actor=None, at=AT)
    earlier = a_document(world, issue_date=dt.date(2026, 3, 9))
    with pytest.raises(BusinessError, match=r"document\.date_backwards"):
        issue(company=world.company, document_uuid=earlier.uuid, actor=None, at=AT)
    assert Counter.objects.get().last == 1


def test_year_starts_a_new_count_and_its_own_chain(world: Any) -> None:
    old = a_document(world, issue_date=dt.date(2025, 12, 31))
    new = a_document(world, issue_date=dt.date(2026, 1, 2))
    numbers = [issue(company=world.company, document_uuid=each.uuid, actor=None, at=AT).number for each in (old, new)]
    assert numbers == ["RE-2025-00001", "RE-2026-00001"]
    assert bytes(Snapshot.objects.get(document=new).previous) == b""


def test_batch_is_numbered_by_date_and_all_or_none(world: Any) -> None:
    days = [dt.date(2026, 3, 12), dt.date(2026, 3, 10), dt.date(2026, 3, 11)]
    made = [a_document(world, issue_date=day) for day in days]
    bad = a_document(world, lines=())
    ids = [each.pk for each in made]
    with pytest.raises(BusinessError, match=r"document\.no_lines"):
        issue_many(company=world.company, document_ids=[*ids, bad.pk], actor=None, at=AT)
    assert not Document.objects.exclude(state="draft").exists()
    issue_many(company=world.company, document_ids=ids, actor=None, at=AT)
    found = Document.objects.exclude(number=None).order_by("seq").values_list("number", "issue_date")
    assert list(found) == [(f"RE-2026-0000{n}", day) for n, day in enumerate(sorted(days), start=1)]


def test_rate_that_changed_since_the_draft_is_counted_anew(world: Any) -> None:
    document = a_document(world)
    TaxRate.objects.filter(tax_code__code="DE19", valid_to=None).update(valid_to=dt.date(2026, 3, 1))
    code = TaxCode.objects.get(code="DE19")
    TaxRate.objects.create(company=world.company, tax_code=code, rate=Decimal(21), valid_from=dt.date(2026, 3, 2))
    issued = issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    assert (issued.net, issued.tax, issued.total) == (100, 21, 121)
    assert issued.lines.get().taxes.get().rate == 21


def test_zero_total_settles_at_issue_and_books_nothing(world: Any) -> None:
    document = a_document(world, lines=(DraftLine("Gratis", Decimal(1), Decimal(0)),))
    issued = issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    assert (issued.total, issued.open_amount, issued.number) == (0, 0, "RE-2026-00001")
    assert Entry.objects.count() == 0


def test_delivered_document_is_not_void_any_more(world: Any) -> None:
    document = a_document(world)
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"document\.delivery_date"):
        record_delivery(company=world.company, document_uuid=document.uuid, on=dt.date(2026, 3, 17), actor=None, at=AT)
    record_delivery(company=world.company, document_uuid=document.uuid, on=TODAY, actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"document\.delivered"):
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=None, at=AT)
    document.refresh_from_db()
    assert (document.state, document.open_amount) == ("issued", 119)


def test_void_in_a_closed_period_or_without_reason_is_refused(world: Any) -> None:
    document = a_document(world, issue_date=dt.date(2026, 3, 10))
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"document\.void_reason"):
        void(company=world.company, document_uuid=document.uuid, reason=" ", actor=None, at=AT)
    close_books(company_id=world.company.pk, through=dt.date(2026, 3, 12), actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"document\.period_closed"):
        void(company=world.company, document_uuid=document.uuid, reason="typo", actor=None, at=AT)
    assert Entry.objects.count() == 1


def test_company_local_date_is_the_issue_date(world: Any) -> None:
    """23:30 UTC on the 31st is already the 1st in Berlin (FAULTS 28)."""
    document = a_document(world)
    at = dt.datetime(2026, 3, 31, 23, 30, tzinfo=dt.UTC)
    issued = issue(company=world.company, document_uuid=document.uuid, actor=None, at=at)
    assert issued.issue_date == dt.date(2026, 4, 1)
    assert issued.due_on == dt.date(2026, 4, 15)
