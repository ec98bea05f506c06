"""E-invoices sent by routes: to a real SFTP server and a real mail server; once, with their answers kept (SPEC B15)."""

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from billing import tasks
from billing.actions import transmissions
from billing.actions.render_xml import render_einvoice
from billing.actions.routes import add_route, archive_route, change_route
from billing.actions.transmissions import LEASE, MOST, claim, due, finish, order, order_automatic, settle, try_again
from billing.actions.transmit import transmit
from billing.actions.void import void
from billing.models import Document, Route, Transmission
from billing.transmission import Refused, Unreachable, carrier
from billing.transmission.sftp import SftpCarrier
from invoicing_site import clock, files
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Mail
from tests.helpers.mailbox import deliver_due
from tests.helpers.routes import issued, ready
from tests.helpers.sftp import PASSWORD, USER, Server, sftp_server
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    with sftp_server(root) as running:
        yield running


@pytest.fixture
def secret(tmp_path: Path, settings: Any) -> str:
    settings.SECRETS_DIR = str(tmp_path)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/password").write_text(f"{PASSWORD}\n")
    return "file:password"


@pytest.fixture
def document(world: Any) -> Document:
    ready(world)
    made = issued(world)
    render_einvoice(document_id=made.pk, at=AT)
    return made


def sftp_route(world: Any, server: Server, secret: str, **fields: Any) -> Route:
    values = {
        "name": "Provider", "host": "127.0.0.1", "port": server.port, "username": USER, "secret": secret,
        "host_key": server.host_key, "folder": "in",
    }  # fmt: skip
    return add_route(company_id=world.company.pk, kind="sftp", actor=world.owner, at=AT, **(values | fields))


def mail_route(world: Any, **fields: Any) -> Route:
    values = {"name": "Mail", "address": "einvoice@provider.example"}
    return add_route(company_id=world.company.pk, kind="email", actor=world.owner, at=AT, **(values | fields))


def ordered(world: Any, document: Document, route: Route) -> Transmission:
    return order(
        company=world.company,
        document_uuid=document.uuid,
        route_uuid=route.uuid,
        actor=world.people["clerk"],
        at=clock.now(),
    )


def events(document: Document) -> list[str]:
    rows = Event.objects.filter(subject=document.uuid, type__contains="transmission").order_by("pk")
    return list(rows.values_list("type", flat=True))


def test_the_xml_arrives_once_with_an_acknowledgement(
    world: Any, document: Document, server: Server, secret: str
) -> None:
    row = ordered(world, document, sftp_route(world, server, secret))
    assert ordered(world, document, row.route).pk == row.pk
    transmit([row.pk])
    transmit([row.pk])
    row.refresh_from_db()
    xml = files.fetch(document.renditions.get(format="ubl").blob)
    assert (server.root / "in" / "RE-2026-00001.xml").read_bytes() == xml
    assert [path.name for path in (server.root / "in").iterdir()] == ["RE-2026-00001.xml"]
    assert (row.state, row.attempts, row.claimed_until) == ("accepted", 1, None)
    assert row.answer.startswith(f"127.0.0.1: RE-2026-00001.xml, {len(xml)} bytes, SHA-256 ")
    assert row.ended_at is not None
    assert events(document) == ["transmission.ordered", "transmission.accepted"]
    document.refresh_from_db()
    assert document.delivered_on is not None
    assert Event.objects.get(type="document.delivered").data["channel"] == "sftp"


def test_a_private_key_signs_in_too(world: Any, document: Document, secret: str, tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "acme/key").write_bytes(key.export_private_key())
    (tmp_path / "root" / "in").mkdir(parents=True)
    with sftp_server(tmp_path / "root", key.export_public_key().decode().strip()) as running:
        row = ordered(world, document, sftp_route(world, running, "file:key"))
        transmit([row.pk])
    row.refresh_from_db()
    assert row.state == "accepted"


def test_an_answer_lost_at_the_end_is_one_delivery(world: Any, document: Document, server: Server, secret: str) -> None:
    row = ordered(world, document, sftp_route(world, server, secret))
    server.cut = True
    transmit([row.pk])
    row.refresh_from_db()
    assert (row.state, row.attempts, row.answer) == ("queued", 1, "transmission.unreachable")
    assert (server.root / "in" / "RE-2026-00001.xml").exists()
    server.cut = False
    Transmission.objects.update(due_at=clock.now())
    transmit([row.pk])
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("accepted", 2)
    assert len(list((server.root / "in").iterdir())) == 1


def other_key() -> str:
    return str(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"host_key": "other"}, "transmission.host_key"),
        ({"username": "mallory"}, "transmission.sign_in"),
        ({"folder": "out"}, "transmission.folder"),
        ({"secret": "env:ACME__NOBODY_SET_THIS"}, "transmission.secret"),
    ],
)
def test_what_must_be_mended_fails_at_once_and_says_what(
    world: Any, document: Document, server: Server, secret: str, change: dict[str, str], code: str
) -> None:
    change = {name: other_key() if value == "other" else value for name, value in change.items()}
    row = ordered(world, document, sftp_route(world, server, change.pop("secret", secret), **change))
    transmit([row.pk])
    row.refresh_from_db()
    assert (row.state, row.answer) == ("failed", code)
    assert list((server.root / "in").iterdir()) == []
    if code == "transmission.host_key":
        assert server.sign_ins == []  # nothing secret is said to a stranger
    assert events(document) == ["transmission.ordered", "transmission.failed"]
    document.refresh_from_db()
    assert document.delivered_on is None


