"""The tax a supply bears: worked cases, and what holds for all of them (SPEC B7)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.places import MEMBERS, place, state_of
from billing.rules.sales_tax import LocalRate, local_rate
from billing.rules.tax_mapping import DIGITAL, GOODS, KINDS, SERVICE, ZONES, Buyer, Decision, Seller, decide
from billing.rules.usual_rates import CLASSES, COUNTRIES, rate_on, rates_of

D = Decimal
DE, FR, GB, CH, US, JP, KW = (Seller(code) for code in ("DE", "FR", "GB", "CH", "US", "JP", "KW"))
BELFAST = Seller("GB", "BT1 1AA")
SHOP = Seller("DE", oss=True)


def firm(country: str, *states: str, **more: str) -> Buyer:
    return Buyer(country, vat_states=frozenset(states or (country,)), **more)  # type: ignore[arg-type]


def person(country: str, **more: str) -> Buyer:
    return Buyer(country, business=False, **more)  # type: ignore[arg-type]


# seller, buyer, kind, class at home → zone, category, rate's country, reason, VATEX
CASES = {
    "inland": (DE, firm("DE"), SERVICE, "standard", ("home", "S", "", "", "")),
    "inland reduced": (DE, person("DE"), GOODS, "reduced", ("home", "S", "", "", "")),
    "inland zero": (GB, person("GB"), GOODS, "zero", ("home", "Z", "", "", "")),
    "inland exempt": (DE, firm("DE"), SERVICE, "exempt", ("home", "E", "", "exempt", "")),
    "nowhere known": (DE, person(""), SERVICE, "standard", ("home", "S", "", "", "")),
    "goods to a firm in the Union": (DE, firm("FR"), GOODS, "standard", ("eu_goods", "K", "", "intra", "VATEX-EU-IC")),
    "service to a firm in the Union": (DE, firm("FR"), SERVICE, "standard", ("eu_services", "AE", "", "reverse", "VATEX-EU-AE")),
    "digital to a firm in the Union": (SHOP, firm("FR"), DIGITAL, "standard", ("eu_services", "AE", "", "reverse", "VATEX-EU-AE")),
    "firm that shows no VAT id": (DE, Buyer("FR"), GOODS, "standard", ("home", "S", "", "", "")),
    "firm with the seller's own country's id": (DE, firm("FR", "DE"), GOODS, "standard", ("home", "S", "", "", "")),
    "person in the Union": (DE, person("FR"), GOODS, "standard", ("home", "S", "", "", "")),
    "person in the Union, one stop shop": (SHOP, person("FR"), GOODS, "reduced", ("eu_consumer", "S", "FR", "", "")),
    "digital to a person, one stop shop": (SHOP, person("HU"), DIGITAL, "standard", ("eu_consumer", "S", "HU", "", "")),
    "craft for a person, one stop shop": (SHOP, person("HU"), SERVICE, "standard", ("home", "S", "", "", "")),
    "delivered at home": (DE, firm("FR", delivery_country="DE"), GOODS, "standard", ("home", "S", "", "", "")),
    "delivered abroad": (DE, firm("DE", "DE", delivery_country="CH"), GOODS, "standard", ("abroad_goods", "G", "", "export", "VATEX-EU-G")),
    "export": (DE, firm("US"), GOODS, "standard", ("abroad_goods", "G", "", "export", "VATEX-EU-G")),
    "service to a firm abroad": (DE, firm("CH"), SERVICE, "standard", ("abroad_services", "O", "", "outside", "VATEX-EU-O")),
    "service to a person abroad": (DE, person("CH"), SERVICE, "standard", ("home", "S", "", "", "")),
    "digital to a person abroad": (DE, person("CH"), DIGITAL, "standard", ("abroad_services", "O", "", "outside", "VATEX-EU-O")),
    "exempt service abroad": (DE, firm("CH"), SERVICE, "exempt", ("home", "E", "", "exempt", "")),
    "goods to Northern Ireland": (DE, firm("GB", "XI", postcode="BT9 5AG"), GOODS, "standard", ("eu_goods", "K", "", "intra", "VATEX-EU-IC")),
    "service to Northern Ireland": (DE, firm("GB", "XI", postcode="BT9 5AG"), SERVICE, "standard", ("abroad_services", "O", "", "outside", "VATEX-EU-O")),
    "goods to a person in Northern Ireland": (SHOP, person("GB", postcode="BT9 5AG"), GOODS, "standard", ("eu_consumer", "S", "XI", "", "")),
    "Canary Islands": (DE, firm("ES", postcode="35001"), GOODS, "standard", ("abroad_goods", "G", "", "export", "VATEX-EU-G")),
    "Monaco": (DE, firm("MC", "FR"), GOODS, "standard", ("eu_goods", "K", "", "intra", "VATEX-EU-IC")),
    "London to Belfast": (GB, firm("GB", postcode="BT1 1AA"), GOODS, "standard", ("home", "S", "", "", "")),
    "London to Berlin, goods": (GB, firm("DE"), GOODS, "standard", ("abroad_goods", "G", "", "export", "")),
    "London to Berlin, service": (GB, firm("DE"), SERVICE, "standard", ("abroad_services", "O", "", "outside", "")),
    "London to a person in Berlin": (GB, person("DE"), SERVICE, "standard", ("home", "S", "", "", "")),
    "Belfast to Berlin, goods": (BELFAST, firm("DE"), GOODS, "standard", ("eu_goods", "K", "", "intra", "VATEX-EU-IC")),
    "Belfast to Berlin, service": (BELFAST, firm("DE"), SERVICE, "standard", ("abroad_services", "O", "", "outside", "")),
    "Zürich to Vaduz": (CH, firm("LI", "LI"), SERVICE, "standard", ("home", "S", "", "", "")),
    "Zürich to a person in Berlin": (CH, person("DE"), SERVICE, "standard", ("abroad_services", "O", "", "outside", "")),
    "Tokyo to Berlin": (JP, firm("DE"), GOODS, "reduced", ("abroad_goods", "G", "", "export", "")),
    "Kuwait": (KW, firm("DE"), GOODS, "standard", ("home", "O", "", "no_tax", "")),
    "agreed standard": (DE, firm("FR", treatment="standard"), GOODS, "standard", ("home", "S", "", "", "")),
    "agreed exempt": (DE, firm("FR", treatment="exempt"), GOODS, "standard", ("home", "E", "", "exempt_buyer", "")),
    "small business": (Seller("DE", small_business=True), firm("FR"), GOODS, "standard", ("home", "E", "", "small_business", "")),
    "US abroad": (US, firm("DE"), GOODS, "standard", ("abroad_goods", "O", "", "abroad", "")),
    "US service abroad": (US, firm("DE"), SERVICE, "standard", ("abroad_services", "O", "", "abroad", "")),
    "US without a rate": (US, firm("US"), GOODS, "standard", ("home", "O", "", "no_sales_tax", "")),
    "US not taxable": (US, firm("US"), SERVICE, "exempt", ("home", "E", "", "exempt", "")),
    "US with a certificate": (US, firm("US", treatment="exempt"), GOODS, "standard", ("home", "E", "", "exempt_buyer", "")),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_worked_case(case: str) -> None:
    seller, buyer, kind, tax_class, expected = CASES[case]
    found = decide(seller, buyer, kind, tax_class)
    assert (found.zone, found.category, found.country, found.reason, found.vatex) == expected


def test_own_table_of_sales_tax_decides() -> None:
    found = decide(US, firm("US"), GOODS, "standard", taxed_locally=True)
    assert found == Decision("home", "S", "standard", country="US")


COUNTRY = st.sampled_from([*sorted(MEMBERS), "GB", "CH", "US", "JP", "KW", "XX", "NO", ""])
SELLERS = st.builds(Seller, COUNTRY.filter(bool), st.sampled_from(["", "BT1", "35001"]), st.booleans(), st.booleans())
BUYERS = st.builds(
    Buyer,
    country=COUNTRY,
    postcode=st.sampled_from(["", "BT1", "35001", "10115"]),
    delivery_country=COUNTRY,
    business=st.booleans(),
    vat_states=st.frozensets(COUNTRY.filter(bool), max_size=2),
    treatment=st.sampled_from(["auto", "exempt", "standard"]),
)


@given(SELLERS, BUYERS, st.sampled_from(KINDS), st.sampled_from(CLASSES))
def test_every_supply_has_one_lawful_answer(seller: Seller, buyer: Buyer, kind: str, tax_class: str) -> None:
    found = decide(seller, buyer, kind, tax_class)
    assert found.zone in ZONES
    assert (found.category in "SZ") == (found.reason == "")  # what charges nothing says why
    if found.category == "S":
        assert rates_of(found.country or seller.country, "standard")
    if found.category in ("K", "AE"):
        assert buyer.vat_states
        assert buyer.business
    if found.country and seller.country != "US":
        assert seller.oss
        assert kind != SERVICE
    if found.vatex:
        assert found.vatex.startswith("VATEX-EU-")
        assert place(seller.country, seller.postcode, goods=kind == GOODS).member


@pytest.mark.parametrize("country", sorted(COUNTRIES))
@pytest.mark.parametrize("tax_class", CLASSES)
def test_rates_follow_each_other_without_gap_or_overlap(country: str, tax_class: str) -> None:
    found = rates_of(country, tax_class)
    assert [row.end for row in found[:-1]] == [row.start - dt.timedelta(days=1) for row in found[1:]]
    assert all(0 < row.rate < 30 for row in found)
    assert not found or found[-1].end is None
    assert rate_on(country, tax_class, dt.date(2026, 3, 16)) == (found[-1].rate if found else None)


@pytest.mark.parametrize(
    ("country", "day", "rate"),
    [
        ("DE", "2020-06-30", "19"), ("DE", "2020-07-01", "16"), ("DE", "2020-12-31", "16"), ("DE", "2021-01-01", "19"),
        ("CH", "2023-12-31", "7.7"), ("CH", "2024-01-01", "8.1"), ("EE", "2025-07-01", "24"), ("RO", "2025-08-01", "21"),
        ("SK", "2025-01-01", "23"), ("FI", "2024-09-01", "25.5"), ("XI", "2026-01-01", "20"), ("JP", "2019-09-30", "8"),
    ],
)  # fmt: skip
def test_rates_on_their_days(country: str, day: str, rate: str) -> None:
    assert rate_on(country, "standard", dt.date.fromisoformat(day)) == D(rate)


def test_no_rate_before_the_first_and_none_where_there_is_no_tax() -> None:
    assert rate_on("CH", "standard", dt.date(2017, 12, 31)) is None
    assert rates_of("KW", "standard") == ()


def test_the_office_that_gave_a_vat_id() -> None:
    ids = ("DE136695976", "EL094259216", "XI123456789", "CHE107787577MWST", "12345", "")
    assert [state_of(each) for each in ids] == ["DE", "GR", "XI", "CH", "", ""]


def test_longest_prefix_in_force_wins() -> None:
    start, until = dt.date(2020, 1, 1), dt.date(2025, 12, 31)
    state = LocalRate("NY", "", D(4), start)
    city = LocalRate("NY", "100", D("8.875"), start)
    gone = LocalRate("NY", "10001", D(9), start, until)
    rows = [state, city, gone, LocalRate("NJ", "", D("6.625"), start)]
    day = dt.date(2026, 3, 16)
    assert local_rate(rows, "ny ", "10001", day) == city
    assert local_rate(rows, "NY", "10001", until) == gone
    assert local_rate(rows, "NY", "14201", day) == state
    assert local_rate(rows, "CA", "94105", day) is None
    assert local_rate(rows, "NY", "10001", dt.date(2019, 1, 1)) is None
