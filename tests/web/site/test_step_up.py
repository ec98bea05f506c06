"""Step-up: a fresh second factor, on the form's GET and POST, without ever keeping the POST (STACK 2.3, holes)."""

import datetime as dt
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.test import Client

from invoicing_site.models import Event, Invitation
from tests.helpers.people import PASSWORD, code, office_client, sign_in

pytestmark = pytest.mark.django_db
FORM = "/acme/team/invite/"
TO_FORM = "/accounts/step-up/?next=%2Facme%2Fteam%2Finvite%2F"
DATA = {"email": "new@example.org", "role": "clerk"}


@pytest.fixture
def stale(world: Any) -> Client:
    """The owner, verified at sign-in ten minutes ago."""
    return office_client(world.owner, fresh=False)


def test_form_and_post_want_a_fresh_factor(stale: Client) -> None:
    for answer in (stale.get(FORM), stale.post(FORM, DATA)):
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/step-up/")
    assert stale.get(FORM).url == TO_FORM
    assert Invitation.objects.count() == 0


def test_a_code_leads_back_to_the_form_and_nothing_is_replayed(stale: Client) -> None:
    stale.post(FORM, DATA, headers={"Referer": f"http://testserver{FORM}"})
    stored = " ".join(str(Session.objects.get(pk=stale.session.session_key).get_decoded()).split())
    assert "new@example.org" not in stored
    answer = stale.post("/accounts/step-up/", {"code": code(), "next": FORM})
    assert (answer.status_code, answer.url) == (302, FORM)
    assert Invitation.objects.count() == 0
    assert stale.get(FORM).status_code == 200
    assert stale.post(FORM, DATA).status_code == 302
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("seconds", "status"), [(295, 200), (305, 302), (-60, 302)])  # a clock set back proves nothing
def test_freshness_ends_after_five_minutes(stale: Client, monkeypatch: Any, seconds: int, status: int) -> None:
    stale.post("/accounts/step-up/", {"code": code(), "next": FORM})
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later)
    assert stale.get(FORM).status_code == status


def test_the_sign_in_itself_counts_while_fresh(world: Any) -> None:
    assert office_client(world.owner).get(FORM).status_code == 200


def test_a_password_never_counts(stale: Client, world: Any) -> None:
    world.owner.set_password(PASSWORD)
    world.owner.save()
    stale = sign_in(Client(), world.owner, fresh=False)
    answer = stale.get("/accounts/reauthenticate/?next=" + FORM)
    assert answer.url.startswith("/accounts/step-up/")
    stale.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": FORM})
    assert stale.get(FORM).status_code == 302
    session = stale.session
    session["account_authentication_methods"].append({"method": "password", "at": time.time(), "reauthenticated": True})
    session.save()
    assert stale.get(FORM).status_code == 302


def test_a_recovery_code_counts_once(stale: Client, world: Any) -> None:
    first, *_ = RecoveryCodes.activate(world.owner).get_unused_codes()
    assert stale.post("/accounts/step-up/", {"code": first, "next": FORM}).status_code == 302
    assert stale.get(FORM).status_code == 200
    other = office_client(world.owner, fresh=False)
    assert other.post("/accounts/step-up/", {"code": first, "next": FORM}).status_code == 422


@pytest.mark.parametrize("digits", ["000000", "", "x", "9" * 1000])
def test_a_wrong_code_is_refused_at_the_field(stale: Client, digits: str) -> None:
    answer = stale.post("/accounts/step-up/", {"code": digits, "next": FORM})
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"]
    assert stale.get(FORM).status_code == 302


@pytest.mark.parametrize(
    "rubbish", ["", "x", "[]", "3", "null", '{"id": "x"}', '{"id": "eA", "rawId": "eA", "response": {}}']
)
def test_a_rubbish_passkey_is_refused(stale: Client, rubbish: str) -> None:
    answer = stale.post("/accounts/step-up/", {"credential": rubbish, "next": FORM})
    assert answer.status_code == 422
    assert stale.get(FORM).status_code == 302


def test_guessing_is_slowed_down(stale: Client) -> None:
    for _ in range(6):
        stale.post("/accounts/step-up/", {"code": "000000", "next": FORM})
    assert stale.post("/accounts/step-up/", {"code": code(), "next": FORM}).status_code in (422, 429)
    assert stale.get(FORM).status_code == 302


def test_anothers_factor_or_a_removed_one_does_not_count(stale: Client, world: Any, stranger: Any) -> None:
    foreign = office_client(stranger.owner)
    theirs = Authenticator.objects.get(user=stranger.owner)
    session = stale.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "id": theirs.pk}]
    session.save()
    assert foreign.get("/globex/team/invite/").status_code == 200
    assert stale.get(FORM).status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_stays_on_this_site(stale: Client, target: str) -> None:
    answer = stale.post("/accounts/step-up/", {"code": code(), "next": target})
    assert (answer.status_code, answer.url) == (302, "/")


def test_a_post_goes_back_to_the_page_it_came_from(stale: Client) -> None:
    answer = stale.post(FORM, DATA, headers={"Referer": "http://testserver/acme/team/?q=a"})
    assert answer.url == "/accounts/step-up/?next=%2Facme%2Fteam%2F%3Fq%3Da"
    answer = stale.post(FORM, DATA, headers={"Referer": "https://evil.example/acme/"})
    assert answer.url == "/accounts/step-up/?next=%2F"


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
def test_a_path_that_names_a_host_is_no_way_back(stale: Client, header: str) -> None:
    headers = {header: "http://testserver//evil.example/"} | ({"HX-Request": "true"} if header != "Referer" else {})
    answer = stale.post(FORM, DATA, headers=headers)
    target = answer.headers.get("HX-Redirect") or answer.url
    assert target == "/accounts/step-up/?next=%2Fevil.example%2F"


def test_htmx_leaves_the_page_instead_of_swapping(stale: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/acme/team/"}
    answer = stale.post(FORM, DATA, headers=headers)
    assert answer.headers["HX-Redirect"] == "/accounts/step-up/?next=%2Facme%2Fteam%2F"
    assert Event.objects.filter(type="member.invited").count() == 0


def test_allauth_pages_ask_the_same_page_and_keep_no_post(stale: Client) -> None:
    for url, data in (
        ("/accounts/2fa/recovery-codes/generate/", {}),
        ("/accounts/2fa/totp/deactivate/", {}),
    ):
        answer = stale.post(url, data)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/step-up/")
    session = Session.objects.get(pk=stale.session.session_key).get_decoded()
    assert "account_reauthentication_state" not in session
    assert Authenticator.objects.count() == 1


def test_step_up_of_a_stranger_is_the_sign_in(client: Client) -> None:
    for answer in (client.get(TO_FORM), client.post("/accounts/step-up/", {"code": "000000", "next": FORM})):
        assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=%2Facme%2Fteam%2Finvite%2F")
