"""Links and codes where they must not be: logs, rows, the Referer; and guessing at length (FAULTS 46)."""

import json
import logging
import secrets
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from clients.actions.portal_codes import request_code
from invoicing_site import links
from invoicing_site.linked import read
from invoicing_site.links import TOKEN
from invoicing_site.logs import JSONFormatter
from invoicing_site.models import Mail
from tests.helpers.money import invoice
from tests.helpers.portal import EMAIL, link_to, portal_account, token_of
from tests.helpers.rows import stored

pytestmark = pytest.mark.django_db


class Held(logging.Handler):
    """What the site would write to its log, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JSONFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Any:
    root, held = logging.getLogger(), Held()
    before = root.level
    root.addHandler(held)
    root.setLevel(logging.DEBUG)
    yield held
    root.setLevel(before)
    root.removeHandler(held)


def test_no_token_in_the_log_nor_in_a_row(world: Any, log: Held) -> None:
    link = link_to(world, invoice(world))
    good, bad = token_of(link), links.make(TOKEN, world.client.uuid)
    browser = Browser()
    for token in (good, bad):
        for path in ("", "pdf/", "nowhere/"):
            browser.get(f"/l/{token}/{path}", headers={"Referer": f"http://testserver/l/{token}/"})
    browser.post(f"/l/{good}/")
    lines = [json.loads(line) for line in log.lines]
    assert any("/l/…" in json.dumps(line, ensure_ascii=False) for line in lines)
    assert [line for line in log.lines if good in line or bad in line] == []
    assert good not in repr(stored())


def test_a_page_tells_no_other_site_where_it_is(world: Any) -> None:
    link = link_to(world, invoice(world), "pay")
    answer = Browser().get(f"/l/{token_of(link)}/")
    assert answer.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    closed = Browser().get("/l/x/").headers
    assert (closed["Referrer-Policy"], closed["Cache-Control"]) == ("no-referrer", "no-store")


def test_the_code_is_in_no_log_and_no_row(world: Any, log: Held) -> None:
    portal_account(world)
    request_code(company=world.company, email=EMAIL, actor=None, at=Mail.objects.latest("id").due_at)
    code = Mail.objects.get(kind="portal_code").secret
    Browser().post("/acme/portal/sign-in/", {"email": EMAIL})
    assert [line for line in log.lines if code in line] == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM invoicing_site_mail m")
        rows = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT row_to_json(c)::text FROM clients_signincode c")
        rows += [row[0] for row in cursor.fetchall()]
    assert [row for row in rows if code in row] == []


def test_a_hundred_thousand_guesses_open_nothing(world: Any, django_assert_num_queries: Any) -> None:
    """Also with the right row: 160 bits are the proof, and a wrong one never reaches the database."""
    link = link_to(world, invoice(world))
    good = token_of(link)
    with django_assert_num_queries(0):
        for _ in range(50_000):
            assert read(secrets.token_urlsafe(36), {"view", "pay"}) is None
            assert read(good[:21] + secrets.token_urlsafe(27)[: len(good) - 21], {"view", "pay"}) is None
    assert read(good, {"view", "pay"}) == link


def test_a_link_of_another_kind_opens_nothing(world: Any) -> None:
    """An invitation's token names a row too, and is proof for something else."""
    link = link_to(world, invoice(world))
    for purpose in ("invitation", "view", "pay", "link"):
        assert Browser().get(f"/l/{links.make(purpose, link.uuid)}/").status_code == 404
    assert Browser().get(f"/invitation/{token_of(link)}/").status_code == 404
