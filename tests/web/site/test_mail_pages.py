"""The mail log: what it lists, how it is narrowed, one mail's page, what can be done about it; counts on the dashboard."""

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from invoicing_site import clock
from invoicing_site.actions import mail as mails
from invoicing_site.models import Mail, StoppedAddress
from invoicing_site.states import MailState
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.world import AT

pytestmark = pytest.mark.django_db
LOG = "/acme/mail/"
QUERIES = 10


def queued(world: Any, recipient: str = "eva@kunde.example", *, kind: str = "document", subject: Any = None) -> Mail:
    return mails.queue(
        company=world.company,
        kind=kind,
        subject=("document", subject or uuid.uuid4()),
        recipient=recipient,
        language="en",
        dedupe_key=f"{kind}:{uuid.uuid4()}",
        actor=world.owner,
        at=clock.now(),
    )


def at_state(mail: Mail, state: str, **fields: Any) -> Mail:
    for step in {"accepted": ["sending"], "bounced": ["sending", "accepted"], "uncertain": ["sending"]}.get(state, []):
        Mail.objects.filter(pk=mail.pk).update(state=step)
    Mail.objects.filter(pk=mail.pk).update(state=state, **fields)
    mail.refresh_from_db()
    return mail


def shown(browser: Browser, url: str = LOG, **query: str) -> str:
    answer = browser.get(url, query)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def recipients(page: str) -> list[str]:
    return re.findall(r'<td class="cell-lead"><a href="[^"]+">([^<]+)</a>', page)


@pytest.fixture
def auditor(world: Any) -> Browser:
    return office_client(world.people["auditor"])


@pytest.fixture
def clerk(world: Any) -> Browser:
    return office_client(world.people["clerk"])


def test_newest_first_with_what_it_is_about(world: Any, stranger: Any, auditor: Browser) -> None:
    document = invoice(world)
    queued(world, "a@b.example", subject=document.uuid)
    queued(world, "c@d.example", kind="invitation")
    queued(stranger, "foreign@globex.example")
    page = shown(auditor)
    assert recipients(page) == ["c@d.example", "a@b.example"]
    assert f'<a href="/acme/documents/{document.uuid}/">{document.number}</a>' in page
    assert "/cancel/" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "KUNDE"}, ["eva@kunde.example"]),
        ({"q": "%"}, []),
        ({"q": "_"}, ["under_score@b.example"]),
        ({"state": "queued"}, ["under_score@b.example"]),
        ({"state": "failed"}, ["eva@kunde.example"]),
        ({"state": "attention"}, ["eva@kunde.example"]),
        ({"kind": "invitation"}, ["under_score@b.example"]),
        ({"kind": "document", "state": "queued"}, []),
        ({"state": "nonsense"}, []),
        ({"q": "\0"}, []),
    ],
)
def test_filters(world: Any, auditor: Browser, query: dict[str, str], found: list[str]) -> None:
    at_state(queued(world), "failed", error="550 no")
    queued(world, "under_score@b.example", kind="invitation")
    assert recipients(shown(auditor, **query)) == found


def test_what_a_later_mail_replaced_needs_no_look(world: Any, auditor: Browser) -> None:
    about = uuid.uuid4()
    at_state(queued(world, subject=about), "failed")
    assert len(recipients(shown(auditor, state="attention"))) == 1
    queued(world, subject=about)
    assert recipients(shown(auditor, state="attention")) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_stay_the_same(world: Any, auditor: Browser, rows: int) -> None:
    for place in range(rows):
        queued(world, f"a{place}@b.example", subject=invoice(world).uuid)
        StoppedAddress.objects.create(company=world.company, email=f"s{place}@b.example", reason="x", stopped_at=AT)
    shown(auditor)
    with CaptureQueriesContext(connection) as queries:
        assert len(recipients(shown(auditor))) == rows
    assert len(queries) == QUERIES, [query["sql"] for query in queries]


