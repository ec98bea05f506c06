"""A client's page of forms as one thing: filled from the stored client, read into details, refused at its fields."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext

from clients.forms.fields import AddressForm, ClientForm, Contacts, ExternalIds, TaxIds
from clients.models import Client
from clients.rules.details import ClientDetails, ContactDetails, ExternalIdDetails, TaxIdDetails
from invoicing_site.errors import BusinessError
from invoicing_site.forms import Rows, add_business_error, grown, typed, typed_rows
from invoicing_site.models import Company

FORMSETS: dict[str, type[Rows]] = {"contacts": Contacts, "tax_ids": TaxIds, "external_ids": ExternalIds}
ADDRESSES = ("billing", "delivery")


class ClientEditor:
    """The forms of one client: `main`, `billing`, `delivery`, and the rows `contacts`, `tax_ids`, `external_ids`."""

    def __init__(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> None:
        given = initial or {}
        self.main = ClientForm(data, initial=given.get("main"))
        self.billing = AddressForm(data, prefix="billing", initial=given.get("billing"))
        self.delivery = AddressForm(data, prefix="delivery", initial=given.get("delivery"))
        self.rows = {
            name: formset(data, prefix=name, initial=given.get(name) if data is None else None)
            for name, formset in FORMSETS.items()
        }

    @classmethod
    def of_company(cls, company: Company) -> "ClientEditor":
        """Blank, with what the company's own settings suggest."""
        address = {"country": company.country}
        main = {"currency": company.currency, "language": company.language}
        return cls(initial={"main": main, "billing": address, "delivery": address})

    @classmethod
    def of_client(cls, client: Client) -> "ClientEditor":
        """As stored; five queries at most."""
        addresses = {address.kind: model_to_dict(address) for address in client.addresses.all()}
        rows = {name: list(getattr(client, name).order_by("id").values()) for name in FORMSETS if name != "tax_ids"}
        rows["tax_ids"] = [{"scheme": row.scheme, "value": row.value} for row in client.tax_ids.order_by("id")]
        country = {"country": client.company.country}
        address = {kind: addresses.get(kind, country) for kind in ADDRESSES}
        return cls(initial={"main": ClientForm.stored(client), **address, **rows})

    def grown(self, name: str, data: Mapping[str, Any]) -> "ClientEditor":
        """What was typed, unchecked, with one more row in `name`: the answer to "add" without JavaScript."""
        initial: dict[str, Any] = {"main": typed(self.main), **{kind: typed(self.form(kind)) for kind in ADDRESSES}}
        after = ClientEditor(
            initial=initial | {key: typed_rows(rows) for key, rows in self.rows.items() if key != name}
        )
        if name in FORMSETS:
            after.rows[name] = grown(FORMSETS[name], data, name)
        return after

    def form(self, kind: str) -> AddressForm:
        return self.billing if kind == "billing" else self.delivery

    def all(self) -> list[forms.BaseForm | Rows]:
        return [self.main, self.billing, self.delivery, *self.rows.values()]

    def is_valid(self) -> bool:
        return not any([not part.is_valid() for part in self.all()])  # noqa: C419 - every part says what is wrong with it

    def refuse(self, error: BusinessError) -> None:
        """Put a verb's refusal at its field."""
        add_business_error(self.main, error, billing=self.billing, delivery=self.delivery, **self.rows)

    def answer_to(self, revision: int) -> None:
        """Let the next save of this form count as one that has seen `revision`."""
        data = cast("QueryDict", self.main.data).copy()
        data["revision"] = str(revision)
        self.main.data = data

    @property
    def errors(self) -> list[str]:
        """What is wrong outside the main form, as sentences that name their place."""
        if not self.main.is_bound:
            return []
        named: list[tuple[str, forms.BaseForm]] = [(gettext("Billing address"), self.billing)]
        named.append((gettext("Delivery address"), self.delivery))
        labels = {"contacts": gettext("Contact"), "tax_ids": gettext("Tax id"), "external_ids": gettext("External id")}
        for name, rows in self.rows.items():
            named += [(f"{labels[name]} {place}", form) for place, form in enumerate(rows.forms, 1)]
        found = [str(error) for rows in self.rows.values() for error in rows.non_form_errors()]
        for label, form in named:
            for field, errors in form.errors.items():
                where = f"{label}, {form.fields[field].label}" if field in form.fields else label
                found += [f"{where}: {error}" for error in errors]
        return found

    def details(self) -> ClientDetails:
        """What was typed, once every part is valid."""

        def values(name: str, *fields: str) -> list[dict[str, Any]]:
            return [{field: row.cleaned_data[field] for field in fields} for row in self.rows[name].rows()]

        main = {name: value for name, value in self.main.cleaned_data.items() if name != "revision"}
        contacts = values("contacts", "uuid", "name", "role", "email", "phone")
        return ClientDetails(
            **main,
            billing=self.billing.details(),
            delivery=self.delivery.details(),
            contacts=tuple(ContactDetails(**row) for row in contacts),
            tax_ids=tuple(TaxIdDetails(**row) for row in values("tax_ids", "scheme", "value")),
            external_ids=tuple(ExternalIdDetails(**row) for row in values("external_ids", "system", "value")),
        )
