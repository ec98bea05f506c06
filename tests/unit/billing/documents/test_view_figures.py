"""Lines, totals, taxes and exchange: printed as the snapshot has them, never counted again."""

from typing import Any

import pytest

from billing.documents.parts import Row
from billing.documents.view import DocumentView, document_view
from tests.helpers.papers import address, due, facts, line, parties, tax_total

AE = {"code": "AE", "category": "AE", "rate": "0"}


def view(count: int = 1, /, **changes: Any) -> DocumentView:
    return document_view(facts(count, **changes), parties())


def test_no_figure_is_computed() -> None:
    odd = tax_total("S", "19", "3.33", "4.44")
    wrong = view(2, net="1.11", tax="2.22", total="9.99", due=[due("2026-12-04", "8.88")], tax_totals=[odd])
    assert wrong.totals.before == (Row("Net amount", "1.11"), Row("VAT 19% on 3.33", "4.44"))
    assert wrong.totals.total == Row("Total", "€9.99")
    assert wrong.payment is not None
    assert wrong.payment.sentence == "Please pay €8.88 by 4 Dec 2026."


def test_a_line_is_formatted_in_the_documents_language() -> None:
    row = line(2, "de", quantity="2.5", unit_price="0.012345", amount="1150.00")
    printed = view(language="de", lines=[row]).table.lines[0]
    assert (printed.position, printed.quantity, printed.unit_price, printed.amount, printed.note, printed.tax) == (
        "2", "2,5\N{NO-BREAK SPACE}Stück", "0,012345", "1.150,00", "Artikel-Nr. A-0002", "",
    )  # fmt: skip


def test_number_and_service_period_are_small_print() -> None:
    row = line(1, sku="X-1", service_from="2026-11-01", service_to="2026-11-30")
    assert view(lines=[row]).table.lines[0].note == "Item no. X-1 · Service 1 Nov 2026 – 30 Nov 2026"


def test_discounts_get_a_column_with_percent_or_amount() -> None:
    rows = [line(1), line(2, discount_percent="10", discount="30.00"), line(3, discount="12.50")]
    table = view(lines=rows).table
    assert (table.discount, [row.discount for row in table.lines]) == ("Discount", ["", "10%", "-12.50"])
    assert view().table.discount == ""


def test_the_discount_of_a_returned_line_is_a_plus() -> None:
    assert view(lines=[line(1, discount="-12.50")]).table.lines[0].discount == "12.50"


def test_the_tax_column_appears_when_lines_differ() -> None:
    rows = [line(1), line(2, taxes=[{"code": "DE7", "category": "S", "rate": "7"}]), line(3, taxes=[])]
    table = view(lines=rows).table
    assert (table.tax, [row.tax for row in table.lines]) == ("Tax", ["19%", "7%", "–"])
    assert view(3).table.tax == ""


def test_several_taxes_on_a_line_are_all_named() -> None:
    both = [{"code": "A", "category": "S", "rate": "5"}, {"code": "B", "category": "S", "rate": "9.975"}]
    assert [row.tax for row in view(lines=[line(1, taxes=both), line(2)]).table.lines] == ["5% + 9.975%", "19%"]


def test_broad_figures_ask_for_broad_columns() -> None:
    assert view(lines=[line(1, amount="9999999999.00")]).table.wide is True
    assert view(total="9999999999.00").totals.wide is True
    assert (view().table.wide, view().totals.wide) == (False, False)


def test_long_descriptions_may_break_over_pages() -> None:
    rows = [line(1, description="a" * 1001), line(2, description="a\n" * 21), line(3)]
    assert [row.tall for row in view(lines=rows).table.lines] == [True, True, False]


def test_document_discounts_and_charges_lead_from_subtotal_to_net() -> None:
    allowances = [
        {"is_charge": False, "description": "Loyalty discount", "percent": "5", "amount": "7.50"},
        {"is_charge": False, "description": "", "percent": None, "amount": "1.00"},
        {"is_charge": True, "description": "", "percent": None, "amount": "4.50"},
    ]
    assert view(allowances=allowances).totals.before[:5] == (
        Row("Subtotal", "150.00"),
        Row("Loyalty discount (5%)", "-7.50"),
        Row("Discount", "-1.00"),
        Row("Surcharge", "4.50"),
        Row("Net amount", "150.00"),
    )


