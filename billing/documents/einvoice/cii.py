"""Cross Industry Invoice D16B (EN 16931-3-3, Factur-X): the terms of `Content` in the order the schema wants."""

import base64

from billing.documents.einvoice.content import Content
from billing.documents.einvoice.lines import Adjustment, Line
from billing.documents.einvoice.parties import Party, Place
from billing.documents.einvoice.tree import Element, Writer

SCHEMA = "urn:un:unece:uncefact:data:standard:"
PREFIXES = {
    "rsm": f"{SCHEMA}CrossIndustryInvoice:100",
    "ram": f"{SCHEMA}ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{SCHEMA}UnqualifiedDataType:100",
    "qdt": f"{SCHEMA}QualifiedDataType:100",
}
DAY = "102"  # UNTDID 2379: CCYYMMDD


def write_cii(content: Content) -> bytes:
    """The whole message. Figures are written as they stand in `content`."""
    return _Cii(content).bytes()


class _Cii(Writer):
    def __init__(self, content: Content) -> None:
        self.content = content
        super().__init__(PREFIXES, "rsm:CrossIndustryInvoice")
        self._head()
        trade = self.group(self.root, "rsm:SupplyChainTradeTransaction")
        for line in content.lines:
            self._line(self.group(trade, "ram:IncludedSupplyChainTradeLineItem"), line)
        self._agreement(self.group(trade, "ram:ApplicableHeaderTradeAgreement"))
        self._delivery(self.group(trade, "ram:ApplicableHeaderTradeDelivery"))
        self._settlement(self.group(trade, "ram:ApplicableHeaderTradeSettlement"))

    def _head(self) -> None:
        content, context = self.content, self.group(self.root, "rsm:ExchangedDocumentContext")
        self.text(context, "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", content.profile.process)
        self.text(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", content.profile.customization)
        document = self.group(self.root, "rsm:ExchangedDocument")
        self.text(document, "ram:ID", content.number)
        self.text(document, "ram:TypeCode", content.type_code)
        self._day(document, "ram:IssueDateTime/udt:DateTimeString", content.issue_date)
        self.text(document, "ram:IncludedNote/ram:Content", "\n\n".join(content.notes))

    def _line(self, node: Element, line: Line) -> None:
        self.text(node, "ram:AssociatedDocumentLineDocument/ram:LineID", line.position)
        product = self.group(node, "ram:SpecifiedTradeProduct")
        self.text(product, "ram:SellerAssignedID", line.sku)
        self.text(product, "ram:Name", line.name)
        self.text(product, "ram:Description", line.description)
        price = self.group(node, "ram:SpecifiedLineTradeAgreement", "ram:NetPriceProductTradePrice")
        self.text(price, "ram:ChargeAmount", line.price)
        self.text(price, "ram:BasisQuantity", line.per, unitCode=line.unit)
        self.text(node, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", line.quantity, unitCode=line.unit)
        settlement = self.group(node, "ram:SpecifiedLineTradeSettlement")
        self._category(self.group(settlement, "ram:ApplicableTradeTax"), line.category, line.rate)
        if line.period:
            self._period(settlement, *line.period)
        for item in line.adjustments:
            self._adjustment(settlement, item)
        self.text(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", line.net)

    def _agreement(self, node: Element) -> None:
        content = self.content
        self.text(node, "ram:BuyerReference", content.buyer_reference)
        self._party(self.group(node, "ram:SellerTradeParty"), content.seller, seller=True)
        self._party(self.group(node, "ram:BuyerTradeParty"), content.buyer, seller=False)
        self.text(node, "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", content.purchase_order)
        self.text(node, "ram:ContractReferencedDocument/ram:IssuerAssignedID", content.contract)
        for number, file in enumerate(content.files, start=1):
            reference = self.group(node, "ram:AdditionalReferencedDocument")
            self.text(reference, "ram:IssuerAssignedID", str(number))
            self.text(reference, "ram:TypeCode", "916")
            self.text(reference, "ram:Name", file.name)
            if file.content:
                held, attributes = base64.b64encode(file.content).decode(), {"mimeCode": file.media_type}
                self.text(reference, "ram:AttachmentBinaryObject", held, **attributes, filename=file.name)
        if content.project:
            project = self.group(node, "ram:SpecifiedProcuringProject")
            self.text(project, "ram:ID", content.project)
            self.text(project, "ram:Name", "Project reference")

    def _party(self, node: Element, party: Party, *, seller: bool) -> None:
        self.text(node, "ram:ID", party.ident)
        self.text(node, "ram:Name", party.name)
        self.text(node, "ram:Description", party.legal_note if seller else "")
        legal = self.group(node, "ram:SpecifiedLegalOrganization")
        self.text(legal, "ram:ID", party.legal_id)
        self.text(legal, "ram:TradingBusinessName", party.trading_name)
        contact = self.group(node, "ram:DefinedTradeContact")
        self.text(contact, "ram:PersonName", party.contact)
        self.text(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber", party.phone)
        self.text(contact, "ram:EmailURIUniversalCommunication/ram:URIID", party.email)
        self.end(legal, contact)
        self._place(node, party.place)
        self.text(node, "ram:URIUniversalCommunication/ram:URIID", party.endpoint, schemeID=party.endpoint_scheme)
        self.text(node, "ram:SpecifiedTaxRegistration/ram:ID", party.vat, schemeID="VA")
        self.text(node, "ram:SpecifiedTaxRegistration/ram:ID", party.tax_number, schemeID="FC")

    def _place(self, parent: Element, place: Place) -> None:
        node = self.group(parent, "ram:PostalTradeAddress")
        self.text(node, "ram:PostcodeCode", place.postcode)
        self.text(node, "ram:LineOne", place.line1)
        self.text(node, "ram:LineTwo", place.line2)
        self.text(node, "ram:CityName", place.city)
        self.text(node, "ram:CountryID", place.country)
        self.text(node, "ram:CountrySubDivisionName", place.region)

    def _delivery(self, node: Element) -> None:
        content = self.content
        if content.delivery:
            self._place(self.group(node, "ram:ShipToTradeParty"), content.delivery)
        event = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
        self._day(node, event, content.delivered_on)
        self.text(node, "ram:DespatchAdviceReferencedDocument/ram:IssuerAssignedID", content.delivery_note)

    def _settlement(self, node: Element) -> None:
        content = self.content
        self.text(node, "ram:PaymentReference", content.payment.reference if content.payment else "")
        self.text(node, "ram:TaxCurrencyCode", content.tax_currency)
        self.text(node, "ram:InvoiceCurrencyCode", content.currency)
        self._payment(node)
        for part in content.taxes:
            tax = self.group(node, "ram:ApplicableTradeTax")
            self.text(tax, "ram:CalculatedAmount", part.amount)
            self.text(tax, "ram:TypeCode", "VAT")
            self.text(tax, "ram:ExemptionReason", part.reason)
            self.text(tax, "ram:BasisAmount", part.base)
            self.text(tax, "ram:CategoryCode", part.category)
            self.text(tax, "ram:ExemptionReasonCode", part.reason_code)
            german = content.profile.german  # BR-DE-14 wants the rate even where there is none
            self.text(tax, "ram:RateApplicablePercent", part.rate if part.category != "O" or german else "")
        if content.period:
            self._period(node, *content.period)
        for item in content.allowances:
            self._adjustment(node, item)
        terms = self.group(node, "ram:SpecifiedTradePaymentTerms")
        self.text(terms, "ram:Description", content.terms)
        self._day(terms, "ram:DueDateDateTime/udt:DateTimeString", content.due_date)
        self.end(terms)
        self._totals(self.group(node, "ram:SpecifiedTradeSettlementHeaderMonetarySummation"))
        for earlier in content.earlier:
            reference = self.group(node, "ram:InvoiceReferencedDocument")
            self.text(reference, "ram:IssuerAssignedID", earlier.number)
            self._day(reference, "ram:FormattedIssueDateTime/qdt:DateTimeString", earlier.issue_date)

    def _payment(self, node: Element) -> None:
        paid = self.content.payment
        if not paid:
            return
        means = self.group(node, "ram:SpecifiedTradeSettlementPaymentMeans")
        self.text(means, "ram:TypeCode", paid.code)
        account = self.group(means, "ram:PayeePartyCreditorFinancialAccount")
        self.text(account, "ram:IBANID", paid.account if paid.is_iban else "")
        self.text(account, "ram:AccountName", paid.holder)
        self.text(account, "ram:ProprietaryID", "" if paid.is_iban else paid.account)
        self.text(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", paid.bic)

    def _totals(self, node: Element) -> None:
        content = self.content
        self.text(node, "ram:LineTotalAmount", content.lines_amount)
        self.text(node, "ram:ChargeTotalAmount", content.charges)
        self.text(node, "ram:AllowanceTotalAmount", content.discounts)
        self.text(node, "ram:TaxBasisTotalAmount", content.net)
        self.text(node, "ram:TaxTotalAmount", content.tax, currencyID=content.currency)
        if content.tax_currency:
            self.text(node, "ram:TaxTotalAmount", content.tax_in_tax_currency, currencyID=content.tax_currency)
        self.text(node, "ram:RoundingAmount", content.rounding)
        self.text(node, "ram:GrandTotalAmount", content.total)
        self.text(node, "ram:TotalPrepaidAmount", content.prepaid)
        self.text(node, "ram:DuePayableAmount", content.payable)

    def _adjustment(self, parent: Element, item: Adjustment) -> None:
        node = self.group(parent, "ram:SpecifiedTradeAllowanceCharge")
        self.text(node, "ram:ChargeIndicator/udt:Indicator", "true" if item.is_charge else "false")
        self.text(node, "ram:CalculationPercent", item.percent)
        self.text(node, "ram:BasisAmount", item.base)
        self.text(node, "ram:ActualAmount", item.amount)
        self.text(node, "ram:Reason", item.reason)
        if item.category:
            self._category(self.group(node, "ram:CategoryTradeTax"), item.category, item.rate)

    def _category(self, node: Element, category: str, rate: str) -> None:
        self.text(node, "ram:TypeCode", "VAT")
        self.text(node, "ram:CategoryCode", category)
        self.text(node, "ram:RateApplicablePercent", rate if category != "O" else "")

    def _period(self, parent: Element, first: str, last: str) -> None:
        period = self.group(parent, "ram:BillingSpecifiedPeriod")
        self._day(period, "ram:StartDateTime/udt:DateTimeString", first)
        self._day(period, "ram:EndDateTime/udt:DateTimeString", last)

    def _day(self, parent: Element, path: str, day: str) -> None:
        self.text(parent, path, day.replace("-", ""), format=DAY)
