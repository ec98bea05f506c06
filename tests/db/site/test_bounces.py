"""What comes back: marked once, the address stopped for good until somebody lifts it."""

import datetime as dt
import io
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from invoicing_site.actions import mail_bounces
from invoicing_site.actions.mail import settle_uncertain
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event, Mail, StoppedAddress
from invoicing_site.rules import dsn
from invoicing_site.states import Bounce, MailState
from tests.helpers.mailbox import deliver_due, plain_kind, queue_plain
from tests.helpers.reports import report
from tests.helpers.workers import ROOT, environment
from tests.world import AT

pytestmark = pytest.mark.django_db
LATER = AT + dt.timedelta(hours=1)


@pytest.fixture
def sent(world: Any, monkeypatch: pytest.MonkeyPatch) -> Mail:
    plain_kind(monkeypatch)
    mail = queue_plain(world)
    deliver_due(AT)
    mail.refresh_from_db()
    return mail


def uncertain(mail: Mail) -> None:
    Mail.objects.filter(pk=mail.pk).update(state=MailState.SENDING)
    Mail.objects.filter(pk=mail.pk).update(state=MailState.UNCERTAIN)


def events() -> list[str]:
    return list(Event.objects.filter(type__regex="bounced|address").order_by("pk").values_list("type", flat=True))


def bounced(mail: Mail, *, hard: bool) -> Mail:
    return mail_bounces.mark_bounced(mail=mail.uuid, hard=hard, said="550\r\nno", actor=None, at=LATER)


def test_hard_bounce_stops_the_address_once(sent: Mail, world: Any) -> None:
    for _ in range(2):
        row = bounced(sent, hard=True)
        assert (row.state, row.bounce, row.error) == (MailState.BOUNCED, Bounce.HARD, "550 no")
    (stop,) = StoppedAddress.objects.all()
    assert (stop.company, stop.email, stop.reason, stop.mail, stop.stopped_at) == (
        world.company, "eva@kunde.example", "550 no", sent, LATER,
    )  # fmt: skip
    assert events() == ["mail.bounced", "address.stopped"]
    assert queue_plain(world).state == MailState.FAILED


def test_soft_bounce_stops_nothing_and_a_hard_one_after_it_counts(sent: Mail) -> None:
    bounced(sent, hard=False)
    assert StoppedAddress.objects.count() == 0
    bounced(sent, hard=False)
    assert events() == ["mail.bounced"]
    assert bounced(sent, hard=True).bounce == Bounce.HARD
    assert bounced(sent, hard=False).bounce == Bounce.HARD
    assert events() == ["mail.bounced", "address.stopped"]


