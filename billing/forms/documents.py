"""The editor as one form object: from POST or a stored draft to cells, from cells to `billing.rules.draft.Draft`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.forms import lines as cells
from billing.forms.header import HeaderForm
from billing.forms.names import ALLOWANCE_NAMES, NAMES
from billing.forms.rows import Row, Rows, posted
from billing.forms.terms import INSTALMENT_FIELDS, TERMS, instalment_blank, instalment_row, read_instalment
from billing.reports.catalogue import Catalogue
from billing.reports.clients import label_of
from billing.rules.draft import MAX_LINES, Draft
from billing.rules.totals import Totals
from billing.states import OFFERS, Kind
from clients.models import Client
from clients.states import Term
from invoicing_site.errors import BusinessError
from invoicing_site.formats import format_amount
from invoicing_site.messages import sentence

HEADER_OF_DRAFT = (
    "kind", "valid_until", "external_number", "currency", "language", "prices_include_tax", "issue_date", "supply_from", "supply_to", "net_days",
    "buyer_reference", "purchase_order", "contract", "delivery_note", "introduction", "notes", *TERMS,
)  # fmt: skip
# Header fields that figures depend on: without them there is nothing to count.
FIGURES = frozenset({"currency", "issue_date", "supply_from", "supply_to", "withholding_percent", "cash_unit"})
# The rules call these by what they are in a draft.
FIELD_OF_PATH = {"tax_codes": "tax", "taxes": "tax", "fixed_amount": "amount"}
BLANK_LINES = 3


class DocumentEditor:
    """`header` is a Django form, the others are rows of cells; `errors` belong to the document as a whole.

    The header is always bound, to what was typed or stored; `forgive` before showing a page nobody asked to save.
    `revision` is the stored draft's the person looked at, None for a new document.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        typed: Mapping[str, Any],
        lines: Rows | None = None,
        allowances: Rows | None = None,
        instalments: Rows | None = None,
        *,
        revision: int | None = None,
        of_preview: bool = False,
    ) -> None:
        self.catalogue, self.revision, self.of_preview = catalogue, revision, of_preview
        self.lines = Rows("lines") if lines is None else lines
        self.allowances = Rows("allowances") if allowances is None else allowances
        self.instalments = Rows("instalments") if instalments is None else instalments
        self.language = get_language() or "en"
        self.errors: list[str] = []
        self.set_header(**typed)

    @classmethod
    def blank(cls, catalogue: Catalogue, client: Client | None = None) -> "DocumentEditor":
        """A new document: for `client` on its terms, with a few empty lines."""
        editor = cls(catalogue, terms_of(catalogue, client))
        keys = editor.lines.new_keys()
        editor.lines.extend([cells.new_line(next(keys)) for _ in range(BLANK_LINES)])
        return editor

    @classmethod
    def of_draft(
        cls, catalogue: Catalogue, draft: Draft, client: Client, revision: int | None = None
    ) -> "DocumentEditor":
        """A stored draft at `revision`; without one, a copy to start a new document from."""
        banks = {bank.pk: str(bank.uuid) for bank in catalogue.banks}
        typed: dict[str, Any] = {name: getattr(draft, name) for name in HEADER_OF_DRAFT}
        typed |= {name: typed[name] or "" for name in TERMS}
        typed |= {"client": label_of(client), "bank_account": banks.get(draft.bank_account_id or 0, "")}
        editor = cls(catalogue, typed, revision=revision)
        for number, line in enumerate(draft.lines, start=1):
            key = f"l{line.id}" if line.id and revision else f"n{number}"
            editor.lines.append(cells.line_row(line, key, draft.currency, catalogue, editor.language))
        for number, item in enumerate(draft.allowances, start=1):
            editor.allowances.append(cells.allowance_row(item, f"n{number}", editor.language))
        for number, part in enumerate(draft.instalments, start=1):
            editor.instalments.append(instalment_row(part, f"n{number}", editor.language))
        return editor

    @classmethod
    def posted(cls, catalogue: Catalogue, data: QueryDict, *, of_preview: bool = False) -> "DocumentEditor":
        """What was sent, as it was typed; nothing is judged before `draft` or `preview`.

        `of_preview` leaves the client unread: figures do not depend on it.
        """
        typed = {
            name: field.widget.value_from_datadict(data, {}, name) for name, field in HeaderForm.base_fields.items()
        }
        lines = posted(data, "lines", cells.FIELDS, ("tax",), cells.MORE)
        allowances = posted(data, "allowances", tuple(ALLOWANCE_NAMES))
        instalments = posted(data, "instalments", INSTALMENT_FIELDS)
        number = data.get("revision", "")
        revision = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
        return cls(catalogue, typed, lines, allowances, instalments, revision=revision, of_preview=of_preview)

    def set_header(self, **changes: Any) -> None:
        """Bind the header to what it said, with `changes`; complaints about it are gone."""
        before = getattr(self, "header", None)
        typed = {**(before.data if before else {}), **changes}
        catalogue = self.catalogue
        self.header = HeaderForm(catalogue.company, catalogue.banks, typed, of_preview=self.of_preview)

    @property
    def kind(self) -> str:
        return str(self.header["kind"].value() or Kind.INVOICE)

    @property
    def is_offer(self) -> bool:
        return self.kind in OFFERS

    @property
    def counting(self) -> list[Row]:
        """The rows that are lines: the n-th is what the rules call ``lines.n``."""
        return [row for row in self.lines if not cells.blank(row)]

    @property
    def counting_allowances(self) -> list[Row]:
        return [row for row in self.allowances if not cells.allowance_blank(row)]

    @property
    def counting_instalments(self) -> list[Row]:
        return [row for row in self.instalments if not instalment_blank(row)]

    @property
    def _rows(self) -> list[Row]:
        return [*self.lines, *self.allowances, *self.instalments]

    def draft(self) -> Draft | None:
        """The whole draft, or None when a field is empty that must not be or cannot be read: the errors are in place.

        Raises document.too_many_lines.
        """
        made = self._read(whole=True)
        return None if self.has_errors else made

    def preview(self) -> Draft | None:
        """The draft as far as it goes, for counting; None when something typed cannot be read."""
        made = self._read(whole=False)
        wrong = any(row.errors for row in (*self.lines, *self.allowances)) or FIGURES & set(self.header.errors)
        return None if wrong else made

    def _read(self, *, whole: bool) -> Draft:
        rows = self.counting
        if len(rows) > MAX_LINES:
            raise BusinessError("document.too_many_lines", limit=MAX_LINES)
        named = [row for row in rows if row.values["sku"] and (whole or cells.automatic(row))]
        products = self.catalogue.products({row.values["sku"] for row in named})
        lines = [cells.read_line(row, self.catalogue, products, self.language, whole=whole) for row in rows]
        allowances = [
            cells.read_allowance(row, self.language, whole=whole)
            for row in self.counting_allowances
            if whole or row.values["percent"] or row.values["amount"]
        ]
        self.header.is_valid()
        header = self.header.cleaned_data
        client = header.get("client")
        values = {name: header[name] for name in HEADER_OF_DRAFT if name in header}
        return Draft(
            client_id=client.pk if client else 0,
            lines=tuple(lines),
            allowances=tuple(allowances),
            instalments=tuple(read_instalment(row, self.language) for row in self.counting_instalments),
            tax_rounding=self.catalogue.company.tax_rounding,
            bank_account_id=self.header.bank_ids.get(header.get("bank_account", "")),
            **({"currency": self.catalogue.company.currency} | values),
        )

    @property
    def has_errors(self) -> bool:
        return bool(self.errors or self.header.errors or any(row.errors for row in self._rows))

    def forgive(self) -> None:
        """Say nothing of header fields that are only still empty: the page is not being saved."""
        for name, refusals in self.header.errors.as_data().items():
            if all(refusal.code == "required" for refusal in refusals):
                del self.header.errors[name]

    def refuse(self, error: BusinessError) -> None:
        """Put the sentence of a refused verb at the field its path names; what no field answers to stands at the top."""
        text, path = sentence(error), (error.field or "").split(".")
        counting = {
            "lines": self.counting,
            "allowances": self.counting_allowances,
            "instalments": self.counting_instalments,
        }
        rows = counting.get(path[0])
        if rows is not None and len(path) == 3 and path[1].isdigit() and int(path[1]) < len(rows):
            row, name = rows[int(path[1])], FIELD_OF_PATH.get(path[2], path[2])
            row.errors[name] = text
            row.more = row.more or name in cells.MORE
        elif error.field in self.header.fields:
            self.header.add_error(error.field, text)
        elif text not in self.errors:
            self.errors.append(text)

    def uses(self, *names: str) -> bool:
        """Whether any of these header fields says something or is wrong."""
        return any(self.header[name].value() or name in self.header.errors for name in names)

    @property
    def terms_open(self) -> bool:
        """Whether the folded terms say anything beyond the usual."""
        said = (str(self.header[name].value() or "") for name in TERMS)
        return any(value not in ("", "0", Term.NET) for value in said) or any(
            name in self.header.errors for name in TERMS
        )

    def complaints(self) -> list[tuple[str, str, str]]:
        """Everything wrong, in the order of the page: (id of the field or empty, its name, the sentence)."""
        found = [("", "", str(text)) for text in (*self.errors, *self.header.non_field_errors())]
        for bound in self.header:
            found += [(bound.id_for_label, str(bound.label), str(text)) for text in bound.errors]
        parts = (
            (_("Line"), self.lines),
            (_("Discount or charge"), self.allowances),
            (_("Instalment"), self.instalments),
        )
        for what, rows in parts:
            for place, row in enumerate(rows, start=1):
                found += [(ident, f"{what} {place}, {name}", text) for ident, name, text in row.refusals]
        return found

    def obstacles(self) -> list[tuple[str, str, str]]:
        """Those complaints that keep the document from being counted."""
        header = {f"id_{name}" for name in FIGURES}
        return [(ident, name, text) for ident, name, text in self.complaints() if ident[:3] != "id_" or ident in header]

    def focus_first_error(self) -> None:
        """Open the page at the first field that is wrong."""
        for bound in self.header:
            if bound.errors:
                bound.field.widget.attrs["autofocus"] = True
                return
        for row in self._rows:
            if row.errors:
                row.focus = next(name for name in NAMES[row.prefix] if name in row.errors)
                return

    def fill(self, rows: Sequence[Row], client_id: int | None) -> None:
        """Write products into those of `rows` that name one by its SKU. Two queries."""
        currency = str(self.header["currency"].value() or self.catalogue.company.currency)
        offers = self.catalogue.offers({row.values["sku"] for row in rows if row.values["sku"]}, currency, client_id)
        for row in rows:
            if offer := offers.get(row.values["sku"]):
                cells.fill(row, offer, currency, self.catalogue, self.language)

    def show_amounts(self, totals: Totals, currency: str) -> dict[str, str]:
        """Put the figures beside the lines they belong to; also by the key of the line, for the live preview."""
        for row, figures in zip(self.counting, totals.lines, strict=True):
            row.amount = format_amount(figures.amount, currency, self.language)
        return {row.key: row.amount for row in self.lines}


def terms_of(catalogue: Catalogue, client: Client | None) -> dict[str, Any]:
    """What the header starts with: the client's own terms, where it has some, before the company's."""
    company = catalogue.company
    if client is None:
        return {
            "currency": company.currency,
            "language": company.language,
            "net_days": company.net_days,
            "cash_unit": company.cash_unit or "",
        }
    return {
        **{name: getattr(client, name) or "" for name in TERMS if name != "cash_unit"},
        "cash_unit": (client.currency == company.currency and company.cash_unit) or "",
        "client": label_of(client),
        "currency": client.currency,
        "language": client.language,
        "net_days": company.net_days if client.net_days is None else client.net_days,
    }
