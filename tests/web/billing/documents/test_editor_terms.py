"""The folded terms of the editor, its instalments, and what they do to the totals."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from billing.actions.issue import issue
from billing.models import Document, DueItem, Instalment
from billing.rules.draft import DraftLine
from billing.rules.terms import Instalment as Part
from invoicing_site.models import Company
from tests.helpers.editor import NEW, Form, draft_of, opened
from tests.world import AT, TODAY


def stored() -> tuple[int, int]:
    return Document.objects.count(), Instalment.objects.count()


def filled(form: Form, **more: str) -> Form:
    return form.type(client="K0001", n1__description="Arbeit", n1__unit_price="100", n1__tax="DE19", **more)


def figures(form: Form) -> list[str]:
    rows = form.page.xpath("//*[@id='totals']//dl/div")
    return [" ".join(cell.text_content().strip() for cell in row) for row in rows]


def folded(form: Form) -> bool:
    (details,) = form.page.xpath("//*[@id='terms']/details")
    return details.get("open") is None


def test_the_simple_case_stays_simple(world: Any, clerk: Browser) -> None:
    form = opened(clerk)
    assert folded(form)
    assert form.page.xpath("//*[@data-rows-of='instalments']/li") == []
    answer = filled(form).press(clerk, NEW)
    assert answer.status_code == 302
    made = Document.objects.get()
    assert (made.term, made.term_day, made.discount_days) == ("net", 0, 0)
    assert [made.discount_percent, made.withholding_percent, made.cash_unit, made.rounding, made.withheld] == [0] * 5
    assert folded(opened(clerk, f"{answer['Location']}edit/"))


def test_every_term_is_stored_and_comes_back(world: Any, clerk: Browser) -> None:
    typed = {
        "term": "fixed", "term_day": "15", "discount_percent": "2.5", "discount_days": "10",
        "withholding_percent": "7.5", "cash_unit": "0.05",
    }  # fmt: skip
    form = Form(opened(clerk).press(clerk, NEW, "instalment"))
    assert form.focused() == "instalments-n1-percent"
    form = Form(filled(form).press(clerk, NEW, "instalment"))
    form.type(**typed, **{"instalments-n1-percent": "30 %", "instalments-n1-days": "0", "instalments-n2-amount": "20"})
    answer = form.press(clerk, NEW)
    assert answer.status_code == 302
    made = Document.objects.get()
    assert (made.term, made.term_day, made.discount_days) == ("fixed", 15, 10)
    assert (made.discount_percent, made.withholding_percent) == (Decimal("2.5"), Decimal("7.5"))
    # 7.5 % of 100.00 withheld from 119.00 leaves 111.50, which 0.05 goes into.
    assert (made.cash_unit, made.rounding, made.withheld, made.payable) == (
        Decimal("0.05"), Decimal(0), Decimal("7.5"), Decimal("111.5"),
    )  # fmt: skip
    assert list(Instalment.objects.values_list("position", "percent", "amount", "days")) == [
        (1, Decimal(30), None, 0), (2, None, Decimal(20), 0),
    ]  # fmt: skip
    again = opened(clerk, f"{answer['Location']}edit/")
    assert not folded(again)
    assert {name: again.get(name) for name in typed} == typed
    assert [again.get(f"instalments-{key}-{name}") for key in ("n1", "n2") for name in ("percent", "amount", "days")] == [
        "30", "", "0", "", "20", "0",
    ]  # fmt: skip


def test_what_is_to_pay_shows_when_it_is_not_the_total(world: Any, clerk: Browser) -> None:
    form = filled(opened(clerk), n1__quantity="0.9915")
    assert figures(Form(form.press(clerk, NEW, "count")))[-1] == "Total €117.99"
    form.type(withholding_percent="10", cash_unit="0.05")
    assert figures(Form(form.press(clerk, NEW, "count")))[-4:] == [
        "Total €117.99", "Tax withheld -9.92", "Rounding -0.02", "To pay €108.05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"term": "fixed"}, "id_term_day", "Enter a day of the month from 1 to 31."),
        ({"discount_percent": "100"}, "id_discount_percent", "Enter a discount of 0 to less than 100 %, with at most six decimals."),
        ({"discount_percent": "2", "discount_days": "30"}, "id_discount_days",
         "The time for the discount must end on the last due date, 30 Mar 2026, or before."),
        ({"withholding_percent": "101"}, "id_withholding_percent", "Enter a percentage from 0 to 100, with at most six decimals."),
        ({"cash_unit": "0.005"}, "id_cash_unit", "The smallest coin must be a multiple of 0.01, or 0 for no cash rounding."),
        ({"cash_unit": "x"}, "id_cash_unit", "Enter a number."),
        ({"instalments-n1-percent": "101"}, "instalments-n1-percent",
         "Enter a percentage above 0 and at most 100, with at most six decimals."),
        ({"instalments-n1-amount": "119.01"}, "instalments-n1-amount",
         "The instalments come to more than is to pay. Lower this one, or one before it."),
        ({"instalments-n1-percent": "5", "instalments-n1-days": "soon"}, "instalments-n1-days", "Enter a whole number of days."),
        ({"instalments-n1-days": "5"}, "instalments-n1-percent", "Enter a percentage or an amount, or remove this instalment."),
        ({"instalments-n1-percent": "5", "instalments-n1-days": "3651"}, "instalments-n1-days",
         "Payment terms run from 0 to 3650 days."),
    ],
)  # fmt: skip
def test_what_cannot_be_due_is_refused_at_its_field(
    world: Any, clerk: Browser, typed: dict[str, str], field: str, sentence: str
) -> None:
    form = filled(Form(opened(clerk).press(clerk, NEW, "instalment")))
    answer = Form(form.type(**typed).press(clerk, NEW))
    assert (answer.status, answer.errors()) == (422, {field: sentence})
    assert stored() == (0, 0)
    assert {name: answer.get(name) for name in typed} == typed


def test_an_instalment_is_removed_again(world: Any, clerk: Browser) -> None:
    form = Form(opened(clerk).press(clerk, NEW, "instalment"))
    assert [value for name, value in form.pairs if name == "instalments"] == ["n1"]
    form = Form(form.press(clerk, NEW, "waive:n1"))
    assert [value for name, value in form.pairs if name == "instalments"] == []


def test_a_clients_terms_fill_the_head(world: Any, clerk: Browser) -> None:
    world.client.term, world.client.term_day = "fixed", 10
    world.client.discount_percent, world.client.discount_days = Decimal(3), 7
    world.client.withholding_percent = Decimal(20)
    world.client.save()
    Company.objects.filter(pk=world.company.pk).update(cash_unit=Decimal("0.05"))
    form = opened(clerk, f"{NEW}?client={world.client.uuid}")
    names = ("term", "term_day", "discount_percent", "discount_days", "withholding_percent", "cash_unit")
    assert [form.get(name) for name in names] == ["fixed", "10", "3", "7", "20", "0.05"]
    assert not folded(form)


def test_a_companys_rounding_of_tax_goes_into_its_drafts(world: Any, clerk: Browser) -> None:
    Company.objects.filter(pk=world.company.pk).update(tax_rounding="line")
    form = opened(clerk)
    for _ in range(2):
        form = Form(form.press(clerk, NEW, "add:5"))
    cells = {}
    for key in form.lines[:10]:
        cells |= {f"{key}__description": "x", f"{key}__unit_price": "0.03", f"{key}__tax": "DE19"}
    assert form.type(client="K0001", **cells).press(clerk, NEW).status_code == 302
    made = Document.objects.get()
    assert (made.tax_rounding, made.net, made.tax) == ("line", Decimal("0.30"), Decimal("0.10"))


def test_an_issued_document_is_due_in_its_instalments(world: Any) -> None:
    line = DraftLine("Arbeit", Decimal(1), Decimal("100.01"))
    parts = (Part(percent=Decimal(30)), Part(percent=Decimal(30), days=30))
    draft = draft_of(world, line, allowances=(), term="eom", net_days=60, instalments=parts)
    document = issue(company=world.company, document_uuid=draft.uuid, actor=world.accountant, at=AT)
    assert dt.date(2026, 3, 16) == TODAY
    assert list(DueItem.objects.filter(document=document).order_by("due_on").values_list("due_on", "amount")) == [
        (dt.date(2026, 3, 31), Decimal("30.00")),
        (dt.date(2026, 4, 30), Decimal("30.00")),
        (dt.date(2026, 5, 30), Decimal("40.01")),
    ]


def test_the_steps_of_what_stands_in_the_editor(world: Any, clerk: Browser) -> None:
    form = filled(opened(clerk), n1__quantity="0.9915")
    for act, said in (("explain:total", "Total €117.99"), ("explain:line:n1", "Line 1, Arbeit €99.15")):
        page = Form(form.press(clerk, NEW, act))
        (section,) = page.page.xpath("//section[@aria-label='How this amount came about']")
        assert " ".join(part.text_content().strip() for part in section.xpath("div")[0]) == said
        assert page.get("n1__quantity") == form.get("n1__quantity")
        part = form.press(clerk, f"{NEW}explain/", act, headers={"HX-Request": "true"})
        assert (part.status_code, b"<html" in part.content) == (200, False)
    for act in ("explain:tax/9", "explain:line:n9", "explain:nonsense"):
        assert "cannot be added up" in form.press(clerk, f"{NEW}explain/", act).content.decode()
        assert Form(form.press(clerk, NEW, act)).page.xpath("//section[@aria-label='How this amount came about']") == []
    form.type(n1__quantity="x")
    assert "cannot be added up" in form.press(clerk, f"{NEW}explain/", "explain:total").content.decode()
    form.type(n1__quantity="-1")
    assert "cannot be added up" in form.press(clerk, f"{NEW}explain/", "explain:total").content.decode()
    assert stored() == (0, 0)
