"""The document editor as a browser without JavaScript uses it: reads the form from the page, types, presses a button."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import lxml.html
from django.test import Client as Browser

from billing.actions.drafts import create_draft
from billing.models import Document, Price, Product, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from tests.world import AT, TODAY

NEW = "/acme/documents/new/"


class Form:
    """What the page's editor would send; `lines` are the keys of its rows, in order."""

    def __init__(self, answer: Any) -> None:
        self.status = answer.status_code
        self.page = lxml.html.fromstring(answer.content.decode())
        for template in self.page.xpath("//template"):
            template.drop_tree()  # inert in a browser, mere elements to lxml
        fields = self.page.xpath("//*[@id='editor']//*[self::input or self::select or self::textarea][@name]")
        self.pairs: list[tuple[str, str]] = [pair for field in fields for pair in _sent(field)]

    @property
    def lines(self) -> list[str]:
        return [value for name, value in self.pairs if name == "lines"]

    @property
    def allowances(self) -> list[str]:
        return [value for name, value in self.pairs if name == "allowances"]

    def get(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def type(self, **values: str) -> "Form":
        """Fill header fields by name and cells as ``n1__quantity``; a cell that is not on the page is an error."""
        for name, value in values.items():
            key, _, cell = name.partition("__")
            full = f"lines-{key}-{cell}" if cell else name
            place = next((index for index, (sent, _) in enumerate(self.pairs) if sent == full), None)
            if place is None:
                raise KeyError(full)
            self.pairs[place] = (full, value)
        return self

    def check(self, name: str) -> "Form":
        self.pairs.append((name, "on"))
        return self

    def press(self, browser: Browser, url: str, act: str = "save", **kwargs: Any) -> Any:
        body = urlencode([*self.pairs, ("act", act)])
        return browser.post(url, body, content_type="application/x-www-form-urlencoded", **kwargs)

    def errors(self) -> dict[str, str]:
        """The sentence at each wrong field, by its name, and at the top under an empty name."""
        found = {}
        for node in self.page.xpath("//*[contains(@class,'error-summary')]//li"):
            link = node.find("a")
            text = node.text_content().strip()
            found[link.get("href")[1:] if link is not None else ""] = (
                text.partition(": ")[2] if link is not None else text
            )
        return found

    def focused(self) -> str:
        """The name of the field, or the value of the button, the page opens at."""
        (node,) = self.page.xpath("//*[@autofocus]")
        return node.get("value") if node.tag == "button" else node.get("name")

    def total(self) -> str:
        (node,) = self.page.xpath("//*[@data-total]")
        return str(node.text_content())


def _sent(field: Any) -> list[tuple[str, str]]:
    """What a browser sends for one field."""
    name = field.get("name")
    if field.tag == "textarea":
        return [(name, (field.text or "").removeprefix("\n"))]
    if field.tag == "select":
        chosen = field.xpath("option[@selected]") or field.xpath("option")[:1]
        return [(name, option.get("value", "")) for option in chosen]
    if field.get("type") in ("checkbox", "radio") and field.get("checked") is None:
        return []
    return [(name, field.get("value", ""))]


def opened(browser: Browser, url: str = NEW) -> Form:
    answer = browser.get(url)
    assert answer.status_code == 200, answer.status_code
    return Form(answer)


def tax(world: Any, code: str = "DE19") -> int:
    return int(TaxCode.objects.get(company=world.company, code=code).pk)


def draft_of(world: Any, *lines: DraftLine, **fields: Any) -> Document:
    """A stored draft with two lines and a discount, unless told otherwise."""
    usual = (
        DraftLine("Beratung", Decimal("2.5"), Decimal("100.10"), unit="HUR", tax_codes=(tax(world),)),
        DraftLine("Buch", Decimal(3), Decimal("9.99"), discount_percent=Decimal(10), tax_codes=(tax(world, "DE7"),)),
    )
    values: dict[str, Any] = {
        "client_id": world.client.pk,
        "currency": world.company.currency,
        "language": "de",
        "supply_to": TODAY,
        "lines": lines or usual,
        "allowances": (DraftAllowance("Treuerabatt", percent=Decimal(5)),),
    }
    draft = Draft(**(values | fields))
    return create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)


def product_of(world: Any, sku: str = "CONS", price: str | None = "120", **fields: Any) -> Product:
    values = {"name": "Consulting", "description": "Consulting, per hour", "unit": "HUR", "tax_code_id": tax(world)}
    product = Product.objects.create(company=world.company, sku=sku, **(values | fields))
    if price is not None:
        Price.objects.create(company=world.company, product=product, currency="EUR", unit_price=Decimal(price))
    return product
