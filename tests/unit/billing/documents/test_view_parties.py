"""Address window, return line and footer, in the order each country's post wants."""

from typing import Any

import pytest

from billing.documents.parts import Row
from billing.documents.view import document_view
from tests.helpers.papers import BUYER, address, facts, parties


def window(**place: Any) -> tuple[str, ...]:
    return document_view(facts(1), parties(None, {"address": address(**place)})).buyer.lines[2:]


@pytest.mark.parametrize(
    ("place", "lines"),
    [
        (("Ballindamm 25", "20095", "Hamburg", "DE"), ("Ballindamm 25", "20095 Hamburg")),
        (("Graben 1", "1010", "Wien", "AT", "Stiege 2"), ("Graben 1", "Stiege 2", "1010 Wien", "AUSTRIA")),
        (("1 Main St", "66044", "Lawrence", "US", "", "KS"), ("1 Main St", "Lawrence, KS 66044", "UNITED STATES")),
        (("1 High St", "W1A 1AA", "London", "GB"), ("1 High St", "London", "W1A 1AA", "UNITED KINGDOM")),
        (("Via Roma 1", "20121", "Milano", "IT", "", "MI"), ("Via Roma 1", "20121 Milano, MI", "ITALY")),
        (("1 Main St", "", "Lawrence", "US"), ("1 Main St", "Lawrence", "UNITED STATES")),
        (("", "", "", "DE"), ()),
        (("Somewhere", "", "", "ZZ"), ("Somewhere", "UNKNOWN REGION")),
    ],
)
def test_the_window_writes_the_town_as_its_country_does(place: tuple[str, ...], lines: tuple[str, ...]) -> None:
    names = ("line1", "postcode", "city", "country", "line2", "region")
    assert window(**dict(zip(names, place, strict=False))) == lines


def test_name_and_attention_come_first() -> None:
    assert document_view(facts(1), parties()).buyer.lines[:2] == ("Alster Reederei AG", "Attn. Maren Petersen")


def test_a_buyer_without_an_address_still_has_a_name() -> None:
    view = document_view(facts(1), parties(None, {"address": None, "attention": ""}))
    assert view.buyer.lines == ("Alster Reederei AG",)


def test_goods_sent_elsewhere_say_where() -> None:
    place = address("Hafenstraße 3", "20457", "Hamburg", "DE")
    view = document_view(facts(1), parties(None, {"delivery_address": place}))
    assert view.buyer.delivered_to == Row("Delivered to", "Hafenstraße 3, 20457 Hamburg")
    assert document_view(facts(1), parties()).buyer.delivered_to is None


def test_the_footer_holds_what_a_letter_must_name() -> None:
    assert document_view(facts(1, "de"), parties()).seller.footer == (
        ("Spreebogen Werkstatt GmbH", "Schiffbauerdamm 19", "10117 Berlin"),
        ("Telefon +49 30 5550 1234", "rechnung@spreebogen.example", "www.spreebogen.example"),
        (
            "USt-IdNr. DE136695976",
            "Handelsregister: HRB 12345 B, Amtsgericht Charlottenburg",
            "Geschäftsführung: Dr. Ada Kern, Jonas Weiß",
        ),
    )


def test_empty_details_leave_no_empty_lines() -> None:
    bare = {"email": "", "phone": "", "website": "", "register": "", "managers": "", "tax_ids": []}
    assert document_view(facts(1), parties(bare)).seller.footer[1:] == ((), ())


def test_the_return_line_names_the_seller_without_country() -> None:
    seller = document_view(facts(1), parties(None, {"address": address("Graben 1", "1010", "Wien", "AT")})).seller
    assert seller.sender == "Spreebogen Werkstatt GmbH · Schiffbauerdamm 19 · 10117 Berlin"
    assert seller.footer[0][-1] == "GERMANY"


def test_a_seller_without_a_short_name_goes_by_the_legal_one() -> None:
    assert document_view(facts(1), parties({"name": ""})).seller.name == "Spreebogen Werkstatt GmbH"
    assert document_view(facts(1), parties({"legal_name": ""})).seller.sender.startswith("Spreebogen Werkstatt · ")


@pytest.mark.parametrize(("country", "paper"), [("DE", "a4"), ("GB", "a4"), ("US", "letter"), ("MX", "letter")])
def test_paper_follows_the_sellers_country(country: str, paper: str) -> None:
    place = address("1 Main St", "1", "Town", country)
    assert document_view(facts(1), parties({"address": place})).paper == paper


def test_the_buyers_tax_id_is_printed_beside_the_number() -> None:
    view = document_view(facts(1), parties(None, {"tax_ids": [{"scheme": "VAT", "value": "ATU12345675"}]}))
    assert Row("Your VAT ID", "ATU12345675") in view.meta
    assert [row.label for row in document_view(facts(1), {**parties(), "buyer": BUYER}).meta] == [
        "Number",
        "Date",
        "Supply period",
        "Due",
        "Customer no.",
        "Purchase order",
    ]


def test_an_unknown_kind_of_tax_id_keeps_its_name() -> None:
    view = document_view(facts(1), parties(None, {"tax_ids": [{"scheme": "NIF", "value": "123"}]}))
    assert Row("Your NIF", "123") in view.meta
