"""Reading the Cross Industry Invoice D16B, as XRechnung and Factur-X write it."""

from typing import Any

from billing.documents.received.values import Node

SCHEMA = "urn:un:unece:uncefact:data:standard:"
NAMES = {
    "rsm": f"{SCHEMA}CrossIndustryInvoice:100",
    "ram": f"{SCHEMA}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{SCHEMA}UnqualifiedDataType:100",
    "qdt": f"{SCHEMA}QualifiedDataType:100",
}
DAY = "udt:DateTimeString"


def read_cii(root: Any) -> dict[str, Any]:
    """What the message states, every figure as it is written."""
    node = Node(root, NAMES)
    document, trade = node.one("rsm:ExchangedDocument"), node.one("rsm:SupplyChainTradeTransaction")
    settlement = trade.one("ram:ApplicableHeaderTradeSettlement")
    return {
        "syntax": "cii",
        "customization": node.text(
            "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
        ),
        "type_code": document.text("ram:TypeCode") or "380",
        "number": document.text("ram:ID"),
        "issue_date": document.day(f"ram:IssueDateTime/{DAY}"),
        "notes": "\n\n".join(each.text("ram:Content") for each in document.all("ram:IncludedNote")),
        **_agreement(trade.one("ram:ApplicableHeaderTradeAgreement")),
        **_delivery(trade.one("ram:ApplicableHeaderTradeDelivery")),
        **_settlement(settlement),
        **_totals(settlement),
        "lines": [_line(each) for each in trade.all("ram:IncludedSupplyChainTradeLineItem")],
    }


