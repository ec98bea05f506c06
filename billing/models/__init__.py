"""What we bill and what the books say about it."""

from billing.models.attachment import Attachment
from billing.models.certificate import WithholdingCertificate
from billing.models.decision import TaxDecision
from billing.models.deposit_use import DepositUse
from billing.models.dismissal import Dismissal
from billing.models.document import Document
from billing.models.instalment import Instalment
from billing.models.layout import Layout
from billing.models.ledger import Account, Entry, Posting
from billing.models.line import Allowance, Line, LineTax
from billing.models.offer_answer import OfferAnswer
from billing.models.outcome import DueItem, TaxTotal
from billing.models.product import Price, Product
from billing.models.proof import Proof
from billing.models.rate import ExchangeRate, RateFile
from billing.models.received import Received
from billing.models.series import Counter, Jump, Series
from billing.models.settlement import Settlement
from billing.models.snapshot import Reading, Rendition, Snapshot
from billing.models.tax import TaxCode, TaxRate
from billing.models.tax_setup import SalesTaxRate, TaxEngine, TaxMapping
from billing.models.transmission import Route, Transmission

__all__ = [
    "Account",
    "Allowance",
    "Attachment",
    "Counter",
    "DepositUse",
    "Dismissal",
    "Document",
    "DueItem",
    "Entry",
    "ExchangeRate",
    "Instalment",
    "Jump",
    "Layout",
    "Line",
    "LineTax",
    "OfferAnswer",
    "Posting",
    "Price",
    "Product",
    "Proof",
    "RateFile",
    "Reading",
    "Received",
    "Rendition",
    "Route",
    "SalesTaxRate",
    "Series",
    "Settlement",
    "Snapshot",
    "TaxCode",
    "TaxDecision",
    "TaxEngine",
    "TaxMapping",
    "TaxRate",
    "TaxTotal",
    "Transmission",
    "WithholdingCertificate",
]
