"""One document behind a link: who looked is noted, and nobody else learns the address (FAULTS 46)."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client as Browser

from billing.actions.viewed import note_view
from invoicing_site import clock, limits, linked
from invoicing_site.models import Event, Link
from tests.helpers.money import invoice
from tests.helpers.people import office_client
from tests.helpers.portal import link_to, portal_account, portal_client, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(world: Any) -> Link:
    return link_to(world, invoice(world, language="de"))


def path(link: Link) -> str:
    return f"/l/{token_of(link)}/"


def looks() -> list[tuple[str, uuid.UUID, dict[str, Any]]]:
    rows = Event.objects.filter(type="document.viewed").order_by("id")
    return [(row.subject_kind, row.subject, row.data) for row in rows]


def test_a_look_is_noted_once_a_day(link: Link, monkeypatch: Any) -> None:
    browser = Browser()
    for _ in range(3):
        assert browser.get(path(link), headers={"Sec-Fetch-Dest": "document"}).status_code == 200
    expected = ("document", link.subject, {"link": str(link.uuid)})
    assert looks() == [expected]
    later = clock.now() + dt.timedelta(days=1)
    monkeypatch.setattr("invoicing_site.clock.now", lambda: later)
    browser.get(path(link))
    assert looks() == [expected] * 2


def test_each_link_is_noted_for_itself(world: Any, link: Link) -> None:
    from billing.models import Document

    other = link_to(world, Document.objects.get(uuid=link.subject))
    for one in (link, other, link):
        Browser().get(path(one))
    assert [data["link"] for _, _, data in looks()] == [str(link.uuid), str(other.uuid)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "iframe"}, {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}, {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"User-Agent": "facebookexternalhit/1.1"}, {"User-Agent": "WhatsApp/2.23"}, {"User-Agent": "python-requests/2"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ],
)  # fmt: skip
def test_machines_do_not_look(link: Link, headers: dict[str, str]) -> None:
    assert Browser().get(path(link), headers=headers).status_code == 200
    assert looks() == []


def test_head_and_the_pdf_are_no_look(link: Link) -> None:
    assert Browser().head(path(link)).status_code == 200
    assert Browser().get(f"{path(link)}pdf/").status_code == 202
    assert looks() == []


def test_a_person_on_a_phone_does(link: Link) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"
    Browser().get(path(link), headers={"User-Agent": agent})
    assert len(looks()) == 1


def test_the_verb_says_whether_it_noted(world: Any, link: Link) -> None:
    given = {"company": world.company, "link_uuid": link.uuid, "actor": None, "at": clock.now()}
    assert [note_view(**given), note_view(**given)] == [True, False]


def test_the_page_speaks_the_documents_language_or_the_asked_one(link: Link) -> None:
    assert '<html lang="de"' in Browser().get(path(link), headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="en"' in Browser().get(f"{path(link)}?language=en").content.decode()
    assert '<html lang="de"' in Browser().get(f"{path(link)}?language=xx").content.decode()


def test_a_page_costs_the_same_each_time(link: Link, django_assert_num_queries: Any, monkeypatch: Any) -> None:
    """Without what the payments' floor adds, which counts its own."""
    monkeypatch.setattr("billing.views.outside.PORTAL_PANELS", ())
    browser = Browser()
    browser.get(path(link))
    with django_assert_num_queries(4):  # link, document, seen today, snapshot
        browser.get(path(link))


def test_the_link_opens_nothing_else(world: Any, link: Link) -> None:
    """Neither another document, nor the portal, nor the office; and it needs no session of its own."""
    browser, other = Browser(), invoice(world)
    browser.get(path(link))
    assert "sessionid" not in browser.cookies
    assert str(other.uuid) not in browser.get(path(link)).content.decode()
    assert browser.get("/acme/portal/").status_code == 302
    assert browser.get(f"/acme/portal/documents/{other.uuid}/").status_code == 302
    assert browser.get("/acme/").status_code == 302


def test_whoever_is_signed_in_sees_the_same(world: Any, link: Link) -> None:
    plain = Browser().get(path(link)).content
    assert office_client(world.owner).get(path(link)).content == plain
    assert portal_client(portal_account(world)).get(path(link)).content == plain


def test_the_office_sees_links_and_withdraws_them(world: Any, link: Link) -> None:
    clerk, page = office_client(world.people["clerk"]), f"/acme/documents/{link.subject}/"
    assert path(link) in clerk.get(page).content.decode()
    assert path(link) not in office_client(world.people["auditor"]).get(page).content.decode()
    assert office_client(world.people["auditor"]).post(f"/acme/links/{link.uuid}/revoke/").status_code == 403
    assert Browser().get(path(link)).status_code == 200
    assert clerk.post(f"/acme/links/{link.uuid}/revoke/").headers["Location"] == page
    assert Browser().get(path(link)).status_code == 404
    shown = clerk.get(page).content.decode()
    assert (path(link) in shown, "withdrawn" in shown, "Link withdrawn" in shown) == (False, True, True)


def test_another_company_cannot_withdraw_it(stranger: Any, link: Link) -> None:
    assert office_client(stranger.owner).post(f"/globex/links/{link.uuid}/revoke/").status_code == 404
    assert Browser().get(path(link)).status_code == 200


def test_guesses_are_counted_by_address(link: Link, monkeypatch: Any) -> None:
    monkeypatch.setattr(linked, "BAD_TOKENS", 5)
    browser = Browser()
    assert [browser.get(f"/l/{'A' * 47}{n}/").status_code for n in range(7)] == [404] * 5 + [429] * 2
    assert browser.get(path(link)).status_code == 200  # what is no guess is not held up by others'
    assert Browser(REMOTE_ADDR="192.0.2.7").get("/l/x/").status_code == 404


def test_a_cache_that_is_down_locks_nobody_out(link: Link, monkeypatch: Any) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(limits.cache, "add", broken)
    assert Browser().get("/l/x/").status_code == 404
    assert Browser().get(path(link)).status_code == 200
