"""Two people name, number and settle things at once: each name once, each rate once, numbers only forward (FAULTS 19, 20)."""

import datetime as dt
import threading
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.series import jump_counter
from billing.actions.taxes import add_rate
from billing.models import Document, Jump, Series, TaxCode
from billing.rules.draft import Draft, DraftLine
from clients.actions import clients as verbs
from clients.actions.clients import change_client, create_client
from clients.models import Client
from clients.reports.numbers import next_number
from clients.rules.details import ClientDetails, ExternalIdDetails
from invoicing_site.errors import BusinessError
from tests.together import failures, size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = size(6, 24)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


def new_client(world: Any, name: str, **fields: Any) -> Any:
    details = ClientDetails(name=name, currency="EUR", **fields)
    return partial(create_client, company_id=world.company.pk, details=details, actor=None, at=AT)


def test_clients_made_at_once_get_numbers_of_their_own(acme: Any) -> None:
    assert failures(together([new_client(acme, f"Client {place}") for place in range(RIVALS)])) == []
    numbers = Client.objects.filter(company=acme.company).order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"K{place:04}" for place in range(1, RIVALS + 2)]


def test_without_the_lock_two_would_take_the_same_number(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the company's lock is there for. Everybody looks before anybody writes; the constraint judges."""
    looked = threading.Barrier(RIVALS)

    def look(company: Any) -> str:
        found = next_number(company)
        looked.wait(timeout=60)
        return found

    monkeypatch.setattr(verbs, "lock_row", lambda queryset: queryset.get())
    monkeypatch.setattr(verbs, "next_number", look)
    lost = failures(together([new_client(acme, f"Client {place}") for place in range(RIVALS)]))
    assert {type(error) for error in lost} <= {IntegrityError, BusinessError}
    assert (len(lost), Client.objects.filter(number="K0002").count()) == (RIVALS - 1, 1)


def test_an_external_id_goes_to_one_of_those_who_want_it(acme: Any) -> None:
    wanted = (ExternalIdDetails("crm", "4711"),)
    lost = failures(together([new_client(acme, f"Client {place}", external_ids=wanted) for place in range(RIVALS)]))
    assert [getattr(error, "code", error) for error in lost] == ["client.external_id_taken"] * (RIVALS - 1)
    assert Client.objects.filter(company=acme.company).count() == 2


def test_one_of_two_editors_wins_and_the_other_is_told(acme: Any) -> None:
    calls = [
        partial(
            change_client,
            company_id=acme.company.pk,
            client_uuid=acme.client.uuid,
            revision=1,
            details=ClientDetails(name=f"Name {place}", currency="EUR"),
            actor=None,
            at=AT,
        )
        for place in range(RIVALS)
    ]
    lost = failures(together(calls))
    assert [getattr(error, "code", error) for error in lost] == ["client.changed"] * (RIVALS - 1)
    assert Client.objects.get(pk=acme.client.pk).revision == 2


def test_a_rate_is_added_once(acme: Any) -> None:
    tax = TaxCode.objects.get(company=acme.company, code="DE19")
    calls = [
        partial(
            add_rate,
            company_id=acme.company.pk,
            tax_uuid=tax.uuid,
            rate=Decimal(21),
            valid_from=dt.date(2027, 1, 1),
            ends_previous=True,
            actor=None,
            at=AT,
        )
        for _ in range(RIVALS)
    ]
    lost = failures(together(calls))
    assert [getattr(error, "code", error) for error in lost] == ["rate.overlap"] * (RIVALS - 1)
    assert tax.rates.filter(valid_to=None).count() == 1


def test_issuing_and_jumping_at_once_leave_every_number_explained(acme: Any) -> None:
    series = Series.objects.get(company=acme.company, kind="invoice", is_default=True)
    draft = Draft(client_id=acme.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(1)),))
    made = [create_draft(company=acme.company, draft=draft, actor=None, at=AT) for _ in range(RIVALS)]
    issues = [partial(issue, company=acme.company, document_uuid=each.uuid, actor=None, at=AT) for each in made]
    jumps = [
        partial(
            jump_counter,
            company_id=acme.company.pk,
            series_uuid=series.uuid,
            next_seq=seq,
            reason="x",
            actor=None,
            at=AT,
        )
        for seq in (100, 200)
    ]
    lost = failures(together([*issues, *jumps]))
    assert {getattr(error, "code", error) for error in lost} <= {"series.counter_backwards"}
    given = set(Document.objects.filter(series=series).values_list("seq", flat=True))
    skipped = {seq for jump in Jump.objects.all() for seq in range(jump.after + 1, jump.upto + 1)}
    assert len(given) == RIVALS
    assert given & skipped == set()
    assert given | skipped == set(range(1, series.counters.get().last + 1))
