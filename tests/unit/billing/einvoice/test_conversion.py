"""A draft from a received e-invoice has the stated amounts to the cent, or there is none and the message says which differs."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billing.documents.einvoice import cii, ubl
from billing.documents.received.stated import read_xml
from billing.rules.conversion import draft_of, not_kept
from billing.rules.draft import DraftAllowance, to_input
from billing.rules.totals import Totals, compute
from invoicing_site.errors import BusinessError
from tests.helpers.einvoices import (
    AE0,
    E0,
    G0,
    GOLDEN,
    K0,
    O0,
    S7,
    S19,
    Z0,
    charge,
    line,
    off,
    random_snapshot,
    snapshot,
)
from tests.together import size

TAXES = dict(enumerate((S19, S7, Z0, E0, AE0, K0, G0, O0), start=1))


def stated(**changes: Any) -> dict[str, Any]:
    return read_xml(ubl(*snapshot([line("2", "50"), line("1", "9.99", S7)]))) | changes


def counted(given: dict[str, Any]) -> tuple[Any, Totals]:
    draft = draft_of(given, 1, "en", TAXES)
    return draft, compute(to_input(draft, TAXES))


def agrees(given: dict[str, Any], totals: Totals) -> None:
    assert (str(totals.net), str(totals.tax), str(totals.total)) == (given["net"], given["tax"], given["total"])


def test_quantity_and_price_stay_where_they_lead_to_the_net() -> None:
    draft, totals = counted(stated())
    agrees(stated(), totals)
    assert [(row.quantity, row.unit_price, row.tax_codes) for row in draft.lines] == [
        (Decimal(2), Decimal(50), (1,)), (Decimal(1), Decimal("9.99"), (2,)),
    ]  # fmt: skip
    assert (draft.buyer_reference, draft.purchase_order) == ("04011000-12345-03", "PO-88123")
    assert (draft.net_days, str(draft.supply_to), draft.issue_date) == (14, "2026-11-18", None)


def test_a_line_that_does_not_add_up_keeps_its_stated_net() -> None:
    """Real issuers: 3 × 33.33 stated as 100.00."""
    given = stated()
    given["lines"][0] |= {"quantity": "3", "price": "33.33", "net": "100.00", "unit": "HUR"}
    draft, totals = counted(given)
    agrees(given, totals)
    assert (draft.lines[0].quantity, draft.lines[0].unit_price) == (Decimal(1), Decimal("100.00"))
    assert draft.lines[0].description == "Part 1\n3 HUR × 33.33"


@pytest.mark.parametrize(
    ("changes", "quantity", "price", "discount"),
    [
        ({"quantity": "10", "price": "100", "per": "10"}, "10", "10", "0"),
        ({"price": "60", "adjustments": [{"is_charge": False, "amount": "20"}]}, "2", "60", "20"),
        ({"price": "40", "adjustments": [{"is_charge": True, "amount": "20"}]}, "1", "100.00", "0"),
        ({"quantity": "-2", "price": "-50"}, "1", "100.00", "0"),
        ({"quantity": "2", "price": "40", "adjustments": [{"is_charge": False, "amount": "-20"}]}, "1", "100.00", "0"),
        ({"price": "50.0000001", "quantity": "2"}, "1", "100.00", "0"),
        ({"price": ""}, "1", "100.00", "0"),
        ({"price": "1", "per": "0"}, "1", "100.00", "0"),
        ({"quantity": "", "price": "100"}, "1", "100", "0"),
    ],
)
def test_ways_of_stating_a_line(changes: dict[str, Any], quantity: str, price: str, discount: str) -> None:
    given = stated()
    given["lines"][0] |= changes
    draft, totals = counted(given)
    agrees(given, totals)
    found = draft.lines[0]
    assert (found.quantity, found.unit_price, found.discount_amount) == (
        Decimal(quantity),
        Decimal(price),
        Decimal(discount),
    )


def test_a_returned_line_is_one_piece_taken_back() -> None:
    given = read_xml(ubl(*snapshot([line("3", "10"), line("-1", "5", discount_percent=Decimal(10))])))
    draft, totals = counted(given)
    agrees(given, totals)
    assert (draft.lines[1].quantity, draft.lines[1].unit_price) == (Decimal(-1), Decimal("4.50"))


def test_discounts_and_charges_stay_or_become_lines() -> None:
    given = read_xml(ubl(*snapshot([line("3", "19.99"), line("2", "10", S7)], [charge("7.77"), off("3")])))
    draft, totals = counted(given)
    agrees(given, totals)
    uneven = read_xml(ubl(*snapshot([line("1", "100"), line("1", "100", S7)], [charge("10.00")])))
    uneven["allowances"] = [{"is_charge": True, "amount": "10.00", "reason": "Freight", "category": "S", "rate": "19"}]
    uneven |= {"tax": "27.90", "total": "237.90", "net": "210.00"}
    uneven["taxes"] = [
        {"category": "S", "rate": "19", "base": "110.00", "amount": "20.90"},
        {"category": "S", "rate": "7", "base": "100.00", "amount": "7.00"},
    ]
    draft, totals = counted(uneven)
    agrees(uneven, totals)
    assert draft.allowances == ()
    assert (draft.lines[2].description, draft.lines[2].unit_price, draft.lines[2].tax_codes) == (
        "Freight",
        Decimal(10),
        (1,),
    )


def test_tax_rounded_by_line_is_found() -> None:
    given = read_xml(ubl(*GOLDEN["tax_by_line"]()))
    draft, totals = counted(given)
    agrees(given, totals)
    assert draft.tax_rounding == "line"


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str, dict[str, Any]]] = {
    "credit note": (lambda s: s.update(type_code="381"), "received.credit_note", {}),
    "other tax": (lambda s: s["lines"][0].update(rate="21"), "received.no_tax", {"category": "S", "rate": Decimal(21)}),
    "wrong total": (
        lambda s: s.update(total="130.00"), "received.cannot_keep", {"what": "total", "stated": "130.00", "counted": "129.69"},
    ),
    "half a cent": (
        lambda s: s["lines"][0].update(net="100.005"), "received.cannot_keep", {"what": "line", "stated": "100.005", "counted": "100.01"},
    ),
    "tax of a rate": (
        lambda s: s["taxes"][0].update(amount="19.01"), "received.cannot_keep", {"what": "tax", "stated": "19.01", "counted": "19.00"},
    ),
    "currency": (lambda s: s.update(currency="QQQ"), "currency.unknown", {"currency": "QQQ"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_kept_is_said(name: str) -> None:
    change, code, params = REFUSED[name]
    given = stated()
    change(given)
    with pytest.raises(BusinessError) as refused:
        draft_of(given, 1, "en", TAXES)
    assert (refused.value.code, refused.value.params) == (code, params)


def test_periods_terms_and_units_are_taken_over_where_they_fit() -> None:
    given = stated(period=["2026-11-01", "2026-11-30"], due_date="", delivered_on="2026-11-05")
    given["lines"][0] |= {"period": ["2026-11-02", ""], "unit": "??"}
    given["lines"][1] |= {"category": "", "rate": "", "name": "", "sku": ""}
    given |= {"net": "109.99", "tax": "19.00", "total": "128.99", "taxes": []}
    draft, totals = counted(given)
    agrees(given, totals)
    assert (str(draft.supply_from), str(draft.supply_to), draft.net_days) == ("2026-11-01", "2026-11-30", 14)
    assert (str(draft.lines[0].service_from), draft.lines[0].service_to, draft.lines[0].unit) == (
        "2026-11-02",
        None,
        "C62",
    )
    assert (draft.lines[1].description, draft.lines[1].tax_codes) == ("–", (8,))
    without = {key: tax for key, tax in TAXES.items() if tax.category != "O"}
    assert draft_of(given, 1, "en", without).lines[1].tax_codes == ()


def test_what_has_no_place_is_named() -> None:
    assert not_kept(read_xml(cii(*GOLDEN["final"]()))) == ["prepaid"]
    assert not_kept(read_xml(cii(*GOLDEN["rounding"]()))) == ["rounding"]
    assert not_kept(stated()) == []


def test_negative_discounts_and_empty_ones() -> None:
    given = stated(allowances=[{"is_charge": False, "amount": "-10.00", "reason": "", "category": "S", "rate": "19"}])
    given |= {"net": "119.99", "tax": "21.60", "total": "141.59", "taxes": []}
    draft, totals = counted(given)
    agrees(given, totals)
    assert (draft.lines[2].description, draft.lines[2].quantity, draft.lines[2].unit_price) == (
        "–",
        Decimal(1),
        Decimal(10),
    )
    nothing = stated(allowances=[{"is_charge": False, "amount": "0.00", "reason": "x", "category": "S", "rate": "19"}])
    assert counted(nothing)[0].allowances == ()
    one = stated(allowances=[{"is_charge": True, "amount": "10.00", "reason": "x", "category": "S", "rate": "19"}])
    one["lines"] = one["lines"][:1]
    one |= {"net": "110.00", "tax": "20.90", "total": "130.90", "taxes": []}
    assert counted(one)[0].allowances == (DraftAllowance("x", True, amount=Decimal("10.00")),)


def test_random_documents_come_back_with_their_amounts() -> None:
    """Written, read and turned into a draft: the same totals, for whatever this product can issue with one price basis."""
    chance, kept, refused = random.Random(20261121), 0, 0
    for _ in range(size(200, 5_000)):
        try:
            facts, parties = random_snapshot(chance)
        except BusinessError:
            continue
        given = read_xml(ubl(facts | {"kind": "invoice"}, parties))
        try:
            _, totals = counted(given)
        except BusinessError as error:
            refused += {"received.cannot_keep": 1}[error.code]
            continue
        kept += 1
        assert (totals.net, totals.tax, totals.total) == tuple(Decimal(given[name]) for name in ("net", "tax", "total"))
    assert refused < kept / 10
