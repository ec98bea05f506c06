"""Editing a stored draft: rows keep their ids, two people at once lose nothing, what is issued stays as it is."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from billing.actions.issue import issue
from billing.models import Account, Document, Line
from billing.rules.draft import DraftLine
from tests.helpers.editor import NEW, Form, draft_of, opened, product_of, tax
from tests.helpers.people import office_client
from tests.world import AT


def edit_url(document: Document) -> str:
    return f"/acme/documents/{document.uuid}/edit/"


def content(document: Document) -> list[tuple[Any, ...]]:
    return list(Line.objects.filter(document=document).values_list("pk", "description", "quantity", "position"))


def test_a_stored_draft_stands_in_the_form_and_saving_it_unchanged_changes_nothing(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    before, total = content(document), document.total
    form = opened(clerk, edit_url(document))
    first, second = (key for key in form.lines)
    assert form.get(f"lines-{first}-unit_price") == "100.10"
    assert form.get(f"lines-{second}-discount_percent") == "10"
    assert (form.get("client"), form.get("revision"), form.total()) == ("Nordlicht Medien GmbH (K0001)", "1", "€310.32")
    assert form.press(clerk, edit_url(document))["Location"] == f"/acme/documents/{document.uuid}/"
    document.refresh_from_db()
    assert (content(document), document.total, document.revision) == (before, total, 2)
    assert Line.history.filter(id=before[0][0]).count() == 1


def test_lines_keep_their_ids_when_moved_changed_and_removed(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    (first, *_), (second, *_) = content(document)
    form = Form(opened(clerk, edit_url(document)).press(clerk, edit_url(document), f"up:l{second}"))
    form = Form(form.press(clerk, edit_url(document), f"remove:l{first}"))
    form = Form(form.press(clerk, edit_url(document), "add:1"))
    form.type(**{f"l{second}__quantity": "4", "n1__description": "Neu", "n1__unit_price": "1"})
    assert form.press(clerk, edit_url(document)).status_code == 302
    kept, new = content(document)
    assert kept == (second, "Buch", 4, 1)
    assert (new[0] in (first, second), new[1:]) == (False, ("Neu", 1, 2))


def test_every_cell_comes_back_as_it_was_stored(world: Any, clerk: Browser) -> None:
    product = product_of(world)
    account = Account.objects.get(company=world.company, code="8500")
    line = DraftLine(
        "Zwei\nZeilen", Decimal("-0.000001"), Decimal("1234.5"), unit="XPP", discount_amount=Decimal(0),
        tax_codes=(tax(world), tax(world, "DE7"), tax(world, "EU-RC")), product_id=product.pk, sku="CONS",
        account_id=account.pk, cost_center="K-1", service_from=AT.date(), service_to=AT.date(),
    )  # fmt: skip
    document = draft_of(world, line, DraftLine("Rest", Decimal(1), Decimal(5000)), allowances=())
    stored = Line.objects.filter(document=document).values()
    before = [{key: value for key, value in row.items() if key != "position"} for row in stored]
    assert opened(clerk, edit_url(document)).press(clerk, edit_url(document)).status_code == 302
    after = [{key: value for key, value in row.items() if key != "position"} for row in stored.all()]
    assert after == before
    codes = Line.objects.get(description="Zwei\nZeilen").taxes.values_list("tax_code__code", flat=True)
    assert list(codes) == ["DE19", "DE7", "EU-RC"]


def test_numbers_are_read_and_written_in_the_readers_language(world: Any) -> None:
    user = world.people["clerk"]
    user.language = "de"
    user.save()
    clerk, document = office_client(user), draft_of(world)
    form = opened(clerk, edit_url(document))
    key = form.lines[0]
    assert (form.get(f"lines-{key}-unit_price"), form.get(f"lines-{key}-unit")) == ("100,10", "Stunden")
    refused = Form(form.type(**{f"{key}__unit_price": "100.5"}).press(clerk, edit_url(document)))
    assert "1.005 / 100,5" in refused.errors()[f"lines-{key}-unit_price"]
    assert refused.type(**{f"{key}__unit_price": "1.100,5"}).press(clerk, edit_url(document)).status_code == 302
    assert Line.objects.get(pk=int(key[1:])).unit_price == Decimal("1100.5")


class TestTwoPeople:
    """One saved while the other was still typing."""

    @pytest.fixture
    def document(self, world: Any) -> Document:
        return draft_of(world)

    @pytest.fixture
    def late(self, world: Any, clerk: Browser, document: Document) -> Form:
        """What the clerk sees who saves after the accountant did."""
        url, accountant = edit_url(document), office_client(world.accountant)
        mine, theirs = opened(clerk, url), opened(accountant, url)
        first, second = mine.lines
        theirs.type(purchase_order="PO-THEIRS", **{f"{first}__quantity": "5"})
        theirs = Form(theirs.press(accountant, url, f"remove:{second}"))
        theirs = Form(theirs.press(accountant, url, "add:1")).type(n1__description="Von ihr", n1__unit_price="7")
        assert theirs.press(accountant, url).status_code == 302
        mine.type(purchase_order="PO-MINE", notes="Mein Text", **{f"{first}__description": "Meine Beratung"})
        return Form(mine.press(clerk, url))

    def rows(self, form: Form) -> dict[str, tuple[str, str]]:
        found = {}
        for row in form.page.xpath("//table[contains(@class,'versions')]/tbody/tr"):
            label, mine, theirs = (cell.text_content().strip() for cell in row.xpath("th|td")[:3])
            found[label] = (mine, theirs)
        return found

    def test_both_versions_stand_side_by_side_and_nothing_is_lost(self, document: Document, late: Form) -> None:
        assert (late.status, late.get("revision"), late.get("purchase_order")) == (409, "2", "PO-MINE")
        assert self.rows(late) == {
            "Purchase order": ("PO-MINE", "PO-THEIRS"),
            "Closing text": ("Mein Text", "–"),
            "Line 1": ("Meine Beratung\n2.5 hours × 100.10, DE19", "Beratung\n5 hours × 100.10, DE19"),
            "Line 2": ("Buch\n3 × 9.99, −10 %, DE7", "–"),
            "Line 2 of the saved version": ("–", "Von ihr\n1 × 7.00, DE19"),
        }
        document.refresh_from_db()
        assert (document.revision, document.purchase_order) == (2, "PO-THEIRS")

    def test_saving_again_puts_mine_in_its_place(self, clerk: Browser, document: Document, late: Form) -> None:
        assert late.press(clerk, edit_url(document)).status_code == 302
        document.refresh_from_db()
        assert (document.revision, document.purchase_order, document.notes) == (3, "PO-MINE", "Mein Text")
        assert [row[1] for row in content(document)] == ["Meine Beratung", "Buch"]

    def test_parts_of_theirs_are_taken_over_one_by_one(self, clerk: Browser, document: Document, late: Form) -> None:
        url, first = edit_url(document), late.lines[0]
        form = Form(late.press(clerk, url, "take:header.purchase_order"))
        form = Form(form.press(clerk, url, f"take:line.{first}"))
        assert (form.status, form.get("purchase_order"), form.get("notes")) == (200, "PO-THEIRS", "Mein Text")
        assert (form.get(f"lines-{first}-quantity"), form.get(f"lines-{first}-description")) == ("5", "Beratung")
        assert form.press(clerk, url).status_code == 302
        document.refresh_from_db()
        assert (document.purchase_order, document.notes) == ("PO-THEIRS", "Mein Text")

    def test_taking_all_of_theirs_leaves_no_difference(self, clerk: Browser, document: Document, late: Form) -> None:
        before = content(document)
        form = Form(late.press(clerk, edit_url(document), "take:all"))
        assert self.rows(form) == {}
        assert "Both versions now say the same." in form.page.text_content()
        assert form.press(clerk, edit_url(document)).status_code == 302
        assert content(document) == before

    def test_order_dates_and_discounts_are_compared_and_taken_too(
        self, world: Any, clerk: Browser, document: Document
    ) -> None:
        url, accountant = edit_url(document), office_client(world.accountant)
        mine, theirs = opened(clerk, url), opened(accountant, url)
        first, second = mine.lines
        theirs = Form(theirs.press(accountant, url, f"up:{second}"))
        theirs.type(issue_date="2026-03-20", **{"allowances-n1-percent": "7"}).check("prices_include_tax")
        assert theirs.press(accountant, url).status_code == 302
        mine.type(issue_date="2026-03-18", **{f"{second}__discount_percent": "", "allowances-n1-kind": "charge"})
        late = Form(mine.press(clerk, url))
        assert self.rows(late) == {
            "Invoice date": ("18 Mar 2026", "20 Mar 2026"),
            "Prices include tax": ("No", "Yes"),
            "Line 2": ("Buch\n3 × 9.99, DE7", "Buch\n3 × 9.99, −10 %, DE7"),
            "Order of the lines": ("Beratung, Buch", "Buch, Beratung"),
            "Discounts and charges": ("Treuerabatt +5 %", "Treuerabatt −7 %"),
        }
        for part in ("order", "allowances", "header.issue_date", f"line.{second}", "header.nonsense", "nonsense"):
            late = Form(late.press(clerk, url, f"take:{part}"))
        assert self.rows(late) == {"Prices include tax": ("No", "Yes")}
        assert late.lines == [second, first]

    def test_lines_only_one_version_has_are_taken_and_dropped(
        self, clerk: Browser, document: Document, late: Form
    ) -> None:
        url, (first, second) = edit_url(document), late.lines
        added = Line.objects.get(description="Von ihr").pk
        form = Form(late.press(clerk, url, f"take:line.l{added}"))
        assert form.lines == [first, f"l{added}", second]
        form = Form(form.press(clerk, url, f"take:line.{second}"))
        assert form.lines == [first, f"l{added}"]
        assert form.press(clerk, url).status_code == 302
        assert [row[:2] for row in content(document)] == [(int(first[1:]), "Meine Beratung"), (added, "Von ihr")]

    def test_a_third_version_meanwhile_is_shown_again(
        self, world: Any, clerk: Browser, document: Document, late: Form
    ) -> None:
        url, owner = edit_url(document), office_client(world.owner)
        assert opened(owner, url).type(contract="V-3").press(owner, url).status_code == 302
        again = Form(late.press(clerk, url))
        assert (again.status, again.get("revision")) == (409, "3")
        assert self.rows(again)["Contract"] == ("–", "V-3")


@pytest.mark.parametrize("revision", ["", "0", "2", "x", "-1", "9" * 30])
def test_a_revision_nobody_was_shown_changes_nothing(world: Any, clerk: Browser, revision: str) -> None:
    document = draft_of(world)
    form = opened(clerk, edit_url(document)).type(revision=revision, purchase_order="PO-X")
    assert form.press(clerk, edit_url(document)).status_code == 409
    document.refresh_from_db()
    assert (document.revision, document.purchase_order) == (1, "")


def test_an_issued_document_is_not_edited_but_what_was_typed_can_become_a_draft(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    url = edit_url(document)
    form = opened(clerk, url).type(purchase_order="PO-LATE")
    issue(company=world.company, document_uuid=document.uuid, actor=world.accountant, at=AT)
    assert clerk.get(url)["Location"] == f"/acme/documents/{document.uuid}/"
    answer = Form(form.press(clerk, url))
    assert answer.errors()[""] == "This document is already issued and cannot change any more."
    assert answer.page.xpath(f"//button[@formaction='{NEW}']")
    document.refresh_from_db()
    assert document.purchase_order == ""
    assert answer.press(clerk, NEW).status_code == 302
    made = Document.objects.latest("id")
    assert (made.state, made.purchase_order, made.total) == ("draft", "PO-LATE", document.total)


def test_an_archived_client_keeps_its_draft_but_gets_no_new_one(world: Any, clerk: Browser) -> None:
    document = draft_of(world)
    world.client.archived_at = AT
    world.client.save()
    assert opened(clerk, edit_url(document)).press(clerk, edit_url(document)).status_code == 302
    form = opened(clerk).type(client="K0001", n1__description="Neu", n1__unit_price="1")
    assert Form(form.press(clerk, NEW)).errors() == {
        "id_client": "This client is archived. Restore the client or choose another one."
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_companys_draft_does_not_exist(world: Any, stranger: Any, clerk: Browser, method: str) -> None:
    theirs = draft_of(stranger)
    assert getattr(clerk, method)(edit_url(theirs)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revision == 1


@pytest.mark.parametrize("url", ["new", "edit"])
def test_an_auditor_writes_nothing(world: Any, browser: Any, url: str) -> None:
    document = draft_of(world)
    path = NEW if url == "new" else edit_url(document)
    auditor = browser("auditor")
    assert [auditor.get(path).status_code, auditor.post(path).status_code] == [403, 403]
    document.refresh_from_db()
    assert (document.revision, Document.objects.count()) == (1, 1)


def test_the_editor_asks_the_database_the_same_for_any_number_of_lines(world: Any, clerk: Browser) -> None:
    product_of(world)
    spent = set()
    for count in (1, 40):
        document = draft_of(world, *(DraftLine(f"Teil {n}", Decimal(1), Decimal(9), sku="CONS") for n in range(count)))
        clerk.get(edit_url(document))
        with CaptureQueriesContext(connection) as queries:
            form = opened(clerk, edit_url(document))
        assert len(form.lines) == count
        spent.add(len(queries))
    assert len(spent) == 1
    assert max(spent) <= 18
