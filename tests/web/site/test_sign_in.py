"""The long way in: password and second factor, and every way around it that must not work (FAULTS 49)."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import connection
from django.test import Client

from invoicing_site.models import Mail, Membership, User
from tests.helpers.mailbox import deliver_due
from tests.helpers.people import PASSWORD, SECRET, code, enrol, office_client, platform_admin, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(world: Any) -> User:
    """Somebody with a password, a verified address and an authenticator app."""
    user: User = world.accountant
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    enrol(user)
    return user


def give_password(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, "remember": "on"})


def give_code(client: Client, digits: str) -> Any:
    return client.post("/accounts/2fa/authenticate/", {"code": digits})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_password_then_code_opens_the_company(client: Client, accountant: User) -> None:
    answer = give_password(client, accountant.email.upper())
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/authenticate/")
    assert not signed_in(client)
    answer = give_code(client, code())
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/acme/team/").status_code == 200
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.session.get_expire_at_browser_close()


def test_the_password_alone_opens_nothing(client: Client, accountant: User) -> None:
    give_password(client, accountant.email)
    for url in ("/", "/acme/team/", "/admin/", "/accounts/email/", "/accounts/2fa/", "/accounts/sessions/"):
        assert client.get(url).status_code == 302
        assert not signed_in(client)


def test_a_code_is_good_once(client: Client, accountant: User) -> None:
    digits = code()
    give_password(client, accountant.email)
    assert give_code(client, digits).status_code == 302
    other = Client()
    give_password(other, accountant.email)
    assert give_code(other, digits).status_code == 200
    assert not signed_in(other)


@pytest.mark.parametrize("digits", ["000000", "", "abcdef", "1" * 500])
def test_wrong_codes_are_refused(client: Client, accountant: User, digits: str) -> None:
    give_password(client, accountant.email)
    assert give_code(client, digits).status_code == 200
    assert not signed_in(client)


@pytest.mark.parametrize("rubbish", ["", "x", "[]", "3", '{"id": "x"}', '{"response": {"userHandle": "!"}}'])
def test_rubbish_for_a_passkey_is_refused_everywhere(client: Client, accountant: User, rubbish: str) -> None:
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": rubbish}).status_code == 302
    give_password(client, accountant.email)
    assert client.post("/accounts/2fa/authenticate/", {"credential": rubbish}).status_code == 200
    assert not signed_in(client)
    inside = office_client(accountant)
    answer = inside.post("/accounts/2fa/webauthn/add/", {"credential": rubbish, "name": "key"})
    assert (answer.status_code, Authenticator.objects.filter(type="webauthn").count()) == (200, 0)


def test_a_recovery_code_is_good_once(client: Client, accountant: User) -> None:
    first, *_rest = RecoveryCodes.activate(accountant).get_unused_codes()
    give_password(client, accountant.email)
    assert give_code(client, first).status_code == 302
    assert client.get("/acme/team/").status_code == 200
    other = Client()
    give_password(other, accountant.email)
    assert give_code(other, first).status_code == 200
    assert not signed_in(other)


def test_guessing_is_slowed_down_even_for_the_right_password(client: Client, accountant: User) -> None:
    for _ in range(5):
        give_password(client, accountant.email, "wrong password")
    give_password(client, accountant.email)
    assert give_code(client, code()).status_code == 302
    assert not signed_in(client)


def test_known_and_unknown_addresses_get_the_same_answer(client: Client, accountant: User) -> None:
    known = give_password(client, accountant.email, "wrong password")
    unknown = give_password(Client(), "nobody@acme.example", "wrong password")
    assert known.context["form"].errors == unknown.context["form"].errors


def test_a_password_reset_does_not_go_round_the_second_factor(client: Client, accountant: User) -> None:
    client.post("/accounts/password/reset/", {"email": accountant.email})
    link = next(word for word in deliver_due()[-1].body.split() if "/password/reset/key/" in word)
    form = client.get("/" + link.split("/", 3)[-1], follow=True)
    new = "another long passphrase"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not signed_in(client)
    accountant.refresh_from_db()
    assert accountant.check_password(new)
    answer = give_password(client, accountant.email, new)
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/authenticate/")
    assert Authenticator.objects.filter(user=accountant).exists()


def test_a_new_password_ends_the_other_sessions(client: Client, accountant: User) -> None:
    other = office_client(accountant)
    assert other.get("/acme/team/").status_code == 200
    accountant.set_password("another long passphrase")
    accountant.save()
    assert other.get("/acme/team/").status_code == 302


def test_nobody_signs_up(client: Client) -> None:
    data = {"email": "stranger@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get("/accounts/signup/"), client.post("/accounts/signup/", data)):
        assert "accounts/signup" in answer.request["PATH_INFO"]
    assert User.objects.count() == 0


def test_there_is_no_code_by_mail(client: Client, accountant: User) -> None:
    assert client.get("/accounts/login/code/").status_code == 404
    assert Mail.objects.count() == 0


def test_a_deactivated_person_does_not_get_in(client: Client, accountant: User) -> None:
    User.objects.filter(pk=accountant.pk).update(is_active=False)
    give_password(client, accountant.email)
    give_code(client, code())
    assert not signed_in(client)


def test_secrets_are_sealed_in_the_database(accountant: User) -> None:
    RecoveryCodes.activate(accountant)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator ORDER BY id")
        stored = [row[0] for row in cursor.fetchall()]
    assert len(stored) == 2
    assert not any(SECRET in text for text in stored)
    assert all(len(text) > 60 for text in stored)
    seed = Authenticator.objects.get(type="recovery_codes")
    assert seed.wrap().get_unused_codes()


def test_without_a_factor_a_role_leads_only_to_its_set_up(client: Client, world: Any, accountant: User) -> None:
    Authenticator.objects.all().delete()
    give_password(client, accountant.email)
    assert signed_in(client)
    for url in ("/", "/acme/team/", "/admin/"):
        answer = client.get(url)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/2fa/")
    set_up = "/accounts/2fa/totp/activate/"
    asked = client.get(set_up)
    assert asked.url.startswith("/accounts/step-up/")
    password = client.get(asked.url)
    assert password.url.startswith("/accounts/reauthenticate/")
    assert client.post(password.url, {"password": PASSWORD, "next": set_up}).url == set_up
    client.get(set_up)
    secret = client.session["mfa.totp.secret"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda work, *args, **kwargs: work())
        assert client.post(set_up, {"code": code(secret)}).status_code == 302
    assert client.get("/acme/team/").status_code == 200


def test_a_platform_admin_needs_a_factor_too(client: Client) -> None:
    client.force_login(platform_admin())
    for url in ("/", "/admin/", "/admin/invoicing_site/user/"):
        answer = client.get(url)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/2fa/")


def test_a_person_without_a_role_may_live_without_a_factor(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody@example.org"))
    assert client.get("/").status_code == 200


def test_a_session_older_than_the_factor_must_prove_it_first(client: Client, accountant: User) -> None:
    client.force_login(accountant)
    for url in ("/", "/acme/team/", "/admin/", "/accounts/email/", "/accounts/2fa/", "/accounts/password/change/"):
        answer = client.get(url)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/step-up/")
    answer = client.post("/accounts/step-up/", {"code": code(), "next": "/acme/team/"})
    assert (answer.status_code, answer.url) == (302, "/acme/team/")
    assert client.get("/acme/team/").status_code == 200


def test_the_last_factor_of_a_role_stays(accountant: User) -> None:
    browser = office_client(accountant)
    browser.post("/accounts/step-up/", {"code": code()})
    answer = browser.post("/accounts/2fa/totp/deactivate/")
    assert (answer.status_code, Authenticator.objects.filter(user=accountant, type="totp").count()) == (200, 1)
    key = Authenticator.objects.create(user=accountant, type="webauthn", data={"name": "k", "credential": {}})
    Authenticator.objects.filter(type="totp").delete()
    browser = sign_in(Client(), accountant, factor=key)
    answer = browser.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/webauthn/")
    assert Authenticator.objects.filter(pk=key.pk).exists()
    Membership.objects.filter(user=accountant).update(ended_at="2026-01-01T00:00Z")
    assert browser.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_a_role_ended_meanwhile_is_gone_at_the_next_request(accountant: User) -> None:
    browser = office_client(accountant)
    assert browser.get("/acme/team/").status_code == 200
    Membership.objects.filter(user=accountant).update(ended_at="2026-01-01T00:00Z")
    assert browser.get("/acme/team/").status_code == 404
