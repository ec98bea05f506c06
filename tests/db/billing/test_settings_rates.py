from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from billing.actions.rates import enter_rate, remove_rate
from billing.models import Document, ExchangeRate
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.money import invoice
from tests.world import AT, TODAY

D = Decimal
RATE: dict[str, Any] = {"currency": "USD", "rate_date": TODAY, "rate": D("0.9213"), "source": "ECB"}


def enter(world: Any, **fields: Any) -> ExchangeRate:
    return enter_rate(**{"company_id": world.company.pk, "actor": world.accountant, "at": AT} | RATE | fields)


def everything() -> tuple[list[Any], int]:
    return list(ExchangeRate.objects.order_by("id").values()), Event.objects.count()


def test_a_rate_is_entered_and_corrected_with_history(world: Any) -> None:
    first = enter(world)
    again = enter(world, rate=D("0.9313"), reason="Tippfehler")
    assert (again.pk, ExchangeRate.objects.get().rate) == (first.pk, D("0.9313"))
    assert [(row.rate, row.history_change_reason) for row in again.history.all()] == [
        (D("0.9313"), "Tippfehler"),
        (D("0.9213"), None),
    ]
    event = Event.objects.filter(subject=first.uuid).latest("id")
    assert event.data == {"currency": "USD", "day": "2026-03-16", "rate": "0.9313"}
    told = Event.objects.count()
    enter(world, rate=D("0.9313"))
    assert Event.objects.count() == told


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"currency": "BGN"}, "currency.unknown", "currency"),
        ({"currency": "EUR"}, "fx.own", "currency"),
        ({"rate_date": TODAY + dt.timedelta(days=1)}, "fx.future", "rate_date"),
        ({"rate": D(0)}, "fx.positive", "rate"),
        ({"rate": D(-1)}, "fx.positive", "rate"),
        ({"rate": D("NaN")}, "field.invalid", "rate"),
        ({"rate": D("1.12345678901")}, "field.invalid", "rate"),
        ({"rate": D(10) ** 10}, "field.invalid", "rate"),
        ({"source": " "}, "field.invalid", "source"),
        ({"source": "x" * 21}, "field.invalid", "source"),
    ],
)
def test_a_wrong_rate_is_refused_at_its_field(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        enter(world, **fields)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_issued_documents_keep_their_rate(world: Any) -> None:
    rate = enter(world)
    document = invoice(world, currency="USD")
    enter(world, rate=D("0.5"))
    remove_rate(company_id=world.company.pk, rate_uuid=rate.uuid, actor=world.accountant, at=AT)
    kept = Document.objects.get(pk=document.pk)
    assert (kept.fx_rate, kept.fx_source, kept.base_total) == (D("0.9213"), "ECB", D("92.13"))
    assert not ExchangeRate.objects.exists()


def test_a_removed_rate_stays_in_history(world: Any) -> None:
    rate = enter(world)
    remove_rate(company_id=world.company.pk, rate_uuid=rate.uuid, actor=world.owner, at=AT)
    last = ExchangeRate.history.filter(id=rate.pk).order_by("-history_id").first()
    assert (last.history_type, last.history_user) == ("-", world.owner)
    assert Event.objects.latest("id").type == "exchange_rate.removed"


def test_foreign_rates_do_not_exist(world: Any, stranger: Any) -> None:
    rate = enter(stranger)
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        remove_rate(company_id=world.company.pk, rate_uuid=rate.uuid, actor=world.owner, at=AT)
    assert (refusal.value.code, everything()) == ("not_found", before)


def test_the_database_takes_one_positive_rate_a_day(world: Any) -> None:
    enter(world)
    with pytest.raises(IntegrityError):
        ExchangeRate.objects.create(company=world.company, **RATE)
