"""Two answers, two invoices of one offer, two final invoices of one deposit, at the same moment (docs/adr/0019)."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.actions import deposits as taking
from billing.actions import offers as answering
from billing.actions.deposits import take_off
from billing.actions.offers import invoice_from
from billing.actions.openings import Opening, record_openings
from billing.actions.prove import prove_company
from billing.actions.void import void
from billing.models import DepositUse, Document, OfferAnswer
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.kinds import accepted, drafted, issued, offer, paid_deposit, says
from tests.together import failures, size, together
from tests.world import AT, TODAY, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


def proven(world: Any) -> list[Any]:
    return list(prove_company(company=world.company, actor=None, at=AT).differences)


def test_many_acceptances_are_one(acme: Any) -> None:
    for _ in range(size(4, 100)):
        made = offer(acme)
        results = together([partial(says, acme, made, "accepted", said_by=f"Nr. {n}") for n in range(6)])
        assert failures(results) == []
        assert len({row.pk for row in results}) == 1
        assert OfferAnswer.objects.filter(document=made).count() == 1
        assert Event.objects.filter(subject=made.uuid, type="document.accepted").count() == 1


def test_accept_against_decline_and_void_has_one_winner(acme: Any) -> None:
    for turn in range(size(6, 200)):
        made = offer(acme)
        rival = (
            partial(says, acme, made, "declined")
            if turn % 2
            else partial(void, company=acme.company, document_uuid=made.uuid, reason="x", actor=None, at=AT)
        )
        results = together([partial(says, acme, made, "accepted"), rival])
        found = list(OfferAnswer.objects.filter(document=made).values_list("said", flat=True))
        state = Document.objects.get(pk=made.pk).state
        if turn % 2:
            assert [type(error) for error in failures(results)] == [BusinessError]
            assert found in (["accepted"], ["declined"])
        else:
            # Accepted and then void is an order of events that may happen; void and then accepted is not.
            assert (found, state) in (([], "void"), (["accepted"], "void"))
    assert proven(acme) == []


def test_without_the_lock_the_database_still_takes_one_answer(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same answers, the offer read without its lock, collide on the unique index."""
    monkeypatch.setattr(answering, "lock_row", lambda rows: rows.get())
    collided: list[BaseException] = []
    for _ in range(12):
        made = offer(acme)
        collided += failures(together([partial(says, acme, made, "accepted") for _ in range(8)]))
        assert OfferAnswer.objects.filter(document=made).count() == 1
    assert collided
    assert {type(error) for error in collided} == {IntegrityError}


def test_two_clicks_make_one_invoice(acme: Any) -> None:
    for _ in range(size(4, 100)):
        made = accepted(acme)
        click = partial(invoice_from, company=acme.company, document_uuid=made.uuid, actor=None, at=AT)
        results = together([click] * 4)
        assert failures(results) == []
        assert {row.pk for row in results} == {Document.objects.get(follows=made, kind="invoice").pk}


def takes(world: Any, final: Document, deposit: Document) -> Any:
    return partial(
        take_off, company=world.company, document_uuid=final.uuid, deposits=[deposit.uuid], actor=None, at=AT
    )


def test_two_finals_take_a_deposit_off_once(acme: Any) -> None:
    for _ in range(size(3, 100)):
        deposit = paid_deposit(acme, accepted(acme))
        finals = [drafted(acme), drafted(acme)]
        results = together([takes(acme, final, deposit) for final in finals])
        assert [error.code for error in failures(results) if isinstance(error, BusinessError)] == ["deposit.used"]
        use = DepositUse.objects.get(deposit=deposit)
        won = Document.objects.get(pk=use.document_id)
        assert won.prepaid == deposit.total
        issued(acme, won)
        assert Document.objects.filter(pk__in=[each.pk for each in finals], prepaid__gt=0).count() == 1
    assert proven(acme) == []


def test_without_the_lock_two_finals_collide(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: deposits read without their lock; the unique index lets one through."""
    monkeypatch.setattr(taking, "lock_rows", lambda rows: list(rows.order_by("pk")))
    monkeypatch.setattr(taking, "_free", lambda company, rows, held: None)
    deposit = paid_deposit(acme, accepted(acme))
    finals = [drafted(acme) for _ in range(4)]
    lost = failures(together([takes(acme, final, deposit) for final in finals]))
    assert [type(error) for error in lost] == [IntegrityError] * 3
    assert DepositUse.objects.filter(deposit=deposit).count() == 1


def test_a_deposit_is_taken_off_or_opened_again_never_both_unseen(acme: Any) -> None:
    """Whoever issues while the payment is undone either sees the deposit unpaid, or issued before it was."""
    deposit = paid_deposit(acme, accepted(acme))
    final = drafted(acme)
    takes(acme, final, deposit)()
    with pytest.raises(BusinessError), transaction.atomic():
        void(company=acme.company, document_uuid=deposit.uuid, reason="x", actor=None, at=AT)
    assert DepositUse.objects.get().is_live


def test_one_number_given_elsewhere_is_entered_once(acme: Any) -> None:
    def enter() -> Any:
        opening = Opening(acme.client.pk, "ALT-1", TODAY, TODAY, Decimal("10.00"), "EUR")
        return record_openings(company=acme.company, openings=[opening], actor=None, at=AT)

    lost = failures(together([enter] * 6))
    assert [getattr(error, "code", error) for error in lost] == ["document.external_taken"] * 5
    assert Document.objects.get().number == "ALT-1"
    assert proven(acme) == []
