"""Secrets and people's data where nobody should find them: the log, error pages, headers, a browser's cache (FAULTS 59).

Each canary is a string that stands nowhere else. It goes in over real requests and comes out only on the page it is for.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from clients.views import portal_sign_in
from invoicing_site import clock
from invoicing_site.logs import JSONFormatter
from invoicing_site.models import Mail
from payments.actions import inbox
from payments.actions.attempts import open_attempt
from payments.gateways.base import GatewayError, GatewayUnknown
from tests.helpers.doors import open_door, posting_routes
from tests.helpers.mailbox import deliver_due
from tests.helpers.money import invoice
from tests.helpers.online import begin, connect, event, session, signed
from tests.helpers.people import PASSWORD, SECRET, code, enrol, office_client
from tests.helpers.portal import link_to, portal_account, token_of

pytestmark = pytest.mark.django_db
KEY, HOOK = "sk_test_sandbox_canary_8c1f", "whsec_canary_77ab"
CLIENT = {
    "name": "Kanarienvogel Zucht Qx7", "email": "gelb@kanarie-qx7.example", "vat_id": "DE129273398", "phone": "+49 30 7716341",
    "billing-line1": "Käfigweg Qx7", "billing-city": "Vogelstadt Qx7", "notes": "singt nachts Qx7", "iban": "DE89370400440532013000",
}  # fmt: skip
GUEST, WRONG, TRIED = "gast@kanarie-qx7.example", "falsches Kennwort Qx7", "unbekannt@kanarie-qx7.example"


class Held(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JSONFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(params=["INFO", "DEBUG"])
def log(request: pytest.FixtureRequest) -> Iterator[Held]:
    """What production writes at its level, and what a worried administrator would turn on."""
    root, held = logging.getLogger(), Held()
    before = root.level
    root.addHandler(held)
    root.setLevel(request.param)
    yield held
    root.setLevel(before)
    root.removeHandler(held)


class Watching(Browser):
    """Keeps the headers of every answer, and the pages of refusals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, raise_request_exception=False, **kwargs)
        self.told: list[str] = []
        self.kept: list[str] = []

    def request(self, **given: Any) -> Any:
        answer = super().request(**given)
        cookies = {answer.cookies[name].value for name in answer.cookies}
        there = {name: value for name, value in answer.headers.items() if name not in ("Location", "HX-Redirect")}
        self.told += [json.dumps(there, ensure_ascii=False), *cookies]
        if answer.status_code in (400, 403, 404, 405, 413, 429) or answer.status_code >= 500:
            self.told.append(answer.content.decode(errors="replace"))
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            self.kept.append(f"{given['PATH_INFO']}: {answer.headers.get('Cache-Control')}")
        return answer


def accounts(world: Any, browser: Watching) -> dict[str, str]:
    """Sign-in, right and wrong, and a password reset up to its link."""
    user = world.accountant
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    enrol(user)
    browser.post("/accounts/login/", {"login": TRIED, "password": WRONG})
    browser.post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in deliver_due()[-1].body.split() if "/password/reset/key/" in word)
    key = link.rstrip("/").rsplit("/", 1)[1]
    for path in (f"/accounts/password/reset/key/{key}/", f"/accounts/password/reset/key/{key}x/"):
        browser.get(path, follow=True, headers={"Referer": f"http://testserver{path}"})
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": "918273"})
    digits = code()
    browser.post("/accounts/2fa/authenticate/", {"code": digits})
    assert browser.get("/acme/team/").status_code == 200
    return {
        "reset link": key,
        "password": PASSWORD,
        "wrong password": WRONG,
        "tried": TRIED,
        "seed": SECRET,
        "wrong digits": "918273",
    }


