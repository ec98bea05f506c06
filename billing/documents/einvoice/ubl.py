"""UBL 2.1 Invoice and CreditNote (EN 16931-3-2): the terms of `Content` in the order the schema wants."""

import base64

from billing.documents.einvoice.content import Content
from billing.documents.einvoice.lines import Adjustment, Line
from billing.documents.einvoice.parties import Party, Place
from billing.documents.einvoice.tree import Element, Writer

SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"
PREFIXES = {
    "cac": f"{SCHEMA}CommonAggregateComponents-2",
    "cbc": f"{SCHEMA}CommonBasicComponents-2",
}


def write_ubl(content: Content) -> bytes:
    """The whole message. Figures are written as they stand in `content`."""
    return _Ubl(content).bytes()


class _Ubl(Writer):
    def __init__(self, content: Content) -> None:
        self.content = content
        self.kind = "CreditNote" if content.is_credit else "Invoice"
        super().__init__({None: f"{SCHEMA}{self.kind}-2", **PREFIXES}, self.kind)  # type: ignore[dict-item]
        self._head()
        self._references()
        self._party("cac:AccountingSupplierParty", content.seller, seller=True)
        self._party("cac:AccountingCustomerParty", content.buyer, seller=False)
        self._delivery()
        self._payment()
        for item in content.allowances:
            self._adjustment(self.root, item)
        self._taxes()
        self._totals()
        for line in content.lines:
            self._line(line)

    def _head(self) -> None:
        root, content = self.root, self.content
        self.text(root, "cbc:CustomizationID", content.profile.customization)
        self.text(root, "cbc:ProfileID", content.profile.process)
        self.text(root, "cbc:ID", content.number)
        self.text(root, "cbc:IssueDate", content.issue_date)
        if not content.is_credit:
            self.text(root, "cbc:DueDate", content.due_date)
        self.text(root, f"cbc:{self.kind}TypeCode", content.type_code)
        # Peppol takes one note (PEPPOL-EN16931-R002).
        self.text(root, "cbc:Note", "\n\n".join(content.notes))
        self.text(root, "cbc:DocumentCurrencyCode", content.currency)
        self.text(root, "cbc:TaxCurrencyCode", content.tax_currency)
        self.text(root, "cbc:BuyerReference", content.buyer_reference)
        if content.period:
            period = self.group(root, "cac:InvoicePeriod")
            self.text(period, "cbc:StartDate", content.period[0])
            self.text(period, "cbc:EndDate", content.period[1])

    def _references(self) -> None:
        root, content = self.root, self.content
        self.text(root, "cac:OrderReference/cbc:ID", content.purchase_order)
        for earlier in content.earlier:
            reference = self.group(root, "cac:BillingReference", "cac:InvoiceDocumentReference")
            self.text(reference, "cbc:ID", earlier.number)
            self.text(reference, "cbc:IssueDate", earlier.issue_date)
        self.text(root, "cac:DespatchDocumentReference/cbc:ID", content.delivery_note)
        self.text(root, "cac:ContractDocumentReference/cbc:ID", content.contract)
        for number, file in enumerate(content.files, start=1):
            reference = self.group(root, "cac:AdditionalDocumentReference")
            self.text(reference, "cbc:ID", str(number))
            self.text(reference, "cbc:DocumentDescription", file.name)
            if file.content:
                held, attributes = base64.b64encode(file.content).decode(), {"mimeCode": file.media_type}
                name = "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
                self.text(reference, name, held, **attributes, filename=file.name)
        if content.project and content.is_credit:  # a credit note has no element of its own for it
            reference = self.group(root, "cac:AdditionalDocumentReference")
            self.text(reference, "cbc:ID", content.project)
            self.text(reference, "cbc:DocumentTypeCode", "50")
        elif content.project:
            self.text(root, "cac:ProjectReference/cbc:ID", content.project)

    def _party(self, name: str, party: Party, *, seller: bool) -> None:
        node = self.group(self.root, name, "cac:Party")
        self.text(node, "cbc:EndpointID", party.endpoint, schemeID=party.endpoint_scheme)
        self.text(node, "cac:PartyIdentification/cbc:ID", party.ident)
        self.text(node, "cac:PartyName/cbc:Name", party.trading_name)
        self._place(self.group(node, "cac:PostalAddress"), party.place)
        for value, scheme in ((party.vat, "VAT"), (party.tax_number, "FC")):
            if value:
                tax = self.group(node, "cac:PartyTaxScheme")
                self.text(tax, "cbc:CompanyID", value)
                self.text(tax, "cac:TaxScheme/cbc:ID", scheme)
        legal = self.group(node, "cac:PartyLegalEntity")
        self.text(legal, "cbc:RegistrationName", party.name)
        self.text(legal, "cbc:CompanyID", party.legal_id)
        if seller:
            self.text(legal, "cbc:CompanyLegalForm", party.legal_note)
        contact = self.group(node, "cac:Contact")
        self.text(contact, "cbc:Name", party.contact)
        self.text(contact, "cbc:Telephone", party.phone)
        self.text(contact, "cbc:ElectronicMail", party.email)
        self.end(contact)

    def _place(self, node: Element, place: Place) -> None:
        self.text(node, "cbc:StreetName", place.line1)
        self.text(node, "cbc:AdditionalStreetName", place.line2)
        self.text(node, "cbc:CityName", place.city)
        self.text(node, "cbc:PostalZone", place.postcode)
        self.text(node, "cbc:CountrySubentity", place.region)
        self.text(node, "cac:Country/cbc:IdentificationCode", place.country)

    def _delivery(self) -> None:
        delivery = self.group(self.root, "cac:Delivery")
        self.text(delivery, "cbc:ActualDeliveryDate", self.content.delivered_on)
        if self.content.delivery:
            self._place(self.group(delivery, "cac:DeliveryLocation", "cac:Address"), self.content.delivery)
        self.end(delivery)

    def _payment(self) -> None:
        paid, content = self.content.payment, self.content
        if paid:
            means = self.group(self.root, "cac:PaymentMeans")
            self.text(means, "cbc:PaymentMeansCode", paid.code)
            if content.is_credit:
                self.text(means, "cbc:PaymentDueDate", content.due_date)
            self.text(means, "cbc:PaymentID", paid.reference)
            account = self.group(means, "cac:PayeeFinancialAccount")
            self.text(account, "cbc:ID", paid.account)
            self.text(account, "cbc:Name", paid.holder)
            self.text(account, "cac:FinancialInstitutionBranch/cbc:ID", paid.bic)
        # A credit note has its day beside the account; where there is none and something is to be paid, the terms say it (BR-CO-25).
        nowhere = content.is_credit and not paid and content.payable.strip("0.")
        terms = content.terms or (content.due_date if nowhere else "")
        self.text(self.root, "cac:PaymentTerms/cbc:Note", terms)

    def _adjustment(self, parent: Element, item: Adjustment) -> None:
        node = self.group(parent, "cac:AllowanceCharge")
        self.text(node, "cbc:ChargeIndicator", "true" if item.is_charge else "false")
        self.text(node, "cbc:AllowanceChargeReason", item.reason)
        self.text(node, "cbc:MultiplierFactorNumeric", item.percent)
        self._amount(node, "cbc:Amount", item.amount)
        self._amount(node, "cbc:BaseAmount", item.base)
        if item.category:
            self._category(self.group(node, "cac:TaxCategory"), item.category, item.rate)

    def _category(
        self, node: Element, category: str, rate: str, reason_code: str = "", reason: str = "", *, always: bool = False
    ) -> None:
        self.text(node, "cbc:ID", category)
        self.text(node, "cbc:Percent", rate if category != "O" or always else "")
        self.text(node, "cbc:TaxExemptionReasonCode", reason_code)
        self.text(node, "cbc:TaxExemptionReason", reason)
        self.text(node, "cac:TaxScheme/cbc:ID", "VAT")

    def _taxes(self) -> None:
        content, total = self.content, self.group(self.root, "cac:TaxTotal")
        self._amount(total, "cbc:TaxAmount", content.tax)
        for part in content.taxes:
            node = self.group(total, "cac:TaxSubtotal")
            self._amount(node, "cbc:TaxableAmount", part.base)
            self._amount(node, "cbc:TaxAmount", part.amount)
            category = self.group(node, "cac:TaxCategory")
            german = content.profile.german  # BR-DE-14 wants the rate even where there is none
            self._category(category, part.category, part.rate, part.reason_code, part.reason, always=german)
        if content.tax_currency:
            amount = content.tax_in_tax_currency
            self.text(self.root, "cac:TaxTotal/cbc:TaxAmount", amount, currencyID=content.tax_currency)

    def _totals(self) -> None:
        content, node = self.content, self.group(self.root, "cac:LegalMonetaryTotal")
        for name, value in (
            ("LineExtensionAmount", content.lines_amount),
            ("TaxExclusiveAmount", content.net),
            ("TaxInclusiveAmount", content.total),
            ("AllowanceTotalAmount", content.discounts),
            ("ChargeTotalAmount", content.charges),
            ("PrepaidAmount", content.prepaid),
            ("PayableRoundingAmount", content.rounding),
            ("PayableAmount", content.payable),
        ):
            self._amount(node, f"cbc:{name}", value)

    def _line(self, line: Line) -> None:
        node = self.group(self.root, f"cac:{self.kind}Line")
        self.text(node, "cbc:ID", line.position)
        quantity = "CreditedQuantity" if self.content.is_credit else "InvoicedQuantity"
        self.text(node, f"cbc:{quantity}", line.quantity, unitCode=line.unit)
        self._amount(node, "cbc:LineExtensionAmount", line.net)
        if line.period:
            period = self.group(node, "cac:InvoicePeriod")
            self.text(period, "cbc:StartDate", line.period[0])
            self.text(period, "cbc:EndDate", line.period[1])
        for item in line.adjustments:
            self._adjustment(node, item)
        product = self.group(node, "cac:Item")
        self.text(product, "cbc:Description", line.description)
        self.text(product, "cbc:Name", line.name)
        self.text(product, "cac:SellersItemIdentification/cbc:ID", line.sku)
        self._category(self.group(product, "cac:ClassifiedTaxCategory"), line.category, line.rate)
        price = self.group(node, "cac:Price")
        self._amount(price, "cbc:PriceAmount", line.price)
        self.text(price, "cbc:BaseQuantity", line.per, unitCode=line.unit)

    def _amount(self, node: Element, name: str, value: str) -> None:
        self.text(node, name, value, currencyID=self.content.currency)