def test_a_file_of_somebody_else_is_left_alone(world: Any, document: Document, server: Server, secret: str) -> None:
    (server.root / "in" / "RE-2026-00001.xml").write_bytes(b"theirs")
    row = ordered(world, document, sftp_route(world, server, secret))
    transmit([row.pk])
    row.refresh_from_db()
    assert (row.state, row.answer) == ("failed", "transmission.other_file")
    assert (server.root / "in" / "RE-2026-00001.xml").read_bytes() == b"theirs"


def test_a_dead_server_is_tried_again_and_given_up_on(
    world: Any, document: Document, server: Server, secret: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    row = ordered(world, document, sftp_route(world, server, secret, port=port))
    for attempt in range(1, MOST + 1):
        Transmission.objects.update(due_at=clock.now())
        transmit([row.pk])
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("queued" if attempt < MOST else "failed", attempt)
    change_route(company_id=world.company.pk, route_uuid=row.route.uuid, port=server.port, actor=None, at=AT)
    again = try_again(company=world.company, transmission_uuid=row.uuid, actor=None, at=clock.now())
    transmit([again.pk])
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("accepted", 1)


def test_a_killed_workers_transfer_is_found_by_the_sweep(
    world: Any, document: Document, server: Server, secret: str
) -> None:
    row = ordered(world, document, sftp_route(world, server, secret))
    now = clock.now()
    held = claim(transmission_id=row.pk, actor=None, at=now)
    assert held is not None
    assert claim(transmission_id=row.pk, actor=None, at=now) is None
    assert (due(now), due(now + LEASE)) == ([], [row.pk])
    second = claim(transmission_id=row.pk, actor=None, at=now + LEASE)
    assert second is not None
    assert finish(claimed=held, answer="late", accepted=True, final=True, actor=None, at=now) is None
    assert finish(claimed=second, answer="ok", accepted=True, final=True, actor=None, at=now) is not None


def test_no_network_inside_a_transaction(world: Any, document: Document, server: Server, secret: str) -> None:
    route = sftp_route(world, server, secret)
    from invoicing_site.context import acting

    with acting(), pytest.raises(RuntimeError, match="transaction"):
        carrier(route).send(b"x", "x.xml")
    with acting(), pytest.raises(RuntimeError, match="transaction"):
        transmit([1])


def test_by_mail_its_end_is_the_mails(world: Any, document: Document, mailoutbox: Any) -> None:
    row = ordered(world, document, mail_route(world))
    transmit([row.pk])
    (message,) = deliver_due(clock.now() + dt.timedelta(minutes=1))
    assert (message.to, [name for name, *_ in message.attachments]) == (
        ["einvoice@provider.example"],
        ["RE-2026-00001.xml"],
    )
    event = Event.objects.get(type="mail.accepted")
    tasks.sent(event)
    tasks.sent(event)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert events(document) == ["transmission.ordered", "transmission.accepted"]
    mail = Mail.objects.get()
    tasks.mail_ended(
        Event(
            company=world.company,
            type="mail.bounced",
            subject=document.uuid,
            data={"kind": "transmission", "mail": str(mail.uuid)},
        )
    )
    row.refresh_from_db()
    assert (row.state, row.answer) == ("failed", "transmission.mail")


@pytest.mark.parametrize("arrived", [True, False])
def test_a_mail_perhaps_sent_is_settled_by_a_person(world: Any, document: Document, arrived: bool) -> None:
    row = ordered(world, document, mail_route(world))
    transmit([row.pk])
    mail = Mail.objects.get()
    told = {"kind": "transmission", "mail": str(mail.uuid)}
    tasks.mail_ended(Event(company=world.company, type="mail.uncertain", subject=document.uuid, data=told))
    row.refresh_from_db()
    assert row.state == "uncertain"
    settle(company=world.company, transmission_uuid=row.uuid, arrived=arrived, actor=world.owner, at=AT)
    row.refresh_from_db()
    assert row.state == ("accepted" if arrived else "failed")
    with pytest.raises(BusinessError, match="not_uncertain"):
        settle(company=world.company, transmission_uuid=row.uuid, arrived=True, actor=None, at=AT)
    tasks.mail_ended(Event(company=world.company, type="mail.failed", subject=document.uuid, data={"kind": "document"}))


def test_a_route_that_sends_by_itself(world: Any, document: Document) -> None:
    event = Event.objects.get(type="document.einvoice_written")
    assert order_automatic(event=event, actor=None, at=AT) is None
    route = mail_route(world, automatic=True)
    made = order_automatic(event=event, actor=None, at=AT)
    assert made is not None
    assert (made.route, made.document) == (route, document)
    void(company=world.company, document_uuid=document.uuid, reason="Wrong", actor=None, at=AT)
    assert order_automatic(event=event, actor=None, at=AT) is None


def test_what_cannot_be_ordered(world: Any, document: Document) -> None:
    route, other = mail_route(world), make_world("other")
    plain = issued(world)
    cases = [
        (other.company, document, route, "not_found"),
        (world.company, document, mail_route(other), "not_found"),
        (world.company, plain, route, "transmission.no_xml"),
    ]
    for company, wanted, way, code in cases:
        with pytest.raises(BusinessError) as refused:
            order(company=company, document_uuid=wanted.uuid, route_uuid=way.uuid, actor=None, at=AT)
        assert refused.value.code == code
    archive_route(company_id=world.company.pk, route_uuid=route.uuid, actor=None, at=AT)
    with pytest.raises(BusinessError, match=r"route\.archived"):
        ordered(world, document, route)
    second = mail_route(world)
    void(company=world.company, document_uuid=document.uuid, reason="Wrong", actor=None, at=AT)
    with pytest.raises(BusinessError, match="not_issued"):
        ordered(world, document, second)
    assert Transmission.objects.count() == 0


def test_only_what_ended_badly_is_sent_again(world: Any, document: Document) -> None:
    row = ordered(world, document, mail_route(world))
    with pytest.raises(BusinessError, match=r"transmission\.going"):
        try_again(company=world.company, transmission_uuid=row.uuid, actor=None, at=AT)


@pytest.mark.parametrize(
    ("kind", "fields", "code", "field"),
    [
        ("fax", {"name": "x"}, "route.kind", "kind"),
        ("email", {"name": "x"}, "route.missing", "address"),
        ("email", {"name": "", "address": "a@b.example"}, "field.invalid", "name"),
        ("sftp", {"name": "x", "host": "h", "username": "u", "secret": "env:ACME__S"}, "route.missing", "host_key"),
        (
            "sftp",
            {"name": "x", "host": "h", "username": "u", "secret": "pass", "host_key": "KEY"},
            "route.reference",
            "secret",
        ),
        (
            "sftp",
            {"name": "x", "host": "h", "username": "u", "secret": "env:ACME__S", "host_key": "nokey"},
            "route.host_key",
            "host_key",
        ),
        (
            "sftp",
            {"name": "x", "host": "h", "username": "u", "secret": "env:ACME__S", "host_key": "KEY", "port": 0},
            "route.port",
            "port",
        ),
    ],
)
def test_routes_are_checked_at_their_fields(
    world: Any, kind: str, fields: dict[str, Any], code: str, field: str
) -> None:
    fields = fields | ({"host_key": other_key()} if fields.get("host_key") == "KEY" else {})
    with pytest.raises(BusinessError) as refused:
        add_route(company_id=world.company.pk, kind=kind, actor=None, at=AT, **fields)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert Route.objects.count() == 0


def test_one_route_sends_by_itself(world: Any) -> None:
    mail_route(world, automatic=True)
    with pytest.raises(BusinessError, match=r"route\.automatic"):
        mail_route(world, automatic=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.create(company=world.company, kind="email", name="x", address="a@b.example", automatic=True)


def test_the_database_keeps_it_too(world: Any, document: Document) -> None:
    row, other = ordered(world, document, mail_route(world)), make_world("other")
    fields = {"document": document, "route": row.route, "due_at": timezone.now()}
    for values in (fields | {"company": world.company}, fields | {"company": other.company}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transmission.objects.create(**values)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE billing_transmission SET state = 'accepted'", "UPDATE billing_transmission SET route_id = route_id + 1",
        "DELETE FROM billing_transmission", "INSERT INTO billing_route (company_id, uuid, kind, name, automatic, host, port, username, "
        "secret, host_key, folder, address) SELECT company_id, gen_random_uuid(), 'sftp', 'x', false, '', 22, '', '', '', '', '' FROM billing_route",
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_key_that_cannot_be_read_is_said_so(secret: str, tmp_path: Path) -> None:
    (tmp_path / "acme/key").write_text(
        "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense\n-----END OPENSSH PRIVATE KEY-----\n"
    )
    made = SftpCarrier("127.0.0.1", 1, "x", "file:key", "acme", other_key())
    with pytest.raises(Refused, match=r"transmission\.key"):
        made.send(b"x", "x.xml")


def test_an_unreachable_server_says_no_more_than_its_kind(secret: str) -> None:
    with pytest.raises(Unreachable) as raised:
        SftpCarrier("127.0.0.1", 1, "x", secret, "acme", other_key()).send(b"x", "x.xml")
    assert str(raised.value) == "ConnectionRefusedError"


def test_a_broker_that_is_down_is_the_sweeps_work(world: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def dead(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(transmissions.current_app, "send_task", dead)
    transmissions.enqueue([1])
    assert "wait for the sweep" in caplog.text
