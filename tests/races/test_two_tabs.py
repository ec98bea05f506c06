"""The same payment sent from several tabs at once: one is recorded, the others are asked (FAULTS 20)."""

import time
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from invoicing_site.errors import BusinessError
from payments.actions import receive
from payments.actions.receive import Receipt, record_payment
from payments.models import Payment
from tests.helpers.money import fields
from tests.helpers.people import office_client
from tests.together import failures, size, together
from tests.world import AT, TODAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between looking for a twin and writing there is time for everybody else to look too."""
    look = receive.twin_of

    def pause(*args: Any) -> Any:
        found = look(*args)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(receive, "twin_of", pause)


def tabs(world: Any) -> list[Callable[[], Any]]:
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(100), "Rg 1")
    call = partial(record_payment, company=world.company, receipt=receipt, unless_twin=True, actor=None, at=AT)
    return [call] * size(4, 16)


def test_without_the_clients_lock_all_of_them_record(acme: Any, slowly: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive, "lock_row", lambda rows, *args: rows.get())
    calls = tabs(acme)
    assert failures(together(calls)) == []
    assert Payment.objects.count() == len(calls)


def test_with_it_one_records_and_the_others_are_asked(acme: Any, slowly: None) -> None:
    calls = tabs(acme)
    lost = failures(together(calls))
    assert [(type(error), getattr(error, "code", error)) for error in lost] == [(BusinessError, "payment.twin")] * (
        len(calls) - 1
    )
    assert Payment.objects.count() == 1


def test_double_clicks_get_one_answer(acme: Any) -> None:
    person = office_client(acme.accountant)
    url = reverse("payments:record", args=["acme"])
    sent = fields(person.get(url, {"client": acme.client.uuid}).content.decode())
    sent |= {"amount": "100.00", "received_on": str(TODAY)}

    def click() -> str:
        browser = Browser()
        browser.cookies = person.cookies
        answer = browser.post(url, sent)
        assert answer.status_code == 302
        return answer["Location"]

    answers = together([click] * size(4, 16))
    assert failures(answers) == []
    assert set(answers) == {reverse("payments:payment", args=["acme", Payment.objects.get().uuid])}
