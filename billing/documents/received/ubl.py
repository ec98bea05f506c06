"""Reading UBL 2.1 Invoice and CreditNote."""

from typing import Any

from billing.documents.received.values import Node

SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMES = {"cac": f"{SCHEMA}CommonAggregateComponents-2", "cbc": f"{SCHEMA}CommonBasicComponents-2"}
ROOTS = {f"{{{SCHEMA}{kind}-2}}{kind}": kind for kind in ("Invoice", "CreditNote")}
# References that are no files (UNTDID 1001): a project, an object that is invoiced.
PROJECT, OBJECT = "50", "130"


def read_ubl(root: Any, kind: str) -> dict[str, Any]:
    """What the message states, every figure as it is written."""
    node = Node(root, NAMES)
    totals, means = node.one("cac:LegalMonetaryTotal"), node.one("cac:PaymentMeans")
    currency = node.text("cbc:DocumentCurrencyCode")
    tax_currency = node.text("cbc:TaxCurrencyCode")
    tax = {each.attribute("cbc:TaxAmount", "currencyID"): each for each in reversed(node.all("cac:TaxTotal"))}
    own = tax.get(currency, node.one("cac:TaxTotal"))
    return {
        "syntax": "ubl",
        "customization": node.text("cbc:CustomizationID"),
        "type_code": node.text(f"cbc:{kind}TypeCode") or ("381" if kind == "CreditNote" else "380"),
        "number": node.text("cbc:ID"),
        "issue_date": node.day("cbc:IssueDate"),
        "due_date": node.day("cbc:DueDate") or means.day("cbc:PaymentDueDate"),
        "currency": currency,
        "tax_currency": tax_currency,
        "tax_in_tax_currency": tax[tax_currency].amount("cbc:TaxAmount") if tax_currency in tax else "",
        "notes": "\n\n".join(each.text(".") for each in node.all("cbc:Note")),
        "buyer_reference": node.text("cbc:BuyerReference"),
        "purchase_order": node.text("cac:OrderReference/cbc:ID"),
        "contract": node.text("cac:ContractDocumentReference/cbc:ID"),
        "delivery_note": node.text("cac:DespatchDocumentReference/cbc:ID"),
        "project": node.text("cac:ProjectReference/cbc:ID") or _project(node),
        "delivered_on": node.day("cac:Delivery/cbc:ActualDeliveryDate"),
        "period": _period(node),
        "earlier": [
            {"number": each.text("cbc:ID"), "issue_date": each.day("cbc:IssueDate")}
            for each in node.all("cac:BillingReference/cac:InvoiceDocumentReference")
        ],
        "files": _files(node),
        "seller": _party(node.one("cac:AccountingSupplierParty/cac:Party")),
        "buyer": _party(node.one("cac:AccountingCustomerParty/cac:Party")),
        "payment": {
            "code": means.text("cbc:PaymentMeansCode"),
            "reference": means.text("cbc:PaymentID"),
            "account": means.text("cac:PayeeFinancialAccount/cbc:ID"),
            "holder": means.text("cac:PayeeFinancialAccount/cbc:Name"),
            "bic": means.text("cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
        },
        "terms": node.text("cac:PaymentTerms/cbc:Note"),
        "lines": [_line(each, kind) for each in node.all(f"cac:{kind}Line")],
        "allowances": [_adjustment(each) for each in node.all("cac:AllowanceCharge")],
        "taxes": [_tax(each) for each in own.all("cac:TaxSubtotal")],
        "lines_amount": totals.amount("cbc:LineExtensionAmount"),
        "discounts": totals.amount("cbc:AllowanceTotalAmount"),
        "charges": totals.amount("cbc:ChargeTotalAmount"),
        "net": totals.amount("cbc:TaxExclusiveAmount"),
        "tax": own.amount("cbc:TaxAmount"),
        "total": totals.amount("cbc:TaxInclusiveAmount"),
        "prepaid": totals.amount("cbc:PrepaidAmount"),
        "rounding": totals.amount("cbc:PayableRoundingAmount"),
        "payable": totals.amount("cbc:PayableAmount"),
    }


def _line(node: Node, kind: str) -> dict[str, Any]:
    quantity = "cbc:CreditedQuantity" if kind == "CreditNote" else "cbc:InvoicedQuantity"
    item, price = node.one("cac:Item"), node.one("cac:Price")
    category = item.one("cac:ClassifiedTaxCategory")
    return {
        "position": node.text("cbc:ID"),
        "name": item.text("cbc:Name"),
        "description": item.text("cbc:Description"),
        "sku": item.text("cac:SellersItemIdentification/cbc:ID"),
        "quantity": node.amount(quantity),
        "unit": node.attribute(quantity, "unitCode"),
        "price": price.amount("cbc:PriceAmount"),
        "per": price.amount("cbc:BaseQuantity"),
        "net": node.amount("cbc:LineExtensionAmount"),
        "category": category.text("cbc:ID"),
        "rate": category.amount("cbc:Percent"),
        "period": _period(node),
        "adjustments": [_adjustment(each) for each in node.all("cac:AllowanceCharge")],
    }


def _adjustment(node: Node) -> dict[str, Any]:
    category = node.one("cac:TaxCategory")
    return {
        "is_charge": node.text("cbc:ChargeIndicator").lower() in ("true", "1"),
        "amount": node.amount("cbc:Amount"),
        "reason": node.text("cbc:AllowanceChargeReason"),
        "category": category.text("cbc:ID"),
        "rate": category.amount("cbc:Percent"),
    }


def _tax(node: Node) -> dict[str, Any]:
    category = node.one("cac:TaxCategory")
    return {
        "category": category.text("cbc:ID"),
        "rate": category.amount("cbc:Percent"),
        "base": node.amount("cbc:TaxableAmount"),
        "amount": node.amount("cbc:TaxAmount"),
        "reason": category.text("cbc:TaxExemptionReason"),
        "reason_code": category.text("cbc:TaxExemptionReasonCode"),
    }


def _party(node: Node) -> dict[str, Any]:
    ids = {each.text("cac:TaxScheme/cbc:ID"): each.text("cbc:CompanyID") for each in node.all("cac:PartyTaxScheme")}
    place, contact, legal = node.one("cac:PostalAddress"), node.one("cac:Contact"), node.one("cac:PartyLegalEntity")
    trading = node.text("cac:PartyName/cbc:Name")
    return {
        "name": legal.text("cbc:RegistrationName") or trading,
        "trading_name": trading if legal.text("cbc:RegistrationName") else "",
        "legal_id": legal.text("cbc:CompanyID"),
        "vat": ids.get("VAT", ""),
        "tax_number": next((value for scheme, value in ids.items() if scheme != "VAT"), ""),
        "line1": place.text("cbc:StreetName"),
        "line2": place.text("cbc:AdditionalStreetName"),
        "postcode": place.text("cbc:PostalZone"),
        "city": place.text("cbc:CityName"),
        "region": place.text("cbc:CountrySubentity"),
        "country": place.text("cac:Country/cbc:IdentificationCode"),
        "contact": contact.text("cbc:Name"),
        "phone": contact.text("cbc:Telephone"),
        "email": contact.text("cbc:ElectronicMail"),
        "endpoint": node.text("cbc:EndpointID"),
        "endpoint_scheme": node.attribute("cbc:EndpointID", "schemeID"),
    }


def _period(node: Node) -> list[str]:
    period = node.one("cac:InvoicePeriod")
    found = [period.day("cbc:StartDate"), period.day("cbc:EndDate")]
    return found if any(found) else []


def _project(node: Node) -> str:
    """A credit note has no element of its own for the project."""
    rows = node.all("cac:AdditionalDocumentReference")
    return next((each.text("cbc:ID") for each in rows if each.text("cbc:DocumentTypeCode") == PROJECT), "")


def _files(node: Node) -> list[dict[str, Any]]:
    """What is attached; its bytes stay in the received file."""
    found = []
    for each in node.all("cac:AdditionalDocumentReference"):
        if each.text("cbc:DocumentTypeCode") in (PROJECT, OBJECT):
            continue
        held = each.one("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
        name = held.attribute(".", "filename") or each.text("cbc:DocumentDescription") or each.text("cbc:ID")
        found.append({"name": name, "media_type": held.attribute(".", "mimeCode")})
    return found