def _agreement(node: Node) -> dict[str, Any]:
    return {
        "buyer_reference": node.text("ram:BuyerReference"),
        "purchase_order": node.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        "contract": node.text("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        "project": node.text("ram:SpecifiedProcuringProject/ram:ID"),
        "files": [
            {
                "name": each.attribute("ram:AttachmentBinaryObject", "filename") or each.text("ram:Name"),
                "media_type": each.attribute("ram:AttachmentBinaryObject", "mimeCode"),
            }
            for each in node.all("ram:AdditionalReferencedDocument")
        ],
        "seller": _party(node.one("ram:SellerTradeParty")),
        "buyer": _party(node.one("ram:BuyerTradeParty")),
    }


def _delivery(node: Node) -> dict[str, Any]:
    return {
        "delivery_note": node.text("ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID"),
        "delivered_on": node.day(f"ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{DAY}"),
    }


def _settlement(node: Node) -> dict[str, Any]:
    terms = node.one("ram:SpecifiedTradePaymentTerms")
    return {
        "due_date": terms.day(f"ram:DueDateDateTime/{DAY}"),
        "terms": terms.text("ram:Description"),
        "period": _period(node),
        "earlier": [
            {
                "number": each.text("ram:IssuerAssignedID"),
                "issue_date": each.day("ram:FormattedIssueDateTime/qdt:DateTimeString"),
            }
            for each in node.all("ram:InvoiceReferencedDocument")
        ],
        "payment": _payment(node),
        "allowances": [_adjustment(each) for each in node.all("ram:SpecifiedTradeAllowanceCharge")],
        "taxes": [_tax(each) for each in node.all("ram:ApplicableTradeTax")],
    }


def _payment(node: Node) -> dict[str, str]:
    means = node.one("ram:SpecifiedTradeSettlementPaymentMeans")
    account = means.one("ram:PayeePartyCreditorFinancialAccount")
    return {
        "code": means.text("ram:TypeCode"),
        "reference": node.text("ram:PaymentReference"),
        "account": account.text("ram:IBANID") or account.text("ram:ProprietaryID"),
        "holder": account.text("ram:AccountName"),
        "bic": means.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
    }


def _totals(node: Node) -> dict[str, str]:
    totals = node.one("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    currency, tax_currency = node.text("ram:InvoiceCurrencyCode"), node.text("ram:TaxCurrencyCode")
    tax = {each.attribute(".", "currencyID"): each for each in reversed(totals.all("ram:TaxTotalAmount"))}
    return {
        "currency": currency,
        "tax_currency": tax_currency,
        "tax_in_tax_currency": tax[tax_currency].amount(".") if tax_currency in tax else "",
        "lines_amount": totals.amount("ram:LineTotalAmount"),
        "discounts": totals.amount("ram:AllowanceTotalAmount"),
        "charges": totals.amount("ram:ChargeTotalAmount"),
        "net": totals.amount("ram:TaxBasisTotalAmount"),
        "tax": tax.get(currency, totals.one("ram:TaxTotalAmount")).amount("."),
        "total": totals.amount("ram:GrandTotalAmount"),
        "prepaid": totals.amount("ram:TotalPrepaidAmount"),
        "rounding": totals.amount("ram:RoundingAmount"),
        "payable": totals.amount("ram:DuePayableAmount"),
    }


def _line(node: Node) -> dict[str, Any]:
    product, settlement = node.one("ram:SpecifiedTradeProduct"), node.one("ram:SpecifiedLineTradeSettlement")
    price = node.one("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    quantity, category = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", settlement.one("ram:ApplicableTradeTax")
    return {
        "position": node.text("ram:AssociatedDocumentLineDocument/ram:LineID"),
        "name": product.text("ram:Name"),
        "description": product.text("ram:Description"),
        "sku": product.text("ram:SellerAssignedID"),
        "quantity": node.amount(quantity),
        "unit": node.attribute(quantity, "unitCode"),
        "price": price.amount("ram:ChargeAmount"),
        "per": price.amount("ram:BasisQuantity"),
        "net": settlement.amount("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        "category": category.text("ram:CategoryCode"),
        "rate": category.amount("ram:RateApplicablePercent"),
        "period": _period(settlement),
        "adjustments": [_adjustment(each) for each in settlement.all("ram:SpecifiedTradeAllowanceCharge")],
    }


def _adjustment(node: Node) -> dict[str, Any]:
    category = node.one("ram:CategoryTradeTax")
    return {
        "is_charge": node.text("ram:ChargeIndicator/udt:Indicator").lower() in ("true", "1"),
        "amount": node.amount("ram:ActualAmount"),
        "reason": node.text("ram:Reason"),
        "category": category.text("ram:CategoryCode"),
        "rate": category.amount("ram:RateApplicablePercent"),
    }


def _tax(node: Node) -> dict[str, Any]:
    return {
        "category": node.text("ram:CategoryCode"),
        "rate": node.amount("ram:RateApplicablePercent"),
        "base": node.amount("ram:BasisAmount"),
        "amount": node.amount("ram:CalculatedAmount"),
        "reason": node.text("ram:ExemptionReason"),
        "reason_code": node.text("ram:ExemptionReasonCode"),
    }


def _party(node: Node) -> dict[str, Any]:
    ids = {each.attribute(".", "schemeID"): each.text(".") for each in node.all("ram:SpecifiedTaxRegistration/ram:ID")}
    place, contact = node.one("ram:PostalTradeAddress"), node.one("ram:DefinedTradeContact")
    return {
        "name": node.text("ram:Name"),
        "trading_name": node.text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
        "legal_id": node.text("ram:SpecifiedLegalOrganization/ram:ID"),
        "vat": ids.get("VA", ""),
        "tax_number": ids.get("FC", ""),
        "line1": place.text("ram:LineOne"),
        "line2": place.text("ram:LineTwo"),
        "postcode": place.text("ram:PostcodeCode"),
        "city": place.text("ram:CityName"),
        "region": place.text("ram:CountrySubDivisionName"),
        "country": place.text("ram:CountryID"),
        "contact": contact.text("ram:PersonName"),
        "phone": contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        "email": contact.text("ram:EmailURIUniversalCommunication/ram:URIID"),
        "endpoint": node.text("ram:URIUniversalCommunication/ram:URIID"),
        "endpoint_scheme": node.attribute("ram:URIUniversalCommunication/ram:URIID", "schemeID"),
    }


def _period(node: Node) -> list[str]:
    period = node.one("ram:BillingSpecifiedPeriod")
    found = [period.day(f"ram:StartDateTime/{DAY}"), period.day(f"ram:EndDateTime/{DAY}")]
    return found if any(found) else []
