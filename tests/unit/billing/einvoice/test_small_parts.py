"""Electronic addresses, and corners of what is written."""

from decimal import Decimal

import pytest

from billing.documents.einvoice import cii, ubl
from billing.documents.einvoice.rulebooks import schema_errors
from billing.documents.received.stated import read_xml
from invoicing_site.errors import BusinessError
from invoicing_site.rules.eas import SCHEMES, check_endpoint, choices
from tests.helpers.einvoices import line, snapshot


def test_an_address_has_a_register() -> None:
    for scheme in ("", "0088", "EM"):
        check_endpoint(scheme, "4000001000005" if scheme else "")
    assert choices()[0] == ("", "—")
    assert dict(choices()[1:]).keys() == SCHEMES.keys()


@pytest.mark.parametrize(
    ("scheme", "value", "code", "field"),
    [
        ("", "1", "endpoint.scheme", "endpoint_scheme"), ("1234", "1", "endpoint.scheme", "endpoint_scheme"),
        ("0088", "", "endpoint.value", "endpoint"),
    ],
)  # fmt: skip
def test_half_an_address_is_refused(scheme: str, value: str, code: str, field: str) -> None:
    with pytest.raises(BusinessError) as refused:
        check_endpoint(scheme, value)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_taxes_that_differ_in_our_code_alone_are_one_there() -> None:
    facts, parties = snapshot([line("1", "100")])
    facts["tax_totals"].append(facts["tax_totals"][0] | {"code": "OTHER", "base": "50.00", "amount": "9.50"})
    for write in (ubl, cii):
        (tax,) = read_xml(write(facts, parties))["taxes"]
        assert (tax["base"], tax["amount"]) == ("150.00", "28.50")


def test_no_quantity_has_no_price() -> None:
    facts, parties = snapshot([line("0", "100")], gross=True, due=[])
    (row,) = read_xml(ubl(facts, parties))["lines"]
    assert (Decimal(row["quantity"]), Decimal(row["price"]), Decimal(row["net"])) == (0, 0, 0)


def test_service_periods_stand_on_the_line() -> None:
    facts, parties = snapshot([line()])
    facts["lines"][0] |= {"service_from": "2026-11-01", "service_to": "2026-11-30"}
    for syntax, write in (("ubl", ubl), ("cii", cii)):
        xml = write(facts, parties)
        assert schema_errors(xml, syntax) == []
        assert read_xml(xml)["lines"][0]["period"] == ["2026-11-01", "2026-11-30"]
