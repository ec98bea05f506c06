"""POST /hooks/mail/: only what carries the key's signature is read, and a repeat changes nothing."""

import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from django.test import Client as Browser

from invoicing_site.models import Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.helpers.mailbox import deliver_due, plain_kind, queue_plain
from tests.world import AT

pytestmark = pytest.mark.django_db
URL, KEY = "/hooks/mail/", "a key of the provider"


@pytest.fixture
def sent(world: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Mail:
    settings.MAIL_WEBHOOK_SECRET = KEY
    plain_kind(monkeypatch)
    mail = queue_plain(world)
    deliver_due(AT)
    return mail


def post(body: Any, *, key: str = KEY, signature: str | None = None) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = "sha256=" + hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
    browser = Browser(enforce_csrf_checks=True)
    headers = {"X-Mail-Signature": made if signature is None else signature}
    return browser.post(URL, raw, content_type="application/json", headers=headers).status_code


def state(mail: Mail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.bounce


def test_permanent_bounce_stops_the_address_however_often_it_is_told(sent: Mail) -> None:
    told = {"message_id": f"{sent.uuid}@billing.example", "event": "bounced", "permanent": True, "reason": "no user"}
    assert [post(told), post(told)] == [204, 204]
    assert state(sent) == (MailState.BOUNCED, "hard")
    assert StoppedAddress.objects.get().reason == "no user"


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ({"event": "bounced", "permanent": False}, (MailState.BOUNCED, "soft")),
        ({"event": "bounced", "permanent": "yes"}, (MailState.BOUNCED, "soft")),
        ({"event": "complained", "reason": 7}, (MailState.BOUNCED, "hard")),
        ({"event": "delivered"}, (MailState.ACCEPTED, "")),
    ],
)
def test_events_by_recipient_mean_the_last_mail_to_it(sent: Mail, world: Any, told: Any, ends: Any) -> None:
    later = queue_plain(world)
    deliver_due(AT)
    queue_plain(world, due_at=AT.replace(year=2030))
    assert post({"recipient": "Eva@kunde.example", **told}) == 204
    assert state(later) == ends
    assert state(sent) == (MailState.ACCEPTED, "")


def test_mail_still_waiting_asks_the_provider_to_come_again(sent: Mail, world: Any) -> None:
    mail = queue_plain(world)
    assert post({"message_id": f"<{mail.uuid}@x.example>", "event": "bounced", "permanent": True}) == 503
    assert state(mail) == (MailState.QUEUED, "")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b"\xff\xfe", b"[" * 50_000, {}, {"event": "bounced"}, {"event": "opened", "recipient": "a@b.example"},
        {"event": "bounced", "recipient": 7}, {"event": ["bounced"], "recipient": "a@b.example"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(sent: Mail, body: Any) -> None:
    assert post(body) == 400
    assert state(sent) == (MailState.ACCEPTED, "")


def test_mails_that_are_not_ours_are_none_of_our_business(sent: Mail) -> None:
    for name in ({"recipient": "nobody@x.example"}, {"message_id": f"<{uuid.uuid4()}@x.example>"}, {"message_id": "x"}):
        assert post({"event": "bounced", "permanent": True, **name}) == 204
    assert state(sent) == (MailState.ACCEPTED, "")
    assert StoppedAddress.objects.count() == 0


def test_wrong_signature_no_key_too_much(sent: Mail, settings: Any) -> None:
    told = {"message_id": f"<{sent.uuid}@x.example>", "event": "bounced", "permanent": True}
    assert post(told, key="another") == 403
    assert post(told, signature="") == 403
    assert post(told, signature="sha256=é") == 403
    assert post(b" " * (70 * 1024)) == 413
    settings.MAIL_WEBHOOK_SECRET = ""
    assert post(told, key="") == 404
    assert Browser().get(URL).status_code == 405
    assert state(sent) == (MailState.ACCEPTED, "")
