"""The page of one document: what it shows in each state, and the verbs on it."""

import datetime as dt
from decimal import Decimal
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.actions.void import record_delivery
from billing.models import Document, Entry, ExchangeRate, Settlement, TaxCode, TaxRate
from billing.rules.draft import Draft, DraftLine
from clients.models import Address
from invoicing_site.models import Event, Period
from payments.actions.allocate import Share
from payments.actions.receive import Receipt, record_payment
from tests.helpers.editor import draft_of
from tests.world import AT, TODAY


def url(document: Document, verb: str = "") -> str:
    return f"/acme/documents/{document.uuid}/{verb}"


def text(answer: Any) -> str:
    page = lxml.html.fromstring(answer.content.decode())
    return " ".join(page.get_element_by_id("content").text_content().split())


def sent(answer: Any, action: str) -> dict[str, str]:
    """The fields of the form that posts to `action`."""
    page = lxml.html.fromstring(answer.content.decode())
    (form,) = page.xpath(f"//form[@action='{action}']")
    return {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@name]")}


NO_RATE = "There is no exchange rate for USD on or before 15 May 2026. Enter one under Settings, Exchange rates."


def issued(world: Any, **fields: Any) -> Document:
    made = draft_of(world, **fields)
    return issue(company=world.company, document_uuid=made.uuid, actor=world.accountant, at=AT)


def facts() -> tuple[Any, ...]:
    """All that a refused verb must leave as it was."""
    rows = Document.objects.order_by("id").values_list("state", "number", "revision", "open_amount", "delivered_on")
    return list(rows), Entry.objects.count(), Settlement.objects.count(), Event.objects.count()


