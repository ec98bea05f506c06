"""Over-posting (FAULTS 47): a form with every column of every model beside its own fields does what the form alone does.

Each form is sent twice from the same state, as the page shows it and with the hostile fields; both runs must leave
the same rows behind. The list of forms is made from the URL map.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client as Browser

from clients.models import Client
from invoicing_site import clock, links
from invoicing_site.actions.invitations import invite
from invoicing_site.models import Membership, User
from tests.helpers.doors import DOORS, Posting, open_door, posting_routes
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.helpers.rows import Rows, done, stored

pytestmark = pytest.mark.django_db
OURS = ("clients", "billing", "payments", "invoicing_site")
MARK = "OVERPOSTED"
FORGED = "0badc0de-0bad-4bad-8bad-0badc0de0bad"
# Names a form may not offer anybody, wherever it is shown.
NEVER = {
    "company", "company_id", "id", "pk", "state", "open_amount", "total", "net", "gross", "fx_rate", "unapplied",
    "created_by", "created_at", "issued_at", "issued_by", "user", "user_id", "is_platform_admin", "is_superuser",
    "is_staff", "password", "slug", "archived_at", "ended_at", "accepted_at",
}  # fmt: skip


def _value(column: Any, theirs: Any) -> str:
    """Something the column would take: of another company, another state, more rights, more money."""
    if column.is_relation:
        other = {"Company": theirs.company, "User": theirs.owner, "Client": theirs.client}
        return str(other.get(column.related_model.__name__, theirs.company).pk)
    if choices := [str(code) for code, _ in column.flatchoices]:
        return choices[-1]
    kinds: list[tuple[type, str]] = [
        (models.BooleanField, "on"), (models.DateTimeField, "2001-01-01 00:00:00"), (models.DateField, "2001-01-01"),
        (models.DecimalField, "0.01"), (models.IntegerField, "1"), (models.UUIDField, FORGED),
        (models.JSONField, '{"x": "OVERPOSTED"}'),
    ]  # fmt: skip
    return next((value for kind, value in kinds if isinstance(column, kind)), MARK)


def hostile(theirs: Any) -> dict[str, str]:
    """Every column of every model of ours by both its names, with such a value."""
    found: dict[str, str] = {"pk": "1", "is_staff": "on", "is_superuser": "on", "is_active": "", "groups": "1"}
    for model in apps.get_models():
        if model._meta.app_label in OURS and not hasattr(model, "instance_type"):
            for column in model._meta.concrete_fields:
                value = _value(column, theirs)
                found |= {column.name: value, column.attname: value}
    found |= {
        "state": "paid",
        "role": "owner",
        "is_platform_admin": "on",
        "uuid": FORGED,
        "next": "https://evil.example/",
    }
    return found


def extras(form: Posting, bad: dict[str, str]) -> list[tuple[str, str]]:
    """The hostile fields the form has none of, plain and under each of its prefixes."""
    prefixes = {""} | {name.rpartition("-")[0] + "-" for name in form.names if "-" in name}
    return [(p + name, value) for p in sorted(prefixes) for name, value in bad.items() if p + name not in form.names]


def run(before: Rows, browser: Browser, form: Posting, **sent: Any) -> tuple[Any, ...]:
    """What one sending answers and leaves behind; undone."""
    kept = dict(browser.cookies)
    with transaction.atomic():
        answer = form.send(browser, **sent)
        after = stored()
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.update(kept)
    return answer, done(before, after)


def outcome(answer: Any) -> tuple[int, str]:
    """Status and the place it leads to, without the id of what was made."""
    location = answer.headers.get("Location", "")
    return answer.status_code, "/".join(part for part in location.split("/") if len(part) != 36)


@pytest.fixture
def still(monkeypatch: Any) -> None:
    now = clock.now() + dt.timedelta(seconds=30)  # behind the sign-in, or its second factor would not be fresh
    monkeypatch.setattr("invoicing_site.clock.now", lambda: now)


def test_every_form_of_the_office_is_on_the_list() -> None:
    assert {route.name for route in posting_routes()} == set(DOORS)


def areas() -> Iterator[str]:
    yield from ("office", "clients", "billing:document", "billing:", "payments")


@pytest.mark.parametrize("area", list(areas()))
def test_columns_beside_the_form_change_nothing(world: Any, stranger: Any, still: None, area: str) -> None:
    browser, bad, wrong = office_client(world.owner), hostile(stranger), []
    for route in posting_routes():
        if next(start for start in areas() if route.name.startswith(start)) != area:
            continue
        with transaction.atomic():
            form = open_door(world, browser, route)
            before, more = stored(), extras(form, bad)
            answer, plain = run(before, browser, form)
            attacked, forged = run(before, browser, form, more=more, query=bad.items())
            transaction.set_rollback(True)
        if answer.status_code != DOORS[route.name].status:
            wrong.append(f"{route.name}: the plain form answers {answer.status_code}")
        if outcome(attacked) != outcome(answer):
            wrong.append(f"{route.name}: {outcome(attacked)} instead of {outcome(answer)}")
        wrong += [f"{route.name}: {row[:300]}" for row in (forged - plain) + (plain - forged)]
        # A form's own fields are left out of the comparison, so none of these may be among them.
        wrong += [f"{route.name}: offers {name}" for name in form.names if name.rpartition("-")[2] in NEVER]
        if DOORS[route.name].status == 302 and not plain:
            wrong.append(f"{route.name}: the plain form did nothing, so nothing was compared")
    assert wrong == []


def test_an_invitation_gives_its_own_role_and_no_more(world: Any, stranger: Any) -> None:
    row = invite(company=world.company, email="new@acme.example", role="clerk", actor=world.owner, at=clock.now())
    typed = {"name": "New Person", "password": "a long enough pass phrase 1"}
    answer = Browser().post(f"/invitation/{links.make('invitation', row.uuid)}/", hostile(stranger) | typed)
    made = User.objects.get(email="new@acme.example")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert (made.is_platform_admin, made.is_active, made.name) == (False, True, "New Person")
    assert str(made.uuid) != FORGED
    mine = Membership.objects.filter(user=made).values_list("company_id", "role", "expires_on")
    assert list(mine) == [(world.company.pk, "clerk", None)]


@pytest.mark.parametrize("revision", ["999", "-1", "1e3", "99999999999999999999", "", "\0"])
def test_a_revision_nobody_saw_saves_nothing(world: Any, revision: str) -> None:
    browser, names = (
        office_client(world.owner),
        ("billing:document_edit", "billing:document_issue", "clients:client_edit"),
    )
    for route in (found for found in posting_routes() if found.name in names):
        form = open_door(world, browser, route)
        assert "revision" in form.names, route.name
        before = stored()
        body = [(name, revision if name == "revision" else value) for name, value in form.body]
        assert form.send(browser, body=body).status_code in (409, 422), route.name
        assert done(before, stored()) == {}, route.name


def test_rows_of_another_form_or_company_are_not_taken_over(world: Any, stranger: Any) -> None:
    """Ids in the names and hidden fields of rows: a contact's uuid, a line's id, a share's document."""
    browser, theirs = office_client(world.owner), invoice(stranger)
    contact = stranger.client.contacts.create(company=stranger.company, name="Their contact")
    line = theirs.lines.get()
    routes = {route.name: route for route in posting_routes()}
    attacks: list[tuple[str, list[tuple[str, str]]]] = [
        ("clients:client_edit", [("contacts-0-uuid", str(contact.uuid)), ("contacts-0-name", "Taken")]),
        ("billing:document_edit", [("lines", f"l{line.pk}"), (f"lines-l{line.pk}-description", "Taken"), (f"lines-l{line.pk}-unit_price", "1")]),
        ("billing:document_edit", [("client", f"{stranger.client.name}!")]),
        ("payments:apply", [("shares-0-document", str(theirs.uuid)), ("shares-0-amount", "5")]),
    ]  # fmt: skip
    before = _of(stranger.company)
    for name, pairs in attacks:
        form = open_door(world, browser, routes[name])
        said = {key for key, _ in pairs if key != "lines"}
        form.send(browser, body=[pair for pair in form.body if pair[0] not in said] + pairs)
    assert _of(stranger.company) == before
    assert Client.objects.for_company(world.company).count() == 1


def _of(company: Any) -> list[str]:
    """The rows of `company`."""
    return sorted(
        f"{name} {row}" for name, rows in stored().items() for row in rows if row.get("company_id") == company.pk
    )
