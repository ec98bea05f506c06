"""What a customer sees of their documents in the portal, and what it costs."""

import datetime as dt
import gzip
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser
from PIL import Image

from billing.actions.void import void
from clients.actions.portal import change_profile
from invoicing_site.actions.companies import change_logo
from tests.helpers.editor import draft_of
from tests.helpers.money import all_of, invoice, payment
from tests.helpers.portal import link_to, portal_account, portal_client, render, token_of
from tests.world import AT, TODAY, make_client

pytestmark = pytest.mark.django_db
OURS = ("billing.reports.portal.balances", "billing.reports.portal.latest")
LIMIT = 60_000  # bytes over the wire at the first visit: the page and every file it names


@pytest.fixture(autouse=True)
def _today(monkeypatch: Any) -> None:
    monkeypatch.setattr("invoicing_site.clock.now", lambda: AT)


@pytest.fixture
def customer(world: Any) -> Browser:
    account = portal_account(world)
    change_profile(account=account, name="Ada", language="en", actor=None, at=AT)
    return portal_client(account)


def text(answer: Any) -> str:
    """What a reader sees, in one line."""
    page = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#x27;", "'").split())


def test_the_open_balance_comes_first_in_each_currency(world: Any, customer: Browser) -> None:
    late = TODAY - dt.timedelta(days=60)
    invoice(world, "100.00", on=late)
    invoice(world, "50.00")
    paid = invoice(world, "20.00")
    payment(world, "20.00", all_of(paid))
    draft_of(world)
    seen = text(customer.get("/acme/portal/"))
    assert "Open balance €150.00 2 documents · €100.00 overdue" in seen
    assert seen.index("Open balance") < seen.index("To be paid") < seen.index("Latest documents")
    assert "€20.00" in seen.split("Latest documents")[1]
    assert "€20.00" not in seen.split("Latest documents")[0]
    assert seen.count("Overdue") == 2


def test_nothing_owed_says_so(world: Any, customer: Browser) -> None:
    assert "Nothing to pay" in text(customer.get("/acme/portal/"))
    assert "There are no documents yet." in text(customer.get("/acme/portal/documents/"))


def test_only_issued_and_void_documents_of_ones_own_clients(world: Any, stranger: Any, customer: Browser) -> None:
    other = make_client(world.company, "Südlicht GmbH")
    mine, gone = invoice(world), invoice(world)
    void(company=world.company, document_uuid=gone.uuid, reason="Falsch", actor=world.accountant, at=AT)
    hidden = [draft_of(world), invoice(world, client=other), invoice(stranger)]
    listed = customer.get("/acme/portal/documents/").content.decode()
    assert set(re.findall(r"/acme/portal/documents/([0-9a-f-]{36})/", listed)) == {str(mine.uuid), str(gone.uuid)}
    for document in hidden:
        assert str(document.uuid) not in listed
        for path in ("", "pdf/"):
            answer = customer.get(f"/acme/portal/documents/{document.uuid}/{path}")
            assert answer.status_code == 404
            assert "There is no such page" in text(answer)
    assert customer.get(f"/globex/portal/documents/{hidden[2].uuid}/").status_code == 302


def test_a_document_says_what_is_open_and_shows_itself(world: Any, customer: Browser) -> None:
    document = invoice(world, "100.00", language="de")
    seen = text(customer.get(f"/acme/portal/documents/{document.uuid}/"))
    assert f"Invoice {document.number} Open" in seen
    assert "Amount €100.00 Open €100.00 Due" in seen
    assert f"Rechnung {document.number}" in seen  # the document keeps its own language


def test_void_and_paid_documents_say_that_nothing_is_to_be_paid(world: Any, customer: Browser) -> None:
    gone, paid = invoice(world), invoice(world)
    void(company=world.company, document_uuid=gone.uuid, reason="Falsch", actor=world.accountant, at=AT)
    payment(world, "100.00", all_of(paid))
    assert "This document is void. Nothing is to be paid" in text(customer.get(f"/acme/portal/documents/{gone.uuid}/"))
    assert "This document is paid." in text(customer.get(f"/acme/portal/documents/{paid.uuid}/"))