def test_inclusive_prices_show_the_tax_within_the_total() -> None:
    printed = view(prices_include_tax=True)
    assert printed.totals.before == ()
    assert printed.totals.total.label == "Total including tax"
    assert printed.totals.within == (Row("includes VAT 19% on net 150.00", "28.50"),)
    assert printed.table.caption == "Prices include tax"


@pytest.mark.parametrize(
    ("language", "category", "label", "reason"),
    [
        ("en", "AE", "Reverse charge on 150.00", "Reverse charge: the recipient accounts for the VAT."),
        ("de", "AE", "Reverse Charge auf 150,00", "Steuerschuldnerschaft des Leistungsempfängers (§ 13b UStG)."),
        ("en", "E", "Exempt on 150.00", "Exempt from tax."),
        ("en", "Z", "VAT 0% on 150.00", None),
    ],
)
def test_a_tax_of_nought_says_why(language: str, category: str, label: str, reason: str | None) -> None:
    printed = view(language=language, tax_totals=[tax_total(category, "0", "150.00", "0.00")]).totals
    assert printed.before[-1].label == label
    assert printed.reasons == ((reason,) if reason else ())


def test_the_reason_the_seller_wrote_comes_before_ours_and_once() -> None:
    rows = [
        tax_total("E", "0", "1.00", "0.00", reason="Art. 135"),
        tax_total("E", "0", "2.00", "0.00", reason="Art. 135"),
    ]
    assert view(tax_totals=rows).totals.reasons == ("Art. 135",)


def test_a_small_business_prints_one_total_and_the_exemption() -> None:
    printed = view(language="de", small_business=True, tax_totals=[tax_total("E", "0", "150.00", "0.00")]).totals
    assert printed.before == ()
    assert printed.reasons == ("Umsatzsteuerfrei aufgrund der Kleinunternehmerregelung (§ 19 UStG).",)


def test_a_document_outside_tax_prints_no_tax_rows() -> None:
    assert view(tax_totals=[tax_total("O", "0", "150.00", "0.00")]).totals.before == ()
    assert view(tax_totals=[]).totals.before == ()


def test_sellers_outside_vat_countries_name_their_own_tax() -> None:
    seller = {"address": address("1 Main St", "10118", "New York", "US", "", "NY")}
    rows = [tax_total("S", "8.875", "150.00", "13.31", name="NY sales tax"), tax_total("S", "1", "1.00", "0.01")]
    printed = document_view(facts(1, currency="USD", tax_totals=rows), parties(seller)).totals.before
    assert [row.label for row in printed] == ["Net amount", "NY sales tax on 150.00", "Tax 1% on 1.00"]


FX = {"base_currency": "EUR", "rate": "0.9213", "rate_date": "2026-11-19", "source": "ECB", "net": "138.20",
      "tax": "26.26", "total": "164.46"}  # fmt: skip


def test_foreign_currency_is_told_in_the_tax_currency_with_its_rate() -> None:
    exchange = view(currency="USD", fx=FX).exchange
    assert exchange is not None
    assert exchange.heading == "In EUR at 1 USD = 0.9213 EUR (ECB, 19 Nov 2026)"
    assert exchange.rows == (Row("Net amount", "€138.20"), Row("Tax", "€26.26"), Row("Total", "€164.46"))


def test_without_tax_only_the_total_is_exchanged() -> None:
    exchange = view(currency="USD", fx=FX | {"tax": "0.00"}).exchange
    assert exchange is not None
    assert exchange.rows == (Row("Total", "€164.46"),)


def test_a_document_in_the_base_currency_has_no_exchange() -> None:
    assert (view().exchange, view(fx=FX).exchange) == (None, None)
