"""What EN 16931 has no place for, said at the field where it was typed; and which field a broken rule belongs to. Pure.

`facts` and `parties` are the two parts of a snapshot (docs/adr/0012-e-invoice.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from invoicing_site.errors import BusinessError
from invoicing_site.money import minor_unit

Part = Mapping[str, Any]

# What is sent as an e-invoice. A quote asks for nothing, an opening balance was invoiced elsewhere.
CARRIED = frozenset({"invoice", "deposit", "deposit_invoice", "credit_note", "debit_note"})
MEDIA_TYPES = frozenset({
    "application/pdf", "image/png", "image/jpeg", "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
})  # fmt: skip

# Rule → field: of the editor, or `client.…` and `company.…` for what stands on their pages.
FIELDS = {
    "BR-02": "", "BR-03": "issue_date", "BR-05": "currency", "BR-06": "company.legal_name", "BR-07": "client.name",
    "BR-08": "company.line1", "BR-09": "company.country", "BR-10": "client.line1", "BR-11": "client.country",
    "BR-16": "lines", "BR-29": "supply_to", "BR-30": "lines", "BR-31": "allowances", "BR-32": "allowances",
    "BR-33": "allowances", "BR-36": "allowances", "BR-37": "allowances", "BR-38": "allowances", "BR-50": "bank_account",
    "BR-53": "currency", "BR-55": "corrects", "BR-57": "client.country", "BR-61": "bank_account",
    "BR-62": "company.endpoint_scheme", "BR-63": "client.endpoint_scheme",
    "BR-CO-03": "supply_to", "BR-CO-09": "client.tax_ids", "BR-CO-25": "net_days", "BR-CO-26": "company.vat_id",
    "BR-IC-11": "supply_to", "BR-IC-12": "client.country",
    "BR-CL-03": "currency", "BR-CL-04": "currency", "BR-CL-05": "currency", "BR-CL-14": "client.country",
    "BR-CL-22": "lines", "BR-CL-23": "lines", "BR-CL-24": "attachments", "BR-CL-25": "client.endpoint_scheme",
    "PEPPOL-EN16931-R003": "buyer_reference", "PEPPOL-EN16931-R005": "currency", "PEPPOL-EN16931-R010": "client.endpoint",
    "PEPPOL-EN16931-R020": "company.endpoint", "PEPPOL-EN16931-R110": "supply_from", "PEPPOL-EN16931-R111": "supply_to",
    "PEPPOL-EN16931-R061": "bank_account", "PEPPOL-EN16931-CL008": "client.endpoint_scheme",
    "DE-R-001": "bank_account", "DE-R-002": "company.contact_name", "DE-R-003": "company.city",
    "DE-R-004": "company.postcode", "DE-R-005": "company.contact_name", "DE-R-006": "company.phone",
    "DE-R-007": "company.email", "DE-R-008": "client.city", "DE-R-009": "client.postcode", "DE-R-010": "client.city",
    "DE-R-011": "client.postcode", "DE-R-014": "lines", "DE-R-015": "buyer_reference", "DE-R-016": "company.vat_id",
    "DE-R-022": "attachments", "DE-R-027": "company.phone", "DE-R-028": "company.email",
}  # fmt: skip
# Families of rules: the first that fits. Those on seller's ids end in -02 to -04, the rest of a tax category is about lines.
_SELLER_IDS = ("-02", "-03", "-04")
_CATEGORIES = ("BR-S-", "BR-Z-", "BR-E-", "BR-AE-", "BR-IC-", "BR-G-", "BR-O-", "BR-AF-", "BR-AG-")


def field_of(rule: str) -> str | None:
    """Where a broken rule is mended; None where only the document as a whole can be named."""
    found = FIELDS.get(rule)
    if found is not None:
        return found or None
    if rule.startswith(_CATEGORIES):
        if rule.startswith(("BR-AE-", "BR-IC-")) and rule.endswith(_SELLER_IDS):
            return "client.tax_ids"
        return "company.vat_id" if rule.endswith(_SELLER_IDS) else "lines"
    if rule.startswith("PEPPOL-COMMON"):
        return "client.endpoint"
    return "lines"


def refusals(facts: Part) -> list[BusinessError]:
    """Everything of a document that its XML could not say; empty means that it can be carried.

    einvoice.two_taxes at ``lines.<i>.tax_codes`` (compound taxes are two), einvoice.outside_mixed at "lines", einvoice.allowance_tax
    at ``allowances.<i>``, einvoice.withholding, einvoice.currency, einvoice.attachment. Source: EN 16931-1, BG-30, BR-O-11, BR-DEC.
    """
    return [*_of_lines(facts), *_of_allowances(facts), *_of_document(facts)]


def _of_lines(facts: Part) -> Iterator[BusinessError]:
    for index, line in enumerate(facts["lines"]):
        if len(line["taxes"]) > 1:
            yield BusinessError("einvoice.two_taxes", f"lines.{index}.tax_codes", line=index + 1)
    categories = {tax["category"] for tax in facts["tax_totals"]}
    if "O" in categories and len(categories) > 1:
        yield BusinessError("einvoice.outside_mixed", "lines")


def _of_allowances(facts: Part) -> Iterator[BusinessError]:
    for index, item in enumerate(facts["allowances"]):
        if item.get("taxes") == [] and Decimal(item["amount"]):
            yield BusinessError("einvoice.allowance_tax", f"allowances.{index}", name=item["description"])


def _of_document(facts: Part) -> Iterator[BusinessError]:
    if (facts.get("withholding") or {}).get("amount"):
        yield BusinessError("einvoice.withholding", "withholding_percent")
    if minor_unit(facts["currency"]) > 2:
        yield BusinessError("einvoice.currency", "currency", currency=facts["currency"])
    for file in facts.get("attachments") or ():
        if file["media_type"] not in MEDIA_TYPES:
            yield BusinessError("einvoice.attachment", "attachments", name=file["name"])
