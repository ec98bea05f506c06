from __future__ import annotations

from typing import Any

import pytest

from billing.actions.accounts import add_account, archive_account, change_account, restore_account
from billing.models import Account
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.helpers.money import invoice
from tests.world import AT


def account(world: Any, code: str) -> Account:
    found: Account = Account.objects.for_company(world.company).get(code=code)
    return found


def call(verb: Any, world: Any, row: Account | None = None, **fields: Any) -> Any:
    options = {"company_id": world.company.pk, "actor": world.accountant, "at": AT} | fields
    return verb(**options | ({"account_uuid": row.uuid} if row else {}))


def change(world: Any, row: Account, **fields: Any) -> Account:
    stored = {"code": row.code, "name": row.name, "purpose": row.purpose, "is_revenue": row.is_revenue}
    changed: Account = call(change_account, world, row, **(stored | fields))
    return changed


def everything() -> tuple[list[Any], int]:
    return list(Account.objects.order_by("id").values()), Event.objects.count()


def test_an_account_is_added_for_lines(world: Any) -> None:
    made = call(add_account, world, code=" 8337 ", name="Erlöse § 13b", is_revenue=True, reason="Steuerberater")
    assert (made.code, made.name, made.purpose, made.is_revenue) == ("8337", "Erlöse § 13b", None, True)
    assert made.history.get().history_change_reason == "Steuerberater"
    assert Event.objects.get(subject=made.uuid).type == "account.added"


def test_a_purpose_moves_to_the_account_that_takes_it(world: Any) -> None:
    made = call(add_account, world, code="1210", name="Neue Bank", purpose="bank")
    assert (made.purpose, account(world, "1200").purpose) == ("bank", None)
    old = change(world, account(world, "1200"), purpose="bank")
    assert (old.purpose, account(world, "1210").purpose) == ("bank", None)


def test_saving_what_is_stored_tells_nobody(world: Any) -> None:
    before = everything()
    change(world, account(world, "8400"))
    assert everything() == before
    assert change(world, account(world, "8500"), name="Provisionen").name == "Provisionen"


REFUSALS: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("8500", {"code": ""}, "field.invalid", "code"),
    ("8500", {"code": "85 00"}, "account.code", "code"),
    ("8500", {"code": "=1+1"}, "account.code", "code"),
    ("8500", {"code": "8400"}, "account.code_taken", "code"),
    ("8500", {"name": ""}, "field.invalid", "name"),
    ("8500", {"purpose": "piggy"}, "field.invalid", "purpose"),
    ("8500", {"purpose": "bank"}, "account.not_revenue", "is_revenue"),
    ("1200", {"purpose": None}, "account.purpose_needed", "purpose"),
    ("1200", {"purpose": "cash"}, "account.purpose_needed", "purpose"),
]


@pytest.mark.parametrize(("row", "fields", "code", "field"), REFUSALS)
def test_a_wrong_account_is_refused_at_its_field(
    world: Any, row: str, fields: dict[str, Any], code: str, field: str | None
) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        change(world, account(world, row), **fields)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert everything() == before


def test_what_is_booked_keeps_number_and_balance(world: Any) -> None:
    invoice(world)
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        change(world, account(world, "1400"), code="1401")
    assert (refusal.value.code, refusal.value.field) == ("account.booked", "code")
    with pytest.raises(BusinessError) as refusal:
        call(add_account, world, code="1401", name="Forderungen neu", purpose="receivable")
    assert (refusal.value.code, refusal.value.field) == ("account.carried", "purpose")
    assert everything() == before
    assert change(world, account(world, "1400"), name="Debitoren").name == "Debitoren"
    call(add_account, world, code="8401", name="Erlöse neu", purpose="revenue")
    assert account(world, "8400").purpose is None


def test_only_accounts_without_a_purpose_are_archived(world: Any) -> None:
    before = everything()
    with pytest.raises(BusinessError) as refusal:
        call(archive_account, world, account(world, "1200"))
    assert (refusal.value.code, everything()) == ("account.needed", before)
    row = account(world, "8500")
    for verb in (archive_account, archive_account, restore_account, restore_account, archive_account):
        call(verb, world, row)
    told = Event.objects.filter(subject=row.uuid).order_by("id").values_list("type", flat=True)
    assert list(told) == ["account.archived", "account.restored", "account.archived"]
    with pytest.raises(BusinessError) as refusal:
        change(world, account(world, "8500"), name="X")
    assert refusal.value.code == "account.archived"


def test_foreign_accounts_do_not_exist(world: Any, stranger: Any) -> None:
    row = account(stranger, "8500")
    before = everything()
    for attempt in (
        lambda: change(world, row, name="X"),
        lambda: call(archive_account, world, row),
        lambda: call(restore_account, world, row),
    ):
        with pytest.raises(BusinessError) as refusal:
            attempt()
        assert refusal.value.code == "not_found"
    assert everything() == before
