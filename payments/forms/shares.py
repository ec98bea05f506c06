"""The table "which document gets how much": what was typed stays, the rest is proposed oldest first (SPEC P1)."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invoicing_site.errors import BusinessError
from invoicing_site.forms import Row, Rows, rows_of, typed
from invoicing_site.messages import sentence
from invoicing_site.money import ZERO, quantum
from payments.actions.allocate import Share
from payments.actions.rest import DISCOUNT, MOST, SMALL
from payments.forms.fields import AmountField, plain
from payments.reports.open_items import LIMIT, items
from payments.rules.proposal import propose

BY_HAND = "hand"
PREFIX = "shares"


class ShareRow(Row):
    """`amount` in the document's currency, `paid` what it takes of a payment in another, `auto` what was proposed."""

    document = forms.UUIDField(widget=forms.HiddenInput)
    auto = forms.CharField(widget=forms.HiddenInput, required=False)
    amount = AmountField(label=_("Apply"), required=False)
    paid = AmountField(label=_("Taken from the payment"), required=False)
    rest = forms.ChoiceField(
        label=_("The rest"),
        choices=[
            ("", _("The rest stays open")),
            (DISCOUNT, _("Early-payment discount")),
            (SMALL, _("Small difference")),
        ],
        required=False,
    )

    owner: Any = None  # the open document of the row; None when it is not the client's or no longer open

    def value(self, name: str) -> Decimal | None:
        return cast("Decimal | None", self.cleaned_data.get(name)) if hasattr(self, "cleaned_data") else None

    def amount_input(self) -> str:
        return self._input("amount", gettext("Apply to %(number)s"))

    def paid_input(self) -> str:
        return self._input("paid", gettext("Taken from the payment for %(number)s"))

    def _input(self, name: str, label: str) -> str:
        number = self.owner.number if self.owner else ""
        attrs: dict[str, str | bool] = {"aria-label": label % {"number": number}}
        if self.errors.get(name):
            attrs["aria-describedby"] = f"{self[name].auto_id}_error"
        return self[name].as_widget(attrs=attrs)

    def rest_input(self) -> str:
        """Nothing where nothing could be let go: no discount is promised, and no small difference left."""
        owner = self.owner
        if owner is None or not (owner.discount_percent or self._nearly_paid() or typed(self).get("rest")):
            return ""
        return self._input("rest", gettext("The rest of %(number)s"))

    def _nearly_paid(self) -> bool:
        applied = self.value("amount") if self.is_bound else self.initial.get("uses")
        left = self.owner.open_amount - (applied or ZERO)
        return bool(applied and 0 < left <= MOST * quantum(self.owner.currency))

    def by_hand(self) -> bool:
        """Whether a person decided about this row; clearing a proposal is a decision too."""
        auto = typed(self)["auto"]  # as posted: Django cleans nothing in a row whose visible fields are blank
        amount = self.value("amount")
        proposed = f"{amount.normalize():f}" if amount else ""
        return auto == BY_HAND or "amount" in self.errors or (auto or "") != proposed or self.value("paid") is not None


