"""Connecting, changing and archiving a payment provider; the account its money is booked on; asking it who we are."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from billing.models import Account
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from payments.actions.gateways import archive_gateway, change_gateway
from payments.gateways import gateway
from payments.gateways.base import GatewayError, GatewayUnknown
from payments.models import GatewayAccount
from tests.helpers.online import KEY, SECRET, begin, connect
from tests.helpers.sandbox import SandboxProcess, sandbox_process


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with sandbox_process(KEY, SECRET) as process:
        yield process


def code(call: Any, **given: Any) -> tuple[str, str | None]:
    with pytest.raises(BusinessError) as refused:
        call(actor=None, at=clock.now(), **given)
    return refused.value.code, refused.value.field


def same(account: GatewayAccount, **other: Any) -> dict[str, Any]:
    names = ("label", "mode", "api_key", "webhook_secret", "account_id", "part_payments")
    return (
        {"company_id": account.company_id, "account_uuid": account.uuid}
        | {n: getattr(account, n) for n in names}
        | other
    )


@pytest.mark.parametrize(("taken", "expected"), [(False, "1361"), (True, "1362")])
def test_a_company_founded_before_gets_a_clearing_account(
    world: Any, monkeypatch: Any, taken: bool, expected: str
) -> None:
    Account.objects.filter(company=world.company, purpose="gateway").update(purpose=None, code="1361" if taken else "9")
    connect(world, monkeypatch)
    assert Account.objects.get(company=world.company, purpose="gateway").code == expected


def test_references_only_and_one_at_a_time(world: Any, monkeypatch: Any) -> None:
    for field in ("api_key", "webhook_secret"):
        with pytest.raises(BusinessError) as refused:
            connect(world, monkeypatch, **{field: "sk_live_pasted"})
        assert (refused.value.code, refused.value.field) == ("gateway.reference", field)
    with pytest.raises(BusinessError, match=r"field\.invalid"):
        connect(world, monkeypatch, mode="play")
    assert GatewayAccount.objects.count() == 0
    connect(world, monkeypatch)
    with pytest.raises(BusinessError, match=r"gateway\.active"):
        connect(world, monkeypatch)


def test_whose_money_it_is_stays_once_somebody_paid(world: Any, stranger: Any, monkeypatch: Any) -> None:
    account = connect(world, monkeypatch)
    changed = change_gateway(actor=None, at=clock.now(), **same(account, account_id="acct_1", label="Karte"))
    assert (changed.account_id, changed.label) == ("acct_1", "Karte")
    begin(world)
    assert code(change_gateway, **same(changed, mode="live")) == ("gateway.mode_fixed", "mode")
    assert code(change_gateway, **same(changed, account_id="")) == ("gateway.mode_fixed", "mode")
    assert code(change_gateway, **same(changed, api_key="key")) == ("gateway.reference", "api_key")
    assert code(change_gateway, **same(changed, company_id=stranger.company.pk)) == ("not_found", None)
    theirs = {"company_id": stranger.company.pk, "account_uuid": account.uuid}
    assert code(archive_gateway, **theirs) == ("not_found", None)
    mine = theirs | {"company_id": world.company.pk}
    assert archive_gateway(actor=None, at=clock.now(), **mine).archived_at is not None
    assert code(archive_gateway, **mine) == ("gateway.archived", None)
    assert code(change_gateway, **same(changed)) == ("gateway.archived", None)
    assert connect(world, monkeypatch).pk != account.pk


def test_who_we_are(world: Any, monkeypatch: Any, sandbox: SandboxProcess) -> None:
    monkeypatch.setattr(settings, "STRIPE_API_BASE", sandbox.url)
    account = connect(world, monkeypatch)
    who = gateway(account).check()
    assert who.startswith("acct_")
    account.account_id = "acct_other"
    with pytest.raises(GatewayError, match=r"belongs to"):
        gateway(account).check()
    account.account_id, account.mode = who, "live"
    with pytest.raises(GatewayError, match="other mode"):
        gateway(account).check()
    sandbox.fault("refuse", "GET", "/v1/account", times=5)
    with pytest.raises(GatewayUnknown):
        gateway(account).check()
    sandbox.control("calm")
    monkeypatch.setenv("ACME__GATE_KEY", "sk_test_wrong")
    with pytest.raises(GatewayError) as refused:
        gateway(account).check()
    assert "sk_test_wrong" not in repr(refused.value.args)
