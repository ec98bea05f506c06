"""Routes in the settings, and sending by them from a document's page."""

from typing import Any

import asyncssh
import pytest
from django.test import Client as Browser

from billing.actions.render_xml import render_einvoice
from billing.actions.routes import add_route
from billing.models import Document, Route, Transmission
from invoicing_site import clock
from tests.helpers.people import office_client
from tests.helpers.routes import issued, ready
from tests.world import AT

pytestmark = pytest.mark.django_db
ROUTES = "/acme/settings/routes/"
KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
SFTP = {
    "name": "Provider",
    "host": "sftp.provider.example",
    "port": "22",
    "username": "acme",
    "secret": "env:ACME__KEY",
    "host_key": KEY,
}


@pytest.fixture
def owner(world: Any) -> Browser:
    return office_client(world.owner)


@pytest.fixture
def clerk(world: Any) -> Browser:
    return office_client(world.people["clerk"])


@pytest.fixture
def document(world: Any) -> Document:
    ready(world)
    made = issued(world)
    render_einvoice(document_id=made.pk, at=AT)
    return made


def mail_route(world: Any) -> Route:
    return add_route(
        company_id=world.company.pk, kind="email", name="Mail", address="a@provider.example", actor=None, at=AT
    )


def test_routes_are_added_changed_and_archived(world: Any, owner: Browser, clerk: Browser) -> None:
    assert "No route yet" in owner.get(ROUTES).content.decode()
    for query in ("", "?by=email"):
        assert owner.get(f"{ROUTES}new/{query}").status_code == 200
    assert owner.post(f"{ROUTES}new/", SFTP)["Location"] == ROUTES
    assert owner.post(f"{ROUTES}new/?by=email", {"name": "Mail", "address": "a@b.example"})["Location"] == ROUTES
    sftp, mail = Route.objects.order_by("pk")
    assert (sftp.kind, sftp.port, mail.kind, mail.address) == ("sftp", 22, "email", "a@b.example")
    assert "acme@sftp.provider.example:22/" in clerk.get(ROUTES).content.decode()
    assert owner.get(f"{ROUTES}{sftp.uuid}/").status_code == 200
    assert owner.post(f"{ROUTES}{sftp.uuid}/", SFTP | {"folder": "in"})["Location"] == ROUTES
    assert owner.post(f"{ROUTES}{sftp.uuid}/archive/")["Location"] == ROUTES
    sftp.refresh_from_db()
    assert (sftp.folder, sftp.archived_at is not None) == ("in", True)
    assert owner.get(f"{ROUTES}{sftp.uuid}/").status_code == 404
    assert "Used before" in owner.get(ROUTES).content.decode()


def test_a_pasted_secret_is_refused_at_the_field(world: Any, owner: Browser) -> None:
    answer = owner.post(f"{ROUTES}new/", SFTP | {"secret": "hunter2"})
    assert answer.status_code == 422
    assert "never the secret itself" in answer.content.decode()
    assert Route.objects.count() == 0


def test_a_clerk_changes_no_route(world: Any, clerk: Browser) -> None:
    assert clerk.post(f"{ROUTES}new/", SFTP).status_code == 403
    assert Route.objects.count() == 0


def test_sending_from_the_page(world: Any, clerk: Browser, document: Document) -> None:
    route, page = mail_route(world), f"/acme/documents/{document.uuid}/"
    assert "Send the XML" in clerk.get(page).content.decode()
    for _ in range(2):
        assert clerk.post(f"{page}transmit/", {"route": str(route.uuid)})["Location"] == page
    row = Transmission.objects.get()
    assert (row.state, row.created_by) == ("queued", world.people["clerk"])
    told = clerk.get(page).content.decode()
    assert "Send the XML" not in told
    assert "queued" in told
    for rubbish in ({"route": "x"}, {"route": str(document.uuid)}, {}):
        assert clerk.post(f"{page}transmit/", rubbish)["Location"] == page
    assert Transmission.objects.count() == 1
    assert "Choose a route from the list." in clerk.get(page).content.decode()


def test_what_failed_is_sent_again_and_what_is_uncertain_settled(
    world: Any, clerk: Browser, document: Document
) -> None:
    route, page = mail_route(world), f"/acme/documents/{document.uuid}/"
    clerk.post(f"{page}transmit/", {"route": str(route.uuid)})
    row = Transmission.objects.get()
    Transmission.objects.update(state="failed", answer="transmission.folder")
    told = clerk.get(page).content.decode()
    assert "The folder does not exist" in told
    assert "It arrived" not in told
    assert clerk.post(f"/acme/transmissions/{row.uuid}/again/")["Location"] == page
    row.refresh_from_db()
    assert (row.state, row.answer) == ("queued", "")
    for arrived, state in (({"arrived": ""}, "accepted"), ({}, "failed")):
        Transmission.objects.filter(state="accepted").update(state="failed")
        Transmission.objects.filter(state="failed").update(state="queued")
        Transmission.objects.update(state="sending")
        Transmission.objects.update(state="uncertain", due_at=clock.now())
        assert "It arrived" in clerk.get(page).content.decode()
        assert clerk.post(f"/acme/transmissions/{row.uuid}/settle/", arrived)["Location"] == page
        row.refresh_from_db()
        assert row.state == state
    assert clerk.post(f"/acme/transmissions/{route.uuid}/again/").status_code == 404