def test_the_pdf_is_awaited_and_then_the_stored_bytes(world: Any, customer: Browser) -> None:
    document = invoice(world)
    url = f"/acme/portal/documents/{document.uuid}/pdf/"
    waiting = customer.get(url)
    assert waiting.status_code == 202
    assert 'http-equiv="refresh"' in waiting.content.decode()
    assert "no-store" in waiting.headers["Cache-Control"]
    render(document)
    ready = customer.get(url)
    assert (ready.status_code, ready.headers["Content-Type"], ready.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert ready.headers["Content-Disposition"] == f'inline; filename="{document.number}.pdf"'
    assert customer.get(f"{url}?download").headers["Content-Disposition"].startswith("attachment")
    link = Browser().get(f"/l/{token_of(link_to(world, document))}/pdf/")
    assert (link.status_code, link.content) == (200, ready.content)


def test_a_long_list_is_paged(world: Any, customer: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr("billing.reports.keyset.keyset.__kwdefaults__", {"size": 2})
    made = [str(invoice(world).uuid) for _ in range(5)]
    seen, url = [], "/acme/portal/documents/"
    for _ in range(3):
        page = customer.get(url).content.decode()
        seen += re.findall(r'href="/acme/portal/documents/([0-9a-f-]{36})/"', page)
        older = re.search(r'href="(\?after=[^"]+)"', page)
        url = f"/acme/portal/documents/{older[1]}" if older else ""
    assert (seen, url) == (made[::-1], "")


@pytest.mark.parametrize("documents", [1, 8])
def test_pages_cost_the_same_however_much_there_is(
    world: Any, customer: Browser, django_assert_num_queries: Any, monkeypatch: Any, documents: int
) -> None:
    """Without what the payments' floor adds, which counts its own."""
    monkeypatch.setattr("billing.views.outside.PORTAL_PANELS", ())
    monkeypatch.setattr("clients.views.portal.PORTAL_HOME", OURS)
    made = [invoice(world) for _ in range(documents)]
    customer.get("/acme/portal/")
    with django_assert_num_queries(7):  # session, account, balances, open ones, may pay, pays online, latest
        customer.get("/acme/portal/")
    with django_assert_num_queries(3):  # session, account, list
        customer.get("/acme/portal/documents/")
    with django_assert_num_queries(4):  # session, account, document, snapshot
        customer.get(f"/acme/portal/documents/{made[0].uuid}/")
    with django_assert_num_queries(2):
        customer.get("/acme/portal/profile/")


def weight(answer: Any) -> int:
    """Bytes of the page and of each file it names, as compressed as they travel."""
    html = answer.content.decode()
    files = set(re.findall(r'(?:src|href)="/static/([^"?#]+)"', html))
    sizes = [len(gzip.compress((Path(settings.BASE_DIR) / "static" / name).read_bytes(), 6)) for name in files]
    assert files >= {"css/site.css", "css/portal.css"}
    return len(gzip.compress(answer.content, 6)) + sum(sizes)


def test_the_first_visit_weighs_little_and_waits_for_no_script(world: Any, customer: Browser) -> None:
    document = [invoice(world) for _ in range(12)].pop()
    pages = {
        "sign-in": Browser().get("/acme/portal/sign-in/"),
        "home": customer.get("/acme/portal/"),
        "list": customer.get("/acme/portal/documents/"),
        "document": customer.get(f"/acme/portal/documents/{document.uuid}/"),
        "link": Browser().get(f"/l/{token_of(link_to(world, document))}/"),
    }
    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    assert {name: size for name, page in pages.items() if (size := weight(page)) > LIMIT} == {}
    for page in pages.values():
        assert re.findall(r"<script(?![^>]*\bdefer\b)", page.content.decode()) == []


def test_the_logo_stands_for_the_name_small_and_kept(world: Any, customer: Browser) -> None:
    assert customer.get("/acme/portal/logo/").status_code == 404
    held = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 900)).save(held, "PNG")
    change_logo(company_id=world.company.pk, picture=held.getvalue(), actor=world.owner, at=AT)
    page = Browser().get("/acme/portal/sign-in/").content.decode()
    shown = re.search(r'<img src="(/acme/portal/logo/\?v=\d+)" width="180" height="32" alt="Acme">', page)
    assert shown
    for _ in range(2):
        answer = Browser().get(shown[1])
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
        assert Image.open(io.BytesIO(answer.content)).size == (114, 64)
        assert len(answer.content) < 20_000


def test_the_account_chooses_its_language(world: Any, customer: Browser) -> None:
    assert 'lang="en"' in customer.get("/acme/portal/").content.decode()[:400]
    answer = customer.post("/acme/portal/language/", {"language": "de", "next": "/acme/portal/profile/"})
    assert answer.headers["Location"] == "/acme/portal/profile/"
    page = customer.get("/acme/portal/profile/").content.decode()
    assert '<html lang="de"' in page
    saved = customer.post("/acme/portal/profile/", {"name": "Ada L.", "language": "en"})
    assert saved.headers["Location"] == "/acme/portal/profile/"
    page = customer.get("/acme/portal/profile/").content.decode()
    assert '<html lang="en"' in page
    assert 'value="Ada L."' in page
    assert customer.post("/acme/portal/profile/", {"name": "x" * 121, "language": "en"}).status_code == 422
