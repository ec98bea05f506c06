"""What a product is typed into."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Account, Product, TaxCode
from billing.models.product import ProductKind
from billing.reports.clients import MOST, find, label_of
from billing.rules.offer import PriceDetails, ProductDetails
from billing.rules.units import UNITS
from clients.models import Client
from invoicing_site.choices import Choices, currencies
from invoicing_site.errors import BusinessError
from invoicing_site.forms import DecimalField, Row, Rows, add_business_error, grown, rows_of, typed
from invoicing_site.messages import sentence
from invoicing_site.models import Company

STATES = (("", _("Active")), ("archived", _("Archived")), ("all", _("All")))
FIELDS = ("sku", "name", "description", "unit", "kind")


def units() -> Choices:
    return [(code, gettext(name)) for code, name in UNITS.items()]


class ProductFilter(forms.Form):
    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("SKU or name")}),
    )
    state = forms.ChoiceField(label=_("Show"), choices=STATES, required=False)


class ProductForm(forms.Form):
    """Offers the company's own taxes and accounts; archived ones only where the product already has them."""

    sku = forms.CharField(label=_("SKU"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=160)
    description = forms.CharField(
        label=_("Text on documents"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Left empty, the name is printed."),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=units, initial="C62")
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ProductKind.choices,
        initial=ProductKind.SERVICE,
        required=False,
        help_text=_("Where it is taxed depends on it"),
    )
    tax_code = forms.ChoiceField(label=_("Tax"), required=False)
    account = forms.ChoiceField(label=_("Account"), required=False)

    def __init__(self, *args: Any, company: Company, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taxes = TaxCode.objects.for_company(company).filter(archived_at=None)
        accounts = Account.objects.for_company(company).filter(archived_at=None, is_revenue=True)
        if product is not None:
            taxes |= TaxCode.objects.for_company(company).filter(pk=product.tax_code_id)
            accounts |= Account.objects.for_company(company).filter(pk=product.account_id)
        self.ids = {str(row.uuid): row.pk for row in (*taxes, *accounts)}
        none = [("", gettext("None: chosen on the line"))]
        usual = [("", gettext("The company's revenue account"))]
        self.fields["tax_code"].choices = none + [(str(row.uuid), f"{row.code} – {row.name}") for row in taxes]  # type: ignore[attr-defined]
        self.fields["account"].choices = usual + [(str(row.uuid), str(row)) for row in accounts]  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or ProductKind.SERVICE.value

    @staticmethod
    def stored(product: Product) -> dict[str, Any]:
        initial = {name: getattr(product, name) for name in FIELDS}
        initial["tax_code"] = str(product.tax_code.uuid) if product.tax_code else ""
        initial["account"] = str(product.account.uuid) if product.account else ""
        return initial


class PriceForm(Row):
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies)
    unit_price = DecimalField(label=_("Price"), max_digits=19, decimal_places=6, min_value=Decimal(0))
    client = forms.CharField(
        label=_("Only for client"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "client-options", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.fields["currency"].initial = company.currency
        self.found: Client | None = None

    def clean_client(self) -> int | None:
        text = self.cleaned_data["client"]
        if not text:
            return None
        rows = find(self.company, text)
        if not rows:
            raise ValidationError(sentence(BusinessError("price.client")))
        if len(rows) > 1:
            names = ", ".join(label_of(row) for row in rows[:MOST])
            raise ValidationError(sentence(BusinessError("price.client_several", names=names)))
        return int(rows[0].pk)


Prices = rows_of(PriceForm, max_num=200)


class ProductEditor:
    """The product and its prices as one thing."""

    def __init__(self, company: Company, data: Mapping[str, Any] | None = None, product: Product | None = None) -> None:
        self.company, self.product = company, product
        stored = ProductForm.stored(product) if product else None
        self.main = ProductForm(data, company=company, product=product, initial=stored)
        prices = self._stored_prices(product) if product and data is None else None
        self.prices: Rows = Prices(data, prefix="prices", initial=prices, form_kwargs={"company": company})

    @staticmethod
    def _stored_prices(product: Product) -> list[dict[str, Any]]:
        rows = product.prices.select_related("client").order_by("client__sort_name", "currency", "id")
        return [
            {
                "currency": row.currency,
                "unit_price": row.unit_price,
                "client": label_of(row.client) if row.client else "",
            }
            for row in sorted(rows, key=lambda row: row.client_id is not None)
        ]

    def grown(self, data: Mapping[str, Any]) -> "ProductEditor":
        """What was typed, unchecked, with one more price: the answer to "add" without JavaScript."""
        after = ProductEditor(self.company, None, self.product)
        after.main.initial = typed(self.main)
        after.prices = grown(Prices, data, "prices", company=self.company)
        return after

    def is_valid(self) -> bool:
        valid = [self.main.is_valid(), self.prices.is_valid()]
        return all(valid)

    def refuse(self, error: BusinessError) -> None:
        """Put a verb's refusal at its field."""
        add_business_error(self.main, error, prices=self.prices)

    @property
    def errors(self) -> list[str]:
        """What is wrong with the prices, as sentences that name their row."""
        if not self.main.is_bound:
            return []
        found = [str(error) for error in self.prices.non_form_errors()]
        for place, form in enumerate(self.prices.forms, 1):
            for field, errors in form.errors.items():
                where = gettext("Price %(place)s") % {"place": place}
                found += [f"{where}, {form.fields[field].label}: {error}" for error in errors if field in form.fields]
        return found

    def details(self) -> ProductDetails:
        """What was typed, once every part is valid."""
        data = self.main.cleaned_data
        rows = [row.cleaned_data for row in self.prices.rows()]
        return ProductDetails(
            **{name: data[name] for name in FIELDS},
            tax_code_id=self.main.ids.get(data["tax_code"]),
            account_id=self.main.ids.get(data["account"]),
            prices=tuple(PriceDetails(row["currency"], row["unit_price"], row["client"]) for row in rows),
        )
