"""Deposit invoices and the final invoices that take them off: money, tax, ledger in both currencies (docs/adr/0019)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from billing.actions.credit import draft_credit
from billing.actions.deposits import deposit_from, take_off
from billing.actions.drafts import delete_draft, save_draft
from billing.actions.offers import invoice_from
from billing.actions.prove import prove_company
from billing.actions.rates import enter_rate
from billing.actions.void import void
from billing.documents.snapshot import open_parts
from billing.documents.source import read
from billing.models import DepositUse, Document, Line, Posting, Snapshot
from invoicing_site.errors import BusinessError
from payments.actions.allocate import undo_allocation
from payments.models import Allocation
from tests.helpers.kinds import a_draft, accepted, committed, deposit, drafted, issued, offer, paid_deposit
from tests.helpers.money import all_of, payment
from tests.world import AT, TODAY, make_client

D = Decimal


def chooses(world: Any, final: Document, *deposits: Document, **more: Any) -> Document:
    return take_off(
        company=world.company, document_uuid=final.uuid, deposits=[each.uuid for each in deposits],
        actor=world.accountant, at=AT, **more,
    )  # fmt: skip


def final_of(world: Any, made: Document) -> Document:
    return invoice_from(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def balances(world: Any) -> dict[str, tuple[Decimal, Decimal]]:
    """Amount and base amount by purpose, what is nothing left out."""
    rows = (
        Posting.objects.for_company(world.company)
        .values("account__purpose")
        .annotate(a=Sum("amount"), b=Sum("base_amount"))
    )
    return {row["account__purpose"]: (row["a"], row["b"]) for row in rows if row["a"] or row["b"]}


def proven(world: Any) -> list[Any]:
    return list(prove_company(company=world.company, actor=None, at=AT).differences)


def test_a_deposit_asks_for_a_part_of_every_tax(world: Any) -> None:
    made = deposit(world, accepted(world))
    assert (made.number, made.kind, made.total) == ("AR-2026-00001", "deposit_invoice", D("517.50"))
    assert made.prices_include_tax
    lines = list(Line.objects.filter(document=made).values_list("description", "unit_price"))
    text = "Abschlag 30\N{NO-BREAK SPACE}%, Angebot AN-2026-00001"
    assert lines == [(text, D("357.00")), (text, D("160.50"))]
    assert (made.net, made.tax) == (D("450.00"), D("67.50"))
    assert balances(world) == {
        "receivable": (D("517.50"), D("517.50")),
        "deposits": (D("-450.00"), D("-450.00")),
        "tax": (D("-67.50"), D("-67.50")),
    }
    assert proven(world) == []


def test_an_amount_is_asked_for_to_the_cent(world: Any) -> None:
    source = accepted(world)
    made = deposit_from(company=world.company, document_uuid=source.uuid, amount=D("1000.01"), actor=world.owner, at=AT)
    assert (made.total, made.follows_id) == (D("1000.01"), source.pk)
    with pytest.raises(BusinessError) as error:
        deposit_from(company=world.company, document_uuid=source.uuid, amount=D("725.00"), actor=world.owner, at=AT)
    assert (error.value.code, error.value.field, error.value.params["left"]) == (
        "deposit.too_large",
        "amount",
        D("724.99"),
    )
    assert Document.objects.filter(kind="deposit_invoice").count() == 1


def test_from_offer_by_deposit_to_the_final_invoice(world: Any) -> None:
    made = accepted(world)
    first = paid_deposit(world, made)
    final = final_of(world, made)
    chosen = chooses(world, final, first)
    assert (chosen.prepaid, chosen.payable, chosen.revision) == (D("517.50"), D("1207.50"), 2)
    bill = issued(world, final)
    assert (bill.total, bill.payable, bill.open_amount) == (D("1725.00"), D("1207.50"), D("1207.50"))
    row = Snapshot.objects.get(document=bill)
    facts, _ = open_parts(bytes(row.facts), bytes(row.parties))
    assert (facts["prepaid"], facts["payable"]) == ("517.50", "1207.50")
    assert [{key: each[key] for key in ("number", "net", "tax", "total")} for each in facts["deposits"]] == [
        {"number": "AR-2026-00001", "net": "450.00", "tax": "67.50", "total": "517.50"}
    ]
    assert [(part["rate"], part["base"], part["amount"]) for part in facts["deposits"][0]["tax_totals"]] == [
        ("19", "300.00", "57.00"),
        ("7", "150.00", "10.50"),
    ]
    assert proven(world) == []
    payment(world, "1207.50", all_of(bill))
    assert balances(world) == {
        "bank": (D("1725.00"), D("1725.00")),
        "revenue": (D("-1500.00"), D("-1500.00")),
        "tax": (D("-225.00"), D("-225.00")),
    }
    assert proven(world) == []


def test_deposits_leave_nothing_in_base_currency_whatever_the_rates(world: Any) -> None:
    for day, rate in ((TODAY - dt.timedelta(days=40), "0.91"), (TODAY, "0.83")):
        enter_rate(
            company_id=world.company.pk,
            currency="USD",
            rate_date=day,
            rate=D(rate),
            source="test",
            actor=world.owner,
            at=AT,
        )
    made = accepted(world, currency="USD")
    early = deposit_from(company=world.company, document_uuid=made.uuid, percent=D(33), actor=world.owner, at=AT)
    draft = read(world.company.pk, [early.pk], TODAY).documents[early.pk].draft()
    save_draft(
        company=world.company, document_uuid=early.uuid, draft=replace(draft, issue_date=TODAY - dt.timedelta(days=40)),
        revision=1, actor=world.owner, at=AT,
    )  # fmt: skip
    first = issued(world, early)
    assert first.fx_rate == D("0.91")
    payment(world, str(first.total), all_of(first), currency="USD")
    final = final_of(world, made)
    chooses(world, final, Document.objects.get(pk=first.pk))
    bill = issued(world, final)
    assert bill.fx_rate == D("0.83")
    rows = Posting.objects.filter(account__purpose="deposits").aggregate(a=Sum("amount"), b=Sum("base_amount"))
    assert rows == {"a": 0, "b": 0}
    payment(world, str(bill.open_amount), all_of(bill), currency="USD")
    owed = Posting.objects.filter(account__purpose="receivable").aggregate(a=Sum("amount"), b=Sum("base_amount"))
    assert owed == {"a": 0, "b": 0}
    assert proven(world) == []


def test_a_void_final_frees_its_deposits_and_takes_the_entry_back(world: Any) -> None:
    made = accepted(world)
    first = paid_deposit(world, made)
    before = balances(world)
    final = final_of(world, made)
    chooses(world, final, first)
    issued(world, final)
    committed()
    void(company=world.company, document_uuid=final.uuid, reason="Falsch", actor=world.owner, at=AT)
    assert balances(world) == before
    assert list(DepositUse.objects.values_list("deposit_id", "is_live")) == [(first.pk, False)]
    second = final_of(world, made)
    assert chooses(world, second, first).prepaid == D("517.50")
    issued(world, second)
    assert proven(world) == []


def test_a_deleted_or_changed_draft_lets_go(world: Any) -> None:
    made = accepted(world)
    first, second = paid_deposit(world, made, "10"), paid_deposit(world, made, "20")
    final = final_of(world, made)
    assert chooses(world, final, first, second).prepaid == D("517.50")
    assert chooses(world, final, second).prepaid == D("345.00")
    assert list(DepositUse.objects.values_list("deposit_id", flat=True)) == [second.pk]
    delete_draft(company=world.company, document_uuid=final.uuid, actor=world.owner, at=AT)
    assert not DepositUse.objects.exists()


REFUSALS: dict[str, tuple[str, Any]] = {
    "unpaid": ("deposit.unpaid", lambda w, s: deposit(w, s)),
    "an invoice": ("deposit.kind", lambda w, s: issued(w, drafted(w))),
    "a draft": (
        "deposit.gone",
        lambda w, s: deposit_from(company=w.company, document_uuid=s.uuid, percent=D(5), actor=w.owner, at=AT),
    ),
    "another client's": (
        "deposit.of_another",
        lambda w, s: paid_of(w, make_client(w.company, "Südwind AG")),
    ),
}


def paid_of(world: Any, client: Any) -> Document:
    made = deposit(world, accepted(world, client_id=client.pk))
    payment(world, str(made.total), all_of(made), client=client)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_taken_off_is_refused(world: Any, what: str) -> None:
    code, make = REFUSALS[what]
    made = accepted(world)
    wrong, final = make(world, made), final_of(world, made)
    with pytest.raises(BusinessError) as error:
        chooses(world, final, wrong)
    assert (error.value.code, error.value.field) == (code, "deposits")
    final.refresh_from_db()
    assert (final.prepaid, final.revision, DepositUse.objects.count()) == (0, 1, 0)


def test_a_deposit_is_taken_off_once(world: Any) -> None:
    made = accepted(world)
    first, final = paid_deposit(world, made), final_of(world, made)
    chooses(world, final, first)
    rival = drafted(world)
    with pytest.raises(BusinessError, match=r"deposit\.used"):
        chooses(world, rival, first)
    assert DepositUse.objects.get().document_id == final.pk


def test_deposits_above_the_invoice_are_refused(world: Any) -> None:
    made = accepted(world)
    first = paid_deposit(world, made, "100")
    small = drafted(world, lines=a_draft(world).lines[1:])
    with pytest.raises(BusinessError) as error:
        chooses(world, small, first)
    assert (error.value.code, error.value.params["total"]) == ("deposit.more_than_total", D("535.00"))
    final = final_of(world, made)
    chooses(world, final, first)
    bill = issued(world, final)
    assert (bill.payable, bill.open_amount) == (0, 0)
    assert proven(world) == []


def test_a_deposit_that_opened_again_stops_the_final(world: Any) -> None:
    made = accepted(world)
    first, final = paid_deposit(world, made), final_of(world, made)
    chooses(world, final, first)
    committed()
    undo_allocation(
        company=world.company,
        allocation_uuid=Allocation.objects.get().uuid,
        reason="Geplatzt",
        actor=world.owner,
        at=AT,
    )
    with pytest.raises(BusinessError, match=r"deposit\.unpaid"):
        issued(world, final)
    assert Document.objects.get(pk=final.pk).state == "draft"


def test_a_draft_with_deposits_keeps_client_and_currency(world: Any) -> None:
    made = accepted(world)
    first, final = paid_deposit(world, made), final_of(world, made)
    chooses(world, final, first)
    other_client = make_client(world.company, "Südwind AG")
    with pytest.raises(BusinessError, match=r"document\.prepaid_client"):
        save_draft(
            company=world.company, document_uuid=final.uuid, draft=a_draft(world, client_id=other_client.pk),
            revision=2, actor=world.owner, at=AT,
        )  # fmt: skip
    kept = save_draft(
        company=world.company,
        document_uuid=final.uuid,
        draft=a_draft(world, kind="quote"),
        revision=2,
        actor=world.owner,
        at=AT,
    )
    assert (kept.kind, kept.prepaid) == ("invoice", D("517.50"))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"percent": D(0)}, "deposit.percent"),
        ({"amount": D("1725.01")}, "deposit.amount"),
        ({}, "deposit.one_way"),
    ],
)
def test_a_bad_share_makes_no_deposit(world: Any, values: dict[str, Any], code: str) -> None:
    made = accepted(world)
    with pytest.raises(BusinessError, match=code.replace(".", r"\.")):
        deposit_from(company=world.company, document_uuid=made.uuid, actor=world.owner, at=AT, **values)
    assert Document.objects.count() == 1


def test_deposits_are_asked_for_on_accepted_offers_and_drafts(world: Any) -> None:
    waiting, bill = offer(world), issued(world, drafted(world))
    for each in (waiting, bill):
        with pytest.raises(BusinessError, match=r"deposit\.source"):
            deposit(world, each)
    assert deposit(world, drafted(world), "10").total == D("172.50")


BROKEN = {
    "used twice": "INSERT INTO billing_deposituse (company_id, document_id, deposit_id, is_live) VALUES (%(company)s, %(rival)s, %(deposit)s, TRUE)",
    "unpaid": "INSERT INTO billing_deposituse (company_id, document_id, deposit_id, is_live) VALUES (%(company)s, %(rival)s, %(unpaid)s, TRUE)",
    "no deposit": "INSERT INTO billing_deposituse (company_id, document_id, deposit_id, is_live) VALUES (%(company)s, %(rival)s, %(bill)s, TRUE)",
    "freed": "UPDATE billing_deposituse SET is_live = FALSE",
    "moved": "UPDATE billing_deposituse SET document_id = %(rival)s",
    "forgotten": "DELETE FROM billing_deposituse",
    "deposit void": "UPDATE billing_document SET state = 'void', voided_on = now(), void_reason = 'x' WHERE id = %(deposit)s",
}


@pytest.mark.parametrize("how", BROKEN)
def test_the_database_refuses(world: Any, how: str) -> None:
    made = accepted(world)
    first, unpaid = paid_deposit(world, made), deposit(world, made, "10")
    final = final_of(world, made)
    chooses(world, final, first)
    bill = issued(world, final)
    ids = {
        "company": world.company.pk,
        "rival": drafted(world).pk,
        "deposit": first.pk,
        "unpaid": unpaid.pk,
        "bill": bill.pk,
    }
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BROKEN[how], ids)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert list(DepositUse.objects.values_list("document_id", "deposit_id", "is_live")) == [(final.pk, first.pk, True)]
    assert proven(world) == []


def test_a_credited_deposit_leaves_the_deposits_account(world: Any) -> None:
    first = deposit(world, accepted(world))
    note = draft_credit(
        company=world.company, document_uuid=first.uuid, reason_code="cancelled", reason="", actor=world.owner, at=AT
    )
    committed()
    issued(world, note)
    assert balances(world) == {}
    assert proven(world) == []


def test_a_deposit_that_is_taken_off_is_not_credited(world: Any) -> None:
    made = accepted(world)
    first = paid_deposit(world, made)
    note = draft_credit(
        company=world.company, document_uuid=first.uuid, reason_code="cancelled", reason="", actor=world.owner, at=AT
    )
    chooses(world, final_of(world, made), first)
    with pytest.raises(BusinessError, match=r"deposit\.taken_off"):
        issued(world, note)
    assert DepositUse.objects.get().is_live