RowSet: type[Rows] = rows_of(ShareRow, extra=0, max_num=LIMIT * 2)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person sees before saving: of `amount`, `used` goes to documents and `left` stays unapplied.

    Below 0 it is too much; None where something typed cannot be read.
    """

    amount: Decimal | None
    used: Decimal | None
    currency: str

    @property
    def left(self) -> Decimal | None:
        return None if self.amount is None or self.used is None else self.amount - self.used

    @property
    def seal(self) -> str:
        """What the page sends back to show that this very figure was on the screen."""
        return "" if self.left is None else f"{self.left.normalize():f} {self.currency}"


class Sheet:
    """The rows of a form over `documents`, for a payment in `currency`; bound to `data`, or laid out afresh."""

    def __init__(self, documents: Sequence[Any], currency: str, rows: Rows) -> None:
        self.currency, self.rows, self.documents = currency, rows, documents
        owners = {row.uuid: row for row in documents}
        for form in self.forms:
            known = form.initial.get("document") if not form.is_bound else form.data.get(form.add_prefix("document"))
            form.owner = owners.get(_uuid(known))

    @property
    def forms(self) -> list[ShareRow]:
        return cast("list[ShareRow]", self.rows.forms)

    @property
    def foreign(self) -> bool:
        """Whether some document is in another currency than the payment."""
        return any(row.currency != self.currency for row in self.documents)

    def uses(self, form: ShareRow) -> Decimal:
        """What a row takes of the payment, in the payment's currency."""
        same = form.owner is None or form.owner.currency == self.currency
        return form.value("amount" if same else "paid") or ZERO

    def standing(self, amount: Decimal | None) -> Standing:
        return Standing(amount, self.used, self.currency)

    @cached_property
    def used(self) -> Decimal | None:
        """What all rows take together. Kept as first asked: a refusal added to a row later hides what was typed there."""
        if not self.rows.is_bound:
            return sum((_initial(form) for form in self.forms), ZERO)
        return sum((self.uses(form) for form in self.forms), ZERO) if self.rows.is_valid() else None

    def is_valid(self) -> bool:
        """Every amount readable, of an open document, and both amounts there where two currencies meet."""
        valid = self.used is not None
        for form in self.filled():
            if form.owner is None:
                form.add_error(None, gettext("This document is no longer open. Take its amount out."))
            elif form.owner.currency != self.currency:
                for name, currency in (("amount", form.owner.currency), ("paid", self.currency)):
                    if not form.value(name) and name not in form.errors:
                        form.add_error(name, gettext("Enter the amount in %(currency)s too.") % {"currency": currency})
        return valid and not any(form.errors for form in self.forms)

    def filled(self) -> list[ShareRow]:
        return [form for form in self.forms if form.value("amount") or form.value("paid") or form.errors]

    def shares(self) -> list[Share]:
        """What the verb gets, in the order of `filled`."""
        return [
            Share(
                form.cleaned_data["document"],
                form.value("amount") or ZERO,
                form.value("paid") if form.owner.currency != self.currency else None,
                form.cleaned_data.get("rest", ""),
            )
            for form in self.filled()
        ]

    def refuse(self, error: BusinessError) -> bool:
        """Put a refusal of the verb at the row it names; False where it names none."""
        head, _dot, index = (error.field or "").partition(".")
        if head != PREFIX or not index.isdigit():
            return False
        self.filled()[int(index)].add_error("amount", sentence(error))
        return True


def bound(documents: Sequence[Any], currency: str, data: Mapping[str, Any]) -> Sheet:
    """The rows as typed."""
    return Sheet(documents, currency, RowSet(data, prefix=PREFIX))


def laid_out(
    documents: Sequence[Any],
    currency: str,
    amount: Decimal | None,
    decided: Mapping[uuid.UUID, Mapping[str, Any]] | None = None,
) -> Sheet:
    """Fresh rows: what a person `decided` as it was typed, the rest of `amount` proposed oldest first."""
    decided = decided or {}
    taken = {key: row["uses"] for key, row in decided.items()}
    proposal = propose(amount, currency, items(documents), taken) if amount else {}
    initial = []
    for row in documents:
        mine = decided.get(row.uuid)
        if mine is not None:
            initial.append({"document": row.uuid, "auto": BY_HAND, **mine})
            continue
        share = proposal.get(row.uuid)
        auto = f"{share.normalize():f}" if share else ""
        text = plain(share, row.currency)
        initial.append({"document": row.uuid, "auto": auto, "amount": text, "uses": share or ZERO})
    return Sheet(documents, currency, RowSet(initial=initial, prefix=PREFIX))


def decisions(sheet: Sheet) -> dict[uuid.UUID, dict[str, Any]]:
    """The rows of a bound sheet a person decided about: texts as typed, and what they take of the payment."""
    sheet.rows.is_valid()
    return {
        form.owner.uuid: {**{name: typed(form)[name] for name in ("amount", "paid", "rest")}, "uses": sheet.uses(form)}
        for form in sheet.forms
        if form.owner is not None and form.by_hand()
    }


def posted(data: Mapping[str, Any]) -> list[uuid.UUID]:
    """The documents a posted form lists, whatever else it says."""
    rows: Iterable[Any] = RowSet(data, prefix=PREFIX).forms
    found = (_uuid(row.data.get(row.add_prefix("document"))) for row in rows)
    return [key for key in found if key is not None]


def _uuid(value: Any) -> uuid.UUID | None:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


def _initial(form: ShareRow) -> Decimal:
    return cast(Decimal, form.initial.get("uses", ZERO))