def office(world: Any, browser: Watching) -> dict[str, str]:
    """A client's data typed in, looked for, refused and forged."""
    (route,) = (found for found in posting_routes() if found.name == "clients:client_new")
    form = open_door(world, browser, route)
    sent = dict(form.body) | {name: value for name, value in CLIENT.items() if name in form.names}
    assert len(set(CLIENT) & form.names) >= 6
    answer = form.send(browser, body=list(sent.items()))
    assert answer.status_code == 302, answer.content.decode()
    browser.post("/acme/clients/new/", sent | {"currency": "Qx7"})
    browser.post(reverse("office:bank_account_new", args=["acme"]), {"label": "Zweit", "iban": CLIENT["iban"]})
    for name in ("name", "email", "vat_id"):
        for url in ("/acme/clients/", "/acme/documents/", "/acme/nowhere/"):
            browser.get(url, {"q": CLIENT[name]})
    strict = Watching(enforce_csrf_checks=True)
    strict.cookies.update(browser.cookies)
    assert strict.post("/acme/clients/new/", sent | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    browser.told += strict.told
    return CLIENT | {"session": browser.cookies["sessionid"].value}


def customers(world: Any, browser: Watching) -> dict[str, str]:
    """Portal and links, good and bad."""
    portal_account(world, GUEST)
    browser.post("/acme/portal/sign-in/", {"email": GUEST})
    digits = Mail.objects.filter(kind="portal_code").latest("id").secret
    deliver_due()
    browser.post("/acme/portal/code/", {"code": "91827364"})
    browser.post("/acme/portal/code/", {"code": digits})
    assert browser.get("/acme/portal/").status_code == 200
    token = token_of(link_to(world, invoice(world), "pay"))
    for path in ("", "pdf/", "pay/", "nowhere/", "pay/back/?attempt=x"):
        browser.get(f"/l/{token}/{path}", headers={"Referer": f"http://testserver/l/{token}/"})
    browser.post(f"/l/{token}/pay/", {"group": "x"})
    browser.get(f"/l/{token[:-1]}x/")
    return {"sign-in code": digits, "wrong code": "91827364", "token": token, "guest": GUEST}


def provider(world: Any, browser: Watching, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """A provider that cannot be reached, forged and good messages, one that nobody can work."""
    account = connect(world, patch)
    patch.setenv("ACME__GATE_KEY", KEY)
    patch.setenv("ACME__GATE_HOOK", HOOK)
    patch.setattr(configured, "STRIPE_API_BASE", "http://127.0.0.1:9")
    attempt = begin(world)
    try:
        open_attempt(attempt_uuid=attempt.uuid, at=clock.now())
    except (GatewayError, GatewayUnknown) as error:
        logging.getLogger("payments").warning("provider: %s", error)
    body = event(
        "checkout.session.completed", session(attempt, customer_details={"email": GUEST, "name": CLIENT["name"]})
    )
    made = signed(body, HOOK)
    told = [
        browser.post(
            f"/hooks/{account.uuid}/", body, content_type="application/json", headers={"Stripe-Signature": signature}
        )
        for signature in (made[:-1] + "0", signed(body, "whsec_other"), made)
    ]
    assert [answer.status_code for answer in told][1:] == [400, 200]
    for pk in inbox.waiting(at=clock.now()):
        inbox.work(event_pk=pk, at=clock.now())
    return {"API key": KEY, "webhook secret": HOOK, "signature": made.partition("v1=")[2]}


def found(canaries: dict[str, str], texts: list[str]) -> set[tuple[str, str]]:
    """Where a canary stands, as it is, or as JSON or an address would write it."""
    return {
        (name, text[max(0, text.find(value) - 60) :][:160])
        for text in texts
        for name, value in canaries.items()
        if any(shape in text for shape in (value, json.dumps(value)[1:-1], quote(value), quote_plus(value)))
    }


def test_no_canary_in_log_error_page_or_header(
    world: Any, log: Held, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(portal_sign_in, "LEAST_SECONDS", 0.0)
    browser = Watching()
    canaries = accounts(world, browser) | office(world, browser) | customers(world, browser)
    canaries |= provider(world, browser, monkeypatch)
    assert len(canaries) >= 18
    assert Client.objects.filter(name=CLIENT["name"]).exists()
    assert len(log.lines) > 30, "nothing was logged, so nothing was searched"
    assert found(canaries, log.lines) == set()
    own = {name: value for name, value in canaries.items() if name != "session"}  # its cookie is where it belongs
    assert found(own, browser.told) == set()
    assert [page for page in browser.kept if not page.startswith("/hooks/")] == []


def test_a_row_the_database_refuses_is_not_written_to_the_log(world: Any, log: Held) -> None:
    """PostgreSQL repeats the whole row in what it says; the log keeps which rule was broken and where."""
    first = Client.objects.first()
    assert first is not None
    statements = {
        "unique": ("UPDATE clients_client SET number = %s WHERE id = %s", ["Qx7-77", first.pk]),
        "not null": ("UPDATE clients_client SET name = %s, currency = NULL WHERE id = %s", [CLIENT["name"], first.pk]),
    }
    Client.objects.create(
        company=world.company, number="Qx7-77", name="Zweite", sort_name="zweite", currency="EUR", language="de"
    )
    for kind, (sql, values) in statements.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql, values)
        except IntegrityError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", kind)
    lines = [json.loads(line) for line in log.lines if "Internal Server Error" in line]
    assert len(lines) == 2
    assert all("IntegrityError" in line["exception"] and "test_canaries.py" in line["exception"] for line in lines)
    assert "violates unique constraint" in lines[0]["exception"]
    assert found({"number": "Qx7-77", "name": CLIENT["name"]}, log.lines) == set()


def test_an_office_page_shows_what_it_is_for(world: Any) -> None:
    """The control: the search above would find what is there."""
    Client.objects.filter(pk=world.client.pk).update(name=CLIENT["name"])
    page = office_client(world.owner).get("/acme/clients/").content.decode()
    assert {name for name, _ in found(CLIENT, [page])} == {"name"}
