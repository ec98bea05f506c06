"""Lines, discounts and charges between cells and the rules' inputs."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.forms import reading
from billing.forms.names import LINE_NAMES
from billing.forms.reading import Unreadable, written
from billing.forms.rows import Row
from billing.reports.catalogue import Catalogue, Offer
from billing.rules.draft import DraftAllowance, DraftLine
from invoicing_site.money import minor_unit

MORE = ("discount_amount", "account", "cost_center", "service_from", "service_to")
FIELDS = tuple(name for name in LINE_NAMES if name != "tax")
# A line where nothing of these was typed is no line: quantity, unit and tax come filled in.
# What stands in the tax cell of a line that leaves its tax to the rules.
AUTO = "*"
TYPED = ("sku", "description", "unit_price", "discount_percent", *MORE)
LENGTHS = {"sku": 40, "description": 2000, "cost_center": 40}


def blank(row: Row) -> bool:
    return not any(row.values[name] for name in TYPED)


def new_line(key: str, tax: str = AUTO) -> Row:
    values = dict.fromkeys(FIELDS, "") | {"quantity": "1"}
    return Row("lines", key, values, {"tax": [tax] if tax else []})


def line_row(line: DraftLine, key: str, currency: str, catalogue: Catalogue, language: str) -> Row:
    """A stored line of a document in `currency` as its cells would have been typed."""
    least = minor_unit(currency)
    values = {
        "sku": line.sku,
        "description": line.description,
        "quantity": written(line.quantity, language),
        "unit": reading.unit_written(line.unit, language),
        "unit_price": written(line.unit_price, language, least),
        "discount_percent": written(line.discount_percent or None, language),
        "discount_amount": written(line.discount_amount or None, language, least),
        "account": catalogue.account_codes.get(line.account_id or 0, ""),
        "cost_center": line.cost_center,
        "service_from": line.service_from.isoformat() if line.service_from else "",
        "service_to": line.service_to.isoformat() if line.service_to else "",
    }
    codes = [catalogue.tax_codes[pk] for pk in line.tax_codes]
    more = len(codes) > 1 or any(values[name] for name in MORE)
    return Row("lines", key, values, {"tax": codes}, more=more)


def read_line(
    row: Row, catalogue: Catalogue, products: Mapping[str, int], language: str, *, whole: bool = True
) -> DraftLine:
    """The line a row states; what cannot be read is said in `row.errors` and left at its default.

    `whole` also wants what a stored line needs, a description and a price; the live preview counts without them.
    """
    values = row.values

    def number(name: str, default: int) -> Decimal:
        return row.read(name, lambda text: reading.decimal(text, language), Decimal(default))

    for name, most in LENGTHS.items():
        if len(values[name]) > most:
            row.errors[name] = _("This is too long: at most %(most)s characters.") % {"most": most}
    if whole and not values["description"]:
        row.errors["description"] = _("Describe what is billed on this line.")
    if whole and not values["unit_price"]:
        row.errors["unit_price"] = _("Enter a price; zero is one too.")
    return DraftLine(
        description=values["description"],
        quantity=number("quantity", 1),
        unit_price=number("unit_price", 0),
        id=row.stored,
        unit=row.read("unit", lambda text: reading.unit(text, language), "C62"),
        discount_percent=row.read("discount_percent", lambda text: reading.percent(text, language), Decimal(0)),
        discount_amount=number("discount_amount", 0),
        tax_codes=_taxes(row, catalogue),
        automatic=automatic(row),
        product_id=products.get(values["sku"]),
        sku=values["sku"],
        account_id=row.read("account", lambda code: _account(code, catalogue), None),
        cost_center=values["cost_center"],
        service_from=row.read("service_from", reading.date, None),
        service_to=row.read("service_to", reading.date, None),
    )


def automatic(row: Row) -> bool:
    return row.several["tax"] == [AUTO]


def _taxes(row: Row, catalogue: Catalogue) -> tuple[int, ...]:
    codes = () if automatic(row) else row.several["tax"]
    if any(code not in catalogue.tax_ids for code in codes):
        row.errors["tax"] = _("Choose a tax from the list.")
        return ()
    return tuple(catalogue.tax_ids[code] for code in codes)


def _account(code: str, catalogue: Catalogue) -> int | None:
    if code not in catalogue.account_ids:
        raise Unreadable(_("Choose an account from the list."))
    return catalogue.account_ids[code]


def fill(row: Row, offer: Offer, currency: str, catalogue: Catalogue, language: str) -> None:
    """Write a product into a row; quantity and discount stay. Without a price in `currency` the price is left open."""
    product = offer.product
    row.values |= {
        "description": product.description or product.name,
        "unit": reading.unit_written(product.unit, language),
        "unit_price": written(offer.price, language, minor_unit(currency)),
    }
    if product.tax_code_id:
        row.several["tax"] = [AUTO]  # the product's own, where the client is taxed at home
    account = catalogue.account_codes.get(product.account_id or 0, "")
    if account:
        row.values["account"], row.more = account, True
    if offer.price is None:
        row.focus = "unit_price"


def allowance_row(item: DraftAllowance, key: str, language: str) -> Row:
    values = {
        "kind": "charge" if item.is_charge else "discount",
        "description": item.description,
        "percent": written(item.percent, language),
        "amount": written(item.amount, language),
    }
    return Row("allowances", key, values)


def new_allowance(key: str) -> Row:
    return Row("allowances", key, {"kind": "discount", "description": "", "percent": "", "amount": ""})


def allowance_blank(row: Row) -> bool:
    return not (row.values["description"] or row.values["percent"] or row.values["amount"])


def read_allowance(row: Row, language: str, *, whole: bool = True) -> DraftAllowance:
    """The discount or charge a row states; errors as in `read_line`."""
    description = row.values["description"]
    if whole and not description:
        row.errors["description"] = _("Say what it is for; this text is printed.")
    elif len(description) > 120:
        row.errors["description"] = _("This is too long: at most %(most)s characters.") % {"most": 120}
    return DraftAllowance(
        description=description,
        is_charge=row.values["kind"] == "charge",
        percent=row.read("percent", lambda text: reading.percent(text, language), None),
        amount=row.read("amount", lambda text: reading.decimal(text, language), None),
    )
