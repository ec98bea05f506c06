"""The queue of approvals as people walk it: asked on one page, agreed on another, done once (SPEC A5; FAULTS 48)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.models import Document
from invoicing_site import clock
from invoicing_site.actions.approval_policies import set_policy
from invoicing_site.models import ApprovalPolicy, ApprovalRequest, BankAccount, Event, Membership
from tests.helpers.editor import draft_of
from tests.helpers.money import payment
from tests.helpers.people import member, office_client

pytestmark = pytest.mark.django_db


def rule(world: Any, what: str, above: int = 0) -> None:
    set_policy(company_id=world.company.pk, what=what, threshold=Decimal(above), actor=world.owner, at=clock.now())


def hidden(page: Any) -> dict[str, str]:
    """What the page that asks sends along."""
    form = re.search(r'<form class="form narrow"[^>]*>(.*?)</form>', page.content.decode(), re.S)
    assert form
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def counted(page: Any) -> list[str]:
    """The counts beside the navigation."""
    return re.findall(r'<span class="nav-count">(\d+)</span>', page.content.decode())


def sent(page: Any, path: str) -> dict[str, str]:
    found = re.search(rf'<form[^>]*action="{re.escape(path)}"[^>]*>(.*?)</form>', page.content.decode(), re.S)
    assert found, path
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1]))


def test_issuing_is_asked_agreed_and_done(world: Any, stranger: Any) -> None:
    rule(world, "issue", 100)
    document = draft_of(world)
    clerk, owner = office_client(world.people["clerk"]), office_client(world.owner)
    page = f"/acme/documents/{document.uuid}/"
    shown = clerk.get(page)
    assert "A second person must agree to this amount" in shown.content.decode()
    form = sent(shown, f"{page}issue/")
    needed = clerk.post(f"{page}issue/", form)
    assert (needed.status_code, "A second person must agree" in needed.content.decode()) == (422, True)
    assert ApprovalRequest.objects.count() == 0
    asked = clerk.post(f"{page}issue/", {**hidden(needed), "ask": "1", "note": "Bitte bis Freitag"})
    request = ApprovalRequest.objects.get()
    place = f"/acme/approvals/{request.uuid}/"
    assert (asked.status_code, asked.headers["Location"], request.note) == (302, place, "Bitte bis Freitag")
    assert [counted(browser.get(place)) for browser in (owner, clerk)] == [["1", "1"], []]
    queue = owner.get("/acme/approvals/").content.decode()
    assert ("Bitte bis Freitag" in queue, "Clerk Acme" in queue, str(request.uuid) in queue) == (True, True, True)
    assert office_client(stranger.owner).get(place).status_code == 404
    assert clerk.post(f"{place}approve/").status_code == 403
    assert owner.post(f"{place}approve/").status_code == 302
    assert counted(owner.get(place)) == []
    done = clerk.post(f"{page}issue/", sent(clerk.get(page), f"{page}issue/"))
    document.refresh_from_db()
    request.refresh_from_db()
    assert (done.status_code, document.state, request.state) == (302, "issued", "used")
    said = clerk.get(page).content.decode()
    assert [word in said for word in ("Approval asked for", "Approved", "Approval used")] == [True] * 3


def test_nobody_approves_their_own_and_a_stale_role_approves_nothing(world: Any) -> None:
    rule(world, "issue")
    document, accountant = draft_of(world), office_client(world.accountant)
    page = f"/acme/documents/{document.uuid}/"
    needed = accountant.post(f"{page}issue/", sent(accountant.get(page), f"{page}issue/"))
    accountant.post(f"{page}issue/", {**hidden(needed), "ask": "1"})
    place = f"/acme/approvals/{ApprovalRequest.objects.get().uuid}/"
    own = accountant.get(place).content.decode()
    assert (f"{place}approve/" in own, f"{place}withdraw/" in own) == (False, True)
    refused = accountant.post(f"{place}approve/")
    assert (refused.status_code, "Nobody decides on their own request" in refused.content.decode()) == (422, True)
    second = office_client(member(world.company, "accountant"))
    assert second.get(place).status_code == 200
    Membership.objects.filter(user__email="accountant.new@acme.example").update(role="clerk")
    assert second.post(f"{place}approve/").status_code == 403
    assert ApprovalRequest.objects.get().state == "waiting"
    assert Document.objects.get().state == "draft"


def test_a_stale_factor_leads_to_the_step_up_before_a_decision(world: Any) -> None:
    rule(world, "issue")
    request = _waiting(world)
    browser = office_client(world.owner, fresh=False)
    for verb in ("approve", "reject", "carry-out"):
        answer = browser.post(f"/acme/approvals/{request.uuid}/{verb}/", {"reason": "x"})
        assert answer.headers["Location"].startswith("/accounts/step-up/")
    assert ApprovalRequest.objects.get().state == "waiting"


def _waiting(world: Any) -> ApprovalRequest:
    clerk, document = office_client(world.people["clerk"]), draft_of(world)
    page = f"/acme/documents/{document.uuid}/"
    needed = clerk.post(f"{page}issue/", sent(clerk.get(page), f"{page}issue/"))
    clerk.post(f"{page}issue/", {**hidden(needed), "ask": "1"})
    found: ApprovalRequest = ApprovalRequest.objects.order_by("-id")[0]
    return found


def test_refusing_wants_a_reason_and_withdrawing_none(world: Any) -> None:
    rule(world, "issue")
    first, second = _waiting(world), _waiting(world)
    owner = office_client(world.owner)
    empty = owner.post(f"/acme/approvals/{first.uuid}/reject/", {"reason": ""})
    assert (empty.status_code, ApprovalRequest.objects.filter(state="waiting").count()) == (422, 2)
    owner.post(f"/acme/approvals/{first.uuid}/reject/", {"reason": "Falscher Kunde"})
    office_client(world.people["clerk"]).post(f"/acme/approvals/{second.uuid}/withdraw/")
    states = ApprovalRequest.objects.order_by("id").values_list("state", "reason")
    assert list(states) == [("rejected", "Falscher Kunde"), ("withdrawn", "")]
    assert "Falscher Kunde" in owner.get(f"/acme/approvals/{first.uuid}/").content.decode()


def test_bank_details_are_shown_side_by_side_and_carried_out(world: Any) -> None:
    rule(world, "bank_details")
    member(world.company, "owner", "zweite@acme.example")
    account, owner = BankAccount.objects.get(company=world.company), office_client(world.owner)
    url = f"/acme/settings/bank-accounts/{account.uuid}/"
    typed = {
        "label": "Main",
        "holder": "Acme GmbH",
        "currency": "EUR",
        "iban": "DE89370400440532013000",
        "is_default": "on",
    }
    needed = owner.post(url, typed)
    assert (needed.status_code, hidden(needed)) == (422, typed)
    owner.post(url, {**hidden(needed), "ask": "1"})
    place = f"/acme/approvals/{ApprovalRequest.objects.get().uuid}/"
    second = office_client(world.accountant)
    seen = second.get(place).content.decode()
    assert ("DE02120300000000202051" in seen, "DE89370400440532013000" in seen) == (True, True)
    second.post(f"{place}approve/")
    assert second.post(f"{place}carry-out/").status_code == 422
    assert owner.post(f"{place}carry-out/").status_code == 302
    assert owner.post(f"{place}carry-out/").status_code == 302
    account.refresh_from_db()
    assert (account.iban, Event.objects.filter(type="bank_account.changed").count()) == ("DE89370400440532013000", 1)


def test_a_refund_asks_and_the_form_comes_back_as_it_was(world: Any) -> None:
    rule(world, "refund", 10)
    paid, accountant = payment(world, "100.00"), office_client(world.accountant)
    url = f"/acme/payments/{paid.uuid}/refund/"
    page = accountant.get(url).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', page)
    assert key
    typed = {
        "form_key": key[1],
        "amount": "50",
        "refunded_on": "2026-03-16",
        "method": "transfer",
        "reason": "Kulanz",
        "reference": "",
    }
    needed = accountant.post(url, typed)
    assert (needed.status_code, hidden(needed)) == (422, typed)
    accountant.post(url, {**typed, "ask": "1"})
    request = ApprovalRequest.objects.get()
    assert (request.what, request.amount, request.currency) == ("refund", 50, "EUR")
    office_client(world.owner).post(f"/acme/approvals/{request.uuid}/approve/")
    assert accountant.post(url, typed).status_code == 302
    paid.refresh_from_db()
    assert paid.unapplied == 50


def test_rules_are_set_by_owners_and_loosened_by_two(world: Any) -> None:
    owner, url = office_client(world.owner), "/acme/settings/approvals/refund/"
    assert office_client(world.accountant).get(url).status_code == 403
    assert owner.post(url, {"needed": "on", "above": "-1"}).status_code == 422
    assert owner.post(url, {"needed": "on", "above": "100"}).status_code == 302
    listed = owner.get("/acme/settings/approvals/").content.decode()
    assert [part in listed for part in ("above", "€100.00", "never")] == [True] * 3
    needed = owner.post(url, {"above": "100"})
    assert (needed.status_code, ApprovalPolicy.objects.get().threshold) == (422, 100)
    owner.post(url, {**hidden(needed), "ask": "1"})
    place = f"/acme/approvals/{ApprovalRequest.objects.get().uuid}/"
    office_client(world.accountant).post(f"{place}approve/")
    owner.post(f"{place}carry-out/")
    assert ApprovalPolicy.objects.get().threshold is None
    assert owner.get("/acme/settings/approvals/nonsense/").status_code == 404


def test_alone_says_what_it_means_and_waits(world: Any) -> None:
    rule(world, "issue")
    Membership.objects.filter(company=world.company).exclude(user=world.owner).update(ended_at=clock.now())
    document, owner = draft_of(world), office_client(world.owner)
    page = f"/acme/documents/{document.uuid}/"
    needed = owner.post(f"{page}issue/", sent(owner.get(page), f"{page}issue/"))
    owner.post(f"{page}issue/", {**hidden(needed), "ask": "1"})
    place = f"/acme/approvals/{ApprovalRequest.objects.get().uuid}/"
    assert "Approve alone" in owner.get(place).content.decode()
    owner.post(f"{place}approve/")
    early = owner.post(f"{page}issue/", sent(owner.get(page), f"{page}issue/"))
    assert (early.status_code, "24 hours" in early.content.decode()) == (422, True)
    assert "Approved alone" in owner.get(place).content.decode()


def test_the_queue_costs_the_same_for_one_and_three(world: Any) -> None:
    rule(world, "issue")
    owner, counts = office_client(world.owner), []
    for more in (1, 2):
        for _ in range(more):
            _waiting(world)
        owner.get("/acme/approvals/?state=")
        with CaptureQueriesContext(connection) as queries:
            assert owner.get("/acme/approvals/?state=").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Browser().get("/acme/approvals/").status_code == 302
