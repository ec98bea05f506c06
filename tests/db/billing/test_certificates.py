"""Certificates of withheld tax: never more than was withheld, whoever writes them; taken back only by an inverse row."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from billing.actions.certificates import revoke_certificate, uncertified
from billing.models import Entry, WithholdingCertificate
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.withholding import certified, withheld
from tests.world import AT, TODAY

D = Decimal


def rows() -> list[tuple[str, Decimal, bool]]:
    found = WithholdingCertificate.objects.order_by("id")
    return [(row.number, row.amount, row.reverses_id is not None) for row in found]


def refusal(call: Any, *args: Any, **kwargs: Any) -> tuple[str, str | None]:
    before = (rows(), Event.objects.count())
    with pytest.raises(BusinessError) as refused:
        call(*args, **kwargs)
    assert (rows(), Event.objects.count()) == before
    return refused.value.code, refused.value.field


def revoke(world: Any, row: WithholdingCertificate, reason: str = "refused by the authority") -> WithholdingCertificate:
    return revoke_certificate(
        company=world.company, certificate_uuid=row.uuid, reason=reason, actor=world.accountant, at=AT
    )


def test_what_is_withheld_is_certified_bit_by_bit(world: Any) -> None:
    document = withheld(world)
    assert (document.total, document.withheld, document.open_amount) == (119, 15, 104)
    booked = Entry.objects.count()
    certified(world, document, "10", number=" WHT-7 ")
    assert uncertified(document) == 5
    certified(world, document, "5", number="WHT-8")
    assert (uncertified(document), rows()) == (0, [("WHT-7", 10, False), ("WHT-8", 5, False)])
    assert Entry.objects.count() == booked  # a certificate moves no money
    event = Event.objects.filter(subject=document.uuid).latest("id")
    assert (event.type, event.data["amount"], event.data["currency"]) == ("document.certified", "5", "EUR")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": D("15.01")}, ("certificate.too_much", "amount")),
        ({"amount": D(0)}, ("certificate.amount", "amount")),
        ({"amount": D(-1)}, ("certificate.amount", "amount")),
        ({"amount": D("1.001")}, ("certificate.amount", "amount")),
        ({"amount": D("NaN")}, ("certificate.amount", "amount")),
        ({"number": "  "}, ("certificate.number", "number")),
        ({"number": "x" * 61}, ("field.invalid", "number")),
        ({"received_on": TODAY + dt.timedelta(days=1)}, ("certificate.date", "received_on")),
        ({"received_on": TODAY - dt.timedelta(days=1)}, ("certificate.date", "received_on")),
    ],
)
def test_a_wrong_certificate_is_refused_at_its_field(
    world: Any, fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    document = withheld(world)
    given = {"amount": D(10)} | fields
    assert refusal(certified, world, document, str(given.pop("amount")), **given) == expected


def test_nothing_withheld_drafts_and_strangers(world: Any, stranger: Any) -> None:
    from billing.actions.drafts import create_draft
    from tests.db.billing.test_issue import a_draft

    draft = create_draft(company=world.company, draft=a_draft(world), actor=None, at=AT)
    assert refusal(certified, world, draft) == ("document.not_issued", None)
    assert refusal(certified, world, withheld(world, "0")) == ("certificate.none", None)
    theirs = withheld(stranger)
    assert refusal(certified, world, theirs) == ("not_found", None)
    assert refusal(revoke, world, certified(stranger, theirs)) == ("not_found", None)


def test_a_certificate_is_taken_back_once_with_a_reason(world: Any) -> None:
    document = withheld(world)
    row = certified(world, document, "15")
    assert refusal(revoke, world, row, " ") == ("certificate.reason", "reason")
    inverse = revoke(world, row)
    assert revoke(world, row) == inverse
    assert refusal(revoke, world, inverse) == ("not_found", None)
    assert (uncertified(document), rows()) == (15, [("WHT-7", 15, False), ("WHT-7", 15, True)])
    certified(world, document, "15", number="WHT-9")
    assert Event.objects.filter(subject=document.uuid, type="document.certificate_revoked").count() == 1


def sql(text: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def test_the_database_is_the_last_judge(world: Any) -> None:
    document = withheld(world)
    row = certified(world, document, "15")
    copy = (
        "INSERT INTO billing_withholdingcertificate (company_id, uuid, document_id, number, received_on, currency, amount, reason, "
        "reverses_id) SELECT company_id, gen_random_uuid(), document_id, number, received_on, currency, {amount}, reason, {reverses} "
        "FROM billing_withholdingcertificate WHERE id = %s"
    )
    wrong = [
        (copy.format(amount="0.01", reverses="NULL"), row.pk),  # beyond what was withheld
        (copy.format(amount="15", reverses="id"), row.pk),  # taken back without a reason
        (copy.format(amount="-1", reverses="NULL"), row.pk),
        (copy.format(amount="0.001", reverses="NULL"), row.pk),
        ("UPDATE billing_withholdingcertificate SET amount = 1 WHERE id = %s", row.pk),
        ("DELETE FROM billing_withholdingcertificate WHERE id = %s", row.pk),
    ]
    for text, key in wrong:
        with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
            sql(text, key)
            sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert rows() == [("WHT-7", 15, False)]


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_never_certify_more_than_was_withheld(world: Any) -> None:
    document = withheld(world)
    codes: list[str] = []

    def run(number: int) -> None:
        try:
            certified(world, document, "2", number=f"W{number}")
            codes.append("")
        except BusinessError as error:
            codes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [""] * 7 + ["certificate.too_much"] * 9
    assert uncertified(document) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_guard_still_stops_them(world: Any) -> None:
    """The race itself, written past the verb: each transaction sees room for its own row."""
    document = withheld(world)
    failed: list[str] = []
    together = threading.Barrier(4)

    def run(number: int) -> None:
        try:
            with transaction.atomic():
                WithholdingCertificate.objects.create(
                    company=world.company, document=document, number=f"W{number}", received_on=TODAY, currency="EUR",
                    amount=D(6),
                )  # fmt: skip
                together.wait(10)
        except IntegrityError:
            failed.append(str(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(failed), uncertified(document)) == (2, 3)