def test_what_was_not_sent_cannot_come_back(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_kind(monkeypatch)
    mail = queue_plain(world)
    for verb in (mail_bounces.mark_delivered, lambda **kwargs: mail_bounces.mark_bounced(hard=True, said="", **kwargs)):
        with pytest.raises(BusinessError, match=r"mail\.not_sent"):
            verb(mail=mail.uuid, actor=None, at=AT)
        with pytest.raises(BusinessError, match="not_found"):
            verb(mail=uuid.uuid4(), actor=None, at=AT)
    assert StoppedAddress.objects.count() == 0


def test_bounce_of_a_mail_of_no_company_stops_nothing(sent: Mail, world: Any) -> None:
    mail = queue_plain(world, company=None)
    deliver_due(AT)
    assert bounced(mail, hard=True).state == MailState.BOUNCED
    assert StoppedAddress.objects.count() == 0


def test_reports_settle_what_was_uncertain(sent: Mail, world: Any) -> None:
    mail_bounces.mark_delivered(mail=sent.uuid, actor=None, at=LATER)
    sent.refresh_from_db()
    assert (sent.state, sent.accepted_at) == (MailState.ACCEPTED, AT), "accepted already: nothing changes"
    one, two = queue_plain(world, "one@kunde.example"), queue_plain(world, "two@kunde.example")
    uncertain(one)
    uncertain(two)
    assert mail_bounces.mark_delivered(mail=one.uuid, actor=None, at=LATER).accepted_at == LATER
    assert bounced(two, hard=False).state == MailState.BOUNCED
    with pytest.raises(BusinessError, match=r"mail\.not_uncertain"):
        settle_uncertain(company=world.company, mail=two.uuid, arrived=True, actor=None, at=LATER)


def test_people_stop_and_lift_addresses_with_a_reason(world: Any, stranger: Any) -> None:
    def stop(reason: str = "asked us to", actor: Any = world.owner) -> StoppedAddress:
        return mail_bounces.stop_address(
            company=world.company, email=" Eva@kunde.example ", actor=actor, at=AT, reason=reason
        )

    with pytest.raises(BusinessError, match=r"address\.reason"):
        stop(" ")
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        stop(actor=world.people["auditor"])
    row = stop()
    assert (row.email, row.reason) == ("Eva@kunde.example", "asked us to")
    assert stop("again").pk == row.pk
    with pytest.raises(BusinessError, match="not_found"):
        mail_bounces.lift_address(company=stranger.company, stopped=row.uuid, actor=stranger.owner, at=AT)
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        mail_bounces.lift_address(company=world.company, stopped=row.uuid, actor=world.people["auditor"], at=AT)
    lifted = mail_bounces.lift_address(company=world.company, stopped=row.uuid, actor=world.owner, at=LATER)
    assert lifted.lifted_at == LATER
    with pytest.raises(BusinessError, match=r"address\.not_stopped"):
        mail_bounces.lift_address(company=world.company, stopped=row.uuid, actor=world.owner, at=LATER)
    assert stop("once more").pk != row.pk
    assert events() == ["address.stopped", "address.lifted", "address.stopped"]


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def take(maildir: Path) -> tuple[str, str, int]:
    """(said, complained, exit code)"""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("take_bounces", maildir=maildir, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue(), error.returncode
    return out.getvalue(), err.getvalue(), 0


def test_folder_is_read_once_each_for_itself(sent: Mail, world: Any, maildir: Path, settings: Any) -> None:
    settings.MAIL_BOUNCE_DOMAIN = "bounces.example"
    early = queue_plain(world, "early@kunde.example")
    (maildir / "new" / "1.bounce").write_bytes(
        report(sent.uuid, to=f"bounce+{sent.uuid.hex}@bounces.example", message_id="")
    )
    (maildir / "new" / "2.rubbish").write_bytes(b"Subject: holiday\r\n\r\nback in June")
    (maildir / "new" / "3.early").write_bytes(report(early.uuid))
    (maildir / "new" / "4.huge").write_bytes(b"x" * (dsn.MOST + 10))
    (maildir / "new" / "5.link").symlink_to("/etc/passwd")
    said, complained, code = take(maildir)
    assert (said, code) == (f"1.bounce: {sent.uuid} bounced, hard\n", 65)
    assert complained.splitlines() == [
        "2.rubbish: refused, no delivery status notification",
        "3.early: not now, mail.not_sent",
        "4.huge: refused, larger than a report ever is",
    ]
    assert sorted(file.name for file in (maildir / "cur").iterdir()) == [
        "1.bounce:2,S", "2.rubbish:2,FS", "4.huge:2,FS",
    ]  # fmt: skip
    deliver_due(AT)
    assert take(maildir)[0] == f"3.early: {early.uuid} bounced, hard\n"
    assert take(maildir) == ("", "", 0)
    assert StoppedAddress.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "said", "state"),
    [
        ({"action": "delivered", "status": "2.0.0"}, "accepted", MailState.ACCEPTED),
        ({"action": "delayed", "status": "4.4.1"}, "delayed: nothing to do", MailState.ACCEPTED),
        ({"status": "5.2.2"}, "bounced, soft", MailState.BOUNCED),
    ],
)
def test_every_kind_of_report_has_its_effect(
    sent: Mail, maildir: Path, fields: dict[str, str], said: str, state: str
) -> None:
    (maildir / "new" / "1").write_bytes(report(sent.uuid, **fields))  # type: ignore[arg-type]
    assert take(maildir) == (f"1: {sent.uuid} {said}\n", "", 0)
    sent.refresh_from_db()
    assert sent.state == state
    assert StoppedAddress.objects.count() == 0


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    assert take(tmp_path)[2] == 65


@pytest.mark.django_db(transaction=True)
def test_pipe_takes_one_report_and_refuses_the_rest_by_exit_code(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.world import make_world

    plain_kind(monkeypatch)
    mail = queue_plain(make_world("acme"))

    def pipe(raw: bytes) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "take_bounces"],
            cwd=ROOT, env=environment(), input=raw, capture_output=True,
        )  # fmt: skip
        return done.returncode, (done.stdout + done.stderr).decode().strip()

    assert pipe(report(mail.uuid)) == (75, "CommandError: Not now: mail.not_sent.")
    deliver_due(AT)
    for _ in range(2):
        assert pipe(report(mail.uuid)) == (0, f"{mail.uuid} bounced, hard")
    assert pipe(os.urandom(3000))[0] == 65
    assert StoppedAddress.objects.count() == 1
