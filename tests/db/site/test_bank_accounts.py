from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from invoicing_site.actions.bank_accounts import add_bank_account, archive_bank_account, change_bank_account
from invoicing_site.errors import BusinessError
from invoicing_site.models import BankAccount, Event
from tests.world import AT

NEW: dict[str, Any] = {
    "label": "Dollarkonto",
    "holder": "Acme GmbH",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "cobadeffxxx",
    "bank_name": "Commerzbank",
    "currency": "USD",
    "is_default": True,
}


def add(world: Any, **fields: Any) -> BankAccount:
    return add_bank_account(company_id=world.company.pk, actor=world.owner, at=AT, **(NEW | fields))


def main(world: Any) -> BankAccount:
    found: BankAccount = BankAccount.objects.for_company(world.company).get(label="Main")
    return found


def call(verb: Any, world: Any, row: BankAccount, **fields: Any) -> Any:
    return verb(company_id=world.company.pk, account_uuid=row.uuid, actor=world.owner, at=AT, **fields)


def everything() -> tuple[list[Any], int, int]:
    return list(BankAccount.objects.order_by("id").values()), Event.objects.count(), BankAccount.history.count()


def test_an_account_is_added_checked_and_encrypted(world: Any) -> None:
    made = add(world, reason="Neuer Markt")
    kept = BankAccount.objects.get(pk=made.pk)
    assert (kept.iban, kept.bic, kept.currency) == ("DE89370400440532013000", "COBADEFFXXX", "USD")
    with connection.cursor() as cursor:
        cursor.execute("SELECT iban FROM invoicing_site_bankaccount WHERE id = %s", [made.pk])
        assert b"3704" not in bytes(cursor.fetchone()[0])
    row = kept.history.get()
    assert (row.history_user, row.history_change_reason, row.iban) == (world.owner, "Neuer Markt", kept.iban)
    assert Event.objects.get(subject=made.uuid).data == {}


def test_an_american_account_has_a_number_and_a_routing_number(world: Any) -> None:
    made = add(world, iban="", bic="", account_number="000123456789", routing_number="021000021")
    assert (made.iban, made.account_number, made.routing_number) == ("", "000123456789", "021000021")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"iban": "DE89370400440532013001"}, "bank.iban", "iban"),
        ({"iban": "hello"}, "bank.iban", "iban"),
        ({"bic": "COBA"}, "bank.bic", "bic"),
        ({"iban": ""}, "bank.number", "iban"),
        ({"iban": "", "account_number": "1"}, "bank.number", "iban"),
        ({"label": ""}, "field.invalid", "label"),
        ({"holder": "x" * 121}, "field.invalid", "holder"),
        ({"currency": "BGN"}, "currency.unknown", "currency"),
    ],
)
def test_a_wrong_account_is_refused_at_its_field(world: Any, fields: dict[str, Any], code: str, field: str) -> None:
    before = everything()
    for attempt in (
        lambda: add(world, **fields),
        lambda: call(change_bank_account, world, main(world), **(NEW | fields)),
    ):
        with pytest.raises(BusinessError) as refusal:
            attempt()
        assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_one_account_per_currency_is_printed_by_default(world: Any) -> None:
    made = add(world, currency="EUR")
    assert (made.is_default, main(world).is_default) == (True, False)
    call(change_bank_account, world, main(world), is_default=True)
    assert (BankAccount.objects.get(pk=made.pk).is_default, main(world).is_default) == (False, True)


def test_saving_what_is_stored_writes_nothing(world: Any) -> None:
    made = add(world)
    before = everything()
    call(change_bank_account, world, made, **NEW)
    assert everything() == before
    call(change_bank_account, world, made, label="USD")
    assert Event.objects.latest("id").data == {"fields": ["label"]}


def test_archived_accounts_stay_archived(world: Any) -> None:
    for _round in range(2):
        call(archive_bank_account, world, main(world))
    assert main(world).archived_at == AT
    assert Event.objects.filter(type="bank_account.archived").count() == 1
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(change_bank_account, world, main(world), label="X")
    assert (refusal.value.code, everything()) == ("bank.archived", before)
    assert add(world, currency="EUR").is_default


def test_foreign_accounts_do_not_exist(world: Any, stranger: Any) -> None:
    before = everything()
    for verb, fields in ((change_bank_account, {"label": "X"}), (archive_bank_account, {})):
        with pytest.raises(BusinessError) as refusal:
            call(verb, world, main(stranger), **fields)
        assert refusal.value.code == "not_found"
    assert everything() == before


def test_an_account_beside_the_default_leaves_it_alone(world: Any) -> None:
    made = add(world, currency="EUR", is_default=False)
    assert (made.is_default, main(world).is_default) == (False, True)


def test_what_is_no_field_of_an_account_is_a_mistake_in_the_program(world: Any) -> None:
    before = everything()
    with pytest.raises(TypeError, match="archived_at"):
        add(world, archived_at=AT)
    assert everything() == before
