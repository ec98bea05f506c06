"""Every ISO 4217 currency is billed, booked and paid in its own unit (FAULTS 26; SPEC B9)."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.drafts import create_draft
from billing.actions.issue import issue, issue_many
from billing.actions.prove import prove_company
from billing.models import Document, ExchangeRate
from billing.rules.draft import Draft, DraftLine
from invoicing_site.errors import BusinessError
from invoicing_site.money import CURRENCIES, quantum
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from tests.together import FULL
from tests.world import AT, TODAY

CODES = sorted(CURRENCIES) if FULL else ["BHD", "CHF", "CLF", "EUR", "GBP", "ISK", "JPY", "KWD", "UYW", "USD", "VND"]


def test_each_currency_goes_from_draft_to_paid(world: Any) -> None:
    ExchangeRate.objects.bulk_create(
        ExchangeRate(company=world.company, currency=code, rate_date=TODAY, rate=Decimal("0.0371"), source="manual")
        for code in CODES
        if code != "EUR"
    )
    amounts = {}
    for code in CODES:
        amounts[code] = quantum(code) * 12345
        draft = Draft(
            client_id=world.client.pk, currency=code, lines=(DraftLine("Arbeit", Decimal(3), quantum(code) * 4115),)
        )
        create_draft(company=world.company, draft=draft, actor=None, at=AT)
    issue_many(
        company=world.company, document_ids=list(Document.objects.values_list("pk", flat=True)), actor=None, at=AT
    )
    for document in Document.objects.all():
        assert document.total == amounts[document.currency]
        half = (document.total / 2).quantize(quantum(document.currency))
        for part in (half, document.total - half):
            receipt = Receipt(world.client.pk, "transfer", TODAY, document.currency, part)
            record_payment(
                company=world.company, receipt=receipt, shares=[Share(document.uuid, part)], actor=None, at=AT
            )
    assert set(Document.objects.values_list("open_amount", flat=True)) == {Decimal(0)}
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_rate_is_frozen_at_issue(world: Any) -> None:
    rate = ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY, rate=Decimal("0.9"), source="ECB"
    )
    draft = Draft(client_id=world.client.pk, currency="USD", lines=(DraftLine("Work", Decimal(1), Decimal(100)),))
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    ExchangeRate.objects.filter(pk=rate.pk).update(rate=Decimal("0.5"))
    document.refresh_from_db()
    assert (document.fx_rate, document.base_total, document.fx_source, document.fx_rate_date) == (
        Decimal("0.9"), Decimal(90), "ECB", TODAY,
    )  # fmt: skip
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_without_a_rate_nothing_is_issued(world: Any) -> None:
    ExchangeRate.objects.create(
        company=world.company, currency="USD", rate_date=TODAY + dt.timedelta(days=1), rate=Decimal("0.9"), source="ECB"
    )
    draft = Draft(client_id=world.client.pk, currency="USD", lines=(DraftLine("Work", Decimal(1), Decimal(100)),))
    document = create_draft(company=world.company, draft=draft, actor=None, at=AT)
    with pytest.raises(BusinessError) as refused:
        issue(company=world.company, document_uuid=document.uuid, actor=None, at=AT)
    assert (refused.value.code, refused.value.field) == ("document.no_rate", "currency")
    document.refresh_from_db()
    assert (document.state, document.number) == ("draft", None)