def test_a_draft_shows_what_issuing_will_do(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    answer = clerk.get(url(document))
    said = text(answer)
    for part in ("Ready to issue", "RE-2026-00001", "16 Mar 2026", "30 Mar 2026", "€310.32", "ENTWURF", "Beratung"):
        assert part.casefold() in said.casefold(), part
    assert sent(answer, url(document, "issue/"))["revision"] == "1"


def test_issue_gives_the_number_that_was_announced_and_books_it(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    form = sent(clerk.get(url(document)), url(document, "issue/"))
    answer = clerk.post(url(document, "issue/"), form)
    assert (answer.status_code, answer["Location"]) == (302, url(document))
    document.refresh_from_db()
    assert (document.number, document.state, Entry.objects.count()) == ("RE-2026-00001", "issued", 1)
    assert "RE-2026-00001 is issued." in text(clerk.get(url(document)))


def test_a_double_click_on_issue_gives_one_number(world: Any, clerk: Browser) -> None:
    document, other = draft_of(world), draft_of(world)
    form = sent(clerk.get(url(document)), url(document, "issue/"))
    answers = [clerk.post(url(document, "issue/"), form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [url(document)] * 2
    form = sent(clerk.get(url(other)), url(other, "issue/"))
    clerk.post(url(other, "issue/"), form)
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == [
        "RE-2026-00001",
        "RE-2026-00002",
    ]
    assert Event.objects.filter(type="document.issued").count() == 2


def test_what_was_changed_meanwhile_is_not_issued(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    form = sent(clerk.get(url(document)), url(document, "issue/"))
    Document.objects.filter(pk=document.pk).update(revision=2)
    before = facts()
    answer = clerk.post(url(document, "issue/"), form)
    assert (answer.status_code, facts()) == (422, before)
    assert "Somebody changed this draft meanwhile." in text(answer)
    assert clerk.post(url(document, "issue/"), form | {"revision": "x", "form_key": "k" * 20}).status_code == 422
    assert facts() == before


def test_a_form_without_its_key_issues_nothing(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    before = facts()
    answer = clerk.post(url(document, "issue/"), {"revision": "1"})
    assert (answer.status_code, "This form is incomplete." in text(answer), facts()) == (422, True, before)


def test_each_thing_in_the_way_is_named_with_the_place_to_put_it_right(world: Any, clerk: Browser) -> None:
    tax = TaxCode.objects.get(company=world.company, code="EU-RC")
    line = DraftLine("Rat", Decimal(1), Decimal(1), tax_codes=(tax.pk,))
    document = draft_of(world, line, currency="USD", issue_date=TODAY + dt.timedelta(days=60), allowances=())
    Address.objects.filter(client=world.client).delete()
    page = lxml.html.fromstring(clerk.get(url(document)).content.decode())
    found = {
        node.xpath("string(span/text())").strip(): node.xpath("string(.//a/@href)")
        for node in page.xpath("//ul[@class='hints']/li")
    }
    client_page = f"/acme/clients/{world.client.uuid}/edit/"
    assert found == {
        "The client has no billing address. Add one on the client's page.": client_page,
        "Reverse charge and intra-Community supplies need the client's VAT id. Add it on the client's page.": client_page,
        "The date lies more than 31 days ahead. Choose an earlier one.": url(document, "edit/#id_issue_date"),
        NO_RATE: found[NO_RATE],
    }
    assert page.xpath(f"//form[@action='{url(document, 'issue/')}']") == []
    before = facts()
    answer = clerk.post(url(document, "issue/"), {"revision": "1", "form_key": "k" * 20})
    assert (answer.status_code, facts()) == (422, before)


def test_a_draft_without_lines_sends_to_the_lines(world: Any, clerk: Browser) -> None:
    empty = Draft(client_id=world.client.pk, currency="EUR")
    document = create_draft(company=world.company, draft=empty, actor=world.accountant, at=AT)
    page = lxml.html.fromstring(clerk.get(url(document)).content.decode())
    assert page.xpath("//ul[@class='hints']//a/@href") == [url(document, "edit/#lines")]


def test_an_issued_document_is_shown_from_its_snapshot(world: Any, clerk: Browser) -> None:
    document = issued(world)
    world.client.name = "Renamed Ltd"
    world.client.save()
    answer = clerk.get(url(document))
    paper = lxml.html.fromstring(answer.content.decode()).xpath("//article[contains(@class,'paper')]")[0]
    said = " ".join(paper.text_content().split())
    assert paper.get("lang") == "de"
    assert ("Nordlicht Medien GmbH" in said, "Renamed" in said, "310,32 €" in said.replace("\xa0", " ")) == (
        True,
        False,
        True,
    )


def test_the_proof_names_the_place_in_both_chains(world: Any, clerk: Browser) -> None:
    first, second = issued(world), issued(world)
    said = text(clerk.get(url(second)))
    assert bytes(second.snapshot.hash).hex() in said
    assert bytes(first.snapshot.hash).hex() in said  # the one before it


def test_the_next_step_is_said_in_each_state(world: Any, clerk: Browser) -> None:
    late = issued(world, issue_date=dt.date(2026, 2, 1))
    assert "€310.32 is open, 29 days late (due 15 Feb 2026)." in text(clerk.get(url(late)))
    document = issued(world)
    said = text(clerk.get(url(document)))
    assert "€310.32 is open until 30 Mar 2026. It has not reached the client yet" in said
    receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", document.total, "")
    shares = (Share(document.uuid, document.total),)
    record_payment(company=world.company, receipt=receipt, shares=shares, actor=world.accountant, at=AT)
    assert "Paid in full. Nothing is left to do." in text(clerk.get(url(document)))
    free = issued(world, lines=(DraftLine("Geschenk", Decimal(1), Decimal(0)),), allowances=())
    assert "The total is zero: settled at issue." in text(clerk.get(url(free)))


def test_a_foreign_document_shows_what_it_is_in_the_books(world: Any, clerk: Browser) -> None:
    ExchangeRate.objects.create(company=world.company, currency="USD", rate_date=TODAY, rate="0.5", source="ECB")
    document = issued(world, currency="USD", language="en")
    assert "€155.16 at 0.5 (ECB, 16 Mar 2026)" in text(clerk.get(url(document)))


def test_an_accountant_voids_with_a_reason(world: Any, browser: Any) -> None:
    accountant, document = browser("accountant"), issued(world)
    form = sent(accountant.get(url(document)), url(document, "void/"))
    refused = accountant.post(url(document, "void/"), form | {"reason": " "})
    assert (refused.status_code, "This field is required." in text(refused)) == (422, True)
    answers = [accountant.post(url(document, "void/"), form | {"reason": "Falsche Kundin"}) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [url(document)] * 2
    document.refresh_from_db()
    assert (document.state, document.void_reason, document.open_amount) == ("void", "Falsche Kundin", 0)
    said = text(accountant.get(url(document)))
    assert "Void since 16 Mar 2026. Falsche Kundin" in said
    assert "Record payment" not in said


def test_a_clerk_neither_sees_nor_does_it(world: Any, clerk: Browser) -> None:
    document = issued(world)
    before = facts()
    assert url(document, "void/") not in clerk.get(url(document)).content.decode()
    assert clerk.post(url(document, "void/"), {"reason": "x", "form_key": "k" * 20}).status_code == 403
    assert facts() == before


@pytest.mark.parametrize("why", ["delivered", "settled", "closed"])
def test_what_the_world_relies_on_cannot_be_voided_and_says_why(world: Any, browser: Any, why: str) -> None:
    accountant, document = browser("accountant"), issued(world, issue_date=dt.date(2026, 3, 1))
    key = sent(accountant.get(url(document)), url(document, "void/"))
    if why == "delivered":
        record_delivery(company=world.company, document_uuid=document.uuid, on=TODAY, actor=world.owner, at=AT)
        sentence = "This document was already delivered. Correct it with a credit note instead of voiding it."
    elif why == "settled":
        receipt = Receipt(world.client.pk, "transfer", TODAY, "EUR", Decimal(5), "")
        shares = (Share(document.uuid, Decimal(5)),)
        record_payment(company=world.company, receipt=receipt, shares=shares, actor=world.owner, at=AT)
        sentence = "Payments are applied to this document. Undo them first."
    else:
        Period.objects.filter(company=world.company).update(closed_through=dt.date(2026, 3, 1))
        sentence = "The books are closed through"
    before = facts()
    page = accountant.get(url(document))
    assert (sentence in text(page), url(document, "void/") in page.content.decode()) == (True, False)
    answer = accountant.post(url(document, "void/"), key | {"reason": "Irrtum"})
    assert (answer.status_code, sentence in text(answer), facts()) == (422, True, before)


def test_a_delivery_is_noted_once(world: Any, clerk: Browser) -> None:
    document = issued(world)
    form = sent(clerk.get(url(document)), url(document, "deliver/"))
    assert form["on"] == "2026-03-16"
    assert clerk.post(url(document, "deliver/"), form).status_code == 302
    document.refresh_from_db()
    assert document.delivered_on == TODAY
    assert url(document, "deliver/") not in clerk.get(url(document)).content.decode()


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("", "This field is required."),
        ("2026-03-15", "The delivery date lies before the document's date or in the future."),
        ("2026-03-17", "The delivery date lies before the document's date or in the future."),
        ("soon", "Enter a valid date."),
        ("0026-03-16", "Check the year."),
    ],
)
def test_a_day_on_which_nothing_can_have_been_delivered(world: Any, clerk: Browser, on: str, sentence: str) -> None:
    document = issued(world)
    before = facts()
    answer = clerk.post(url(document, "deliver/"), {"on": on})
    page = lxml.html.fromstring(answer.content.decode())
    assert (answer.status_code, page.get_element_by_id("id_on_error").text_content().strip()) == (422, sentence)
    assert facts() == before


def test_a_draft_is_not_delivered(world: Any, clerk: Browser) -> None:
    draft = draft_of(world)
    before = facts()
    answer = clerk.post(url(draft, "deliver/"), {"on": "2026-03-16"})
    assert (answer.status_code, "Only an issued document allows this." in text(answer), facts()) == (422, True, before)


def test_a_draft_whose_tax_has_no_rate_that_day_says_so(world: Any, clerk: Browser) -> None:
    draft = draft_of(world)
    TaxRate.objects.filter(tax_code__code="DE7", company=world.company).delete()
    answer = clerk.get(url(draft))
    assert "The tax DE7 has no rate on 16 Mar 2026." in text(answer)
    assert lxml.html.fromstring(answer.content.decode()).xpath("//article[contains(@class,'paper')]") == []


def test_a_draft_is_deleted_and_an_issued_document_is_not(world: Any, clerk: Browser) -> None:
    draft, document = draft_of(world), issued(world)
    assert clerk.post(url(draft, "delete/"))["Location"] == "/acme/documents/"
    assert list(Document.objects.all()) == [document]
    before = facts()
    answer = clerk.post(url(document, "delete/"))
    assert (answer.status_code, "already issued" in text(answer), facts()) == (422, True, before)
    assert clerk.post(url(draft, "delete/")).status_code == 404


VERBS = ("issue/", "void/", "deliver/", "delete/")


def test_another_companys_document_does_not_exist(world: Any, stranger: Any, browser: Any) -> None:
    theirs = issued(stranger)
    before, owner = facts(), browser("owner")
    assert [owner.get(url(theirs, page)).status_code for page in ("", "pdf/", "file/", "edit/")] == [404] * 4
    assert [owner.post(url(theirs, verb), {"form_key": "k" * 20}).status_code for verb in VERBS] == [404] * 4
    assert facts() == before


def test_an_auditor_reads_and_no_more(world: Any, browser: Any) -> None:
    auditor, draft, document = browser("auditor"), draft_of(world), issued(world)
    before = facts()
    for one in (draft, document):
        page = auditor.get(url(one)).content.decode()
        assert [verb for verb in (*VERBS, "edit/") if url(one, verb) in page] == []
        assert "documents/new" not in page
        assert [auditor.post(url(one, verb), {"form_key": "k" * 20}).status_code for verb in VERBS] == [403] * 4
    assert facts() == before


def test_the_page_asks_the_database_the_same_for_any_number_of_lines(world: Any, clerk: Browser) -> None:
    spent: dict[str, set[int]] = {"draft": set(), "issued": set()}
    for count in (1, 30):
        rows = tuple(DraftLine(f"Teil {n}", Decimal(1), Decimal(9)) for n in range(count))
        for kind, document in (("draft", draft_of(world, *rows)), ("issued", issued(world, lines=rows))):
            clerk.get(url(document))
            with CaptureQueriesContext(connection) as queries:
                clerk.get(url(document))
            spent[kind].add(len(queries))
    assert [len(counts) for counts in spent.values()] == [1, 1]
    assert max(max(counts) for counts in spent.values()) <= 28