def test_pages_by_keyset(world: Any, auditor: Browser) -> None:
    for place in range(52):
        queued(world, f"a{place:02}@b.example")
    page = shown(auditor)
    assert (len(recipients(page)), recipients(page)[0]) == (50, "a51@b.example")
    (older,) = re.findall(r'href="\?after=([^"&]+)"', page)
    assert recipients(shown(auditor, after=older)) == ["a01@b.example", "a00@b.example"]


def test_one_mail_says_everything_and_what_happened(world: Any, clerk: Browser) -> None:
    document = invoice(world)
    mail = queued(world, subject=document.uuid)
    at_state(mail, "bounced", bounce="hard", error="user unknown", response="250 ok", accepted_at=AT, attempts=2)
    page = shown(clerk, f"{LOG}{mail.uuid}/")
    for text in (
        "The address does not take mail. user unknown",
        "250 ok",
        "E-mail written",
        str(mail.uuid),
        "Owner Acme",
    ):
        assert text in page
    assert f"/acme/documents/{document.uuid}/" in page


def test_undo_leads_back_to_what_it_is_about_or_to_the_mail(world: Any, clerk: Browser) -> None:
    document = invoice(world)
    first, second = queued(world, subject=document.uuid), queued(world, "x@b.example", subject=document.uuid)
    answer = clerk.post(f"{LOG}{first.uuid}/cancel/")
    assert answer.headers["Location"] == f"/acme/documents/{document.uuid}/#mails"
    answer = clerk.post(f"{LOG}{second.uuid}/cancel/", {"back": "mail"})
    assert answer.headers["Location"] == f"{LOG}{second.uuid}/"
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.CANCELLED}


def test_too_late_is_said_and_changes_nothing(world: Any, clerk: Browser) -> None:
    mail = at_state(queued(world), "accepted", accepted_at=AT)
    clerk.post(f"{LOG}{mail.uuid}/cancel/")
    mail.refresh_from_db()
    assert mail.state == MailState.ACCEPTED
    assert "already on its way and cannot be called back" in shown(clerk, f"{LOG}{mail.uuid}/")


def test_a_stop_is_lifted_from_the_log_and_leads_nowhere_else(world: Any, clerk: Browser) -> None:
    row = StoppedAddress.objects.create(company=world.company, email="s@b.example", reason="unknown", stopped_at=AT)
    assert "s@b.example" in shown(clerk)
    answer = clerk.post(f"{LOG}addresses/{row.uuid}/lift/", {"next": "https://evil.example/acme/"})
    row.refresh_from_db()
    assert (answer.headers["Location"], row.lifted_at is not None) == (LOG, True)
    assert "s@b.example" not in shown(clerk).replace("We write to s@b.example again.", "")


def test_auditors_look_and_change_nothing(world: Any, auditor: Browser) -> None:
    mail = queued(world)
    for verb in ("cancel", "again", "settle"):
        assert auditor.post(f"{LOG}{mail.uuid}/{verb}/").status_code == 403
    mail.refresh_from_db()
    assert mail.state == MailState.QUEUED


def test_the_client_page_shows_what_does_not_arrive(world: Any, clerk: Browser) -> None:
    address = f"/acme/clients/{world.client.uuid}/"
    assert "E-mail that does not arrive" not in shown(clerk, address)
    StoppedAddress.objects.create(
        company=world.company, email=world.client.email.upper(), reason="user unknown", stopped_at=AT
    )
    document = invoice(world)
    at_state(queued(world, "other@b.example", subject=document.uuid), "bounced", bounce="soft", error="mailbox full")
    page = shown(clerk, address)
    for text in ("E-mail that does not arrive", "user unknown", "other@b.example", "mailbox full", "Write to it again"):
        assert text in page


def test_the_dashboard_counts_what_somebody_should_look_at(world: Any, auditor: Browser) -> None:
    invoice(world)
    assert "E-mails to look at" not in shown(auditor, "/acme/")
    at_state(queued(world), "failed")
    at_state(queued(world, "x@b.example"), "uncertain")
    old = at_state(queued(world, "y@b.example"), "failed")
    assert (old.created_at - clock.now()) < dt.timedelta(minutes=1)
    page = shown(auditor, "/acme/")
    assert '<a href="/acme/mail/?state=attention"><span class="badge badge-bad">3</span></a>' in page
