"""Words of this floor that are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Treatment(models.TextChoices):
    """How a client is taxed where that is not what its address and tax ids say."""

    AUTO = "auto", _("By address and tax id")
    STANDARD = "standard", _("Always our own rate")
    EXEMPT = "exempt", _("Exempt, certificate on file")


class Term(models.TextChoices):
    """From which day the days of a payment term count, and where they end."""

    NET = "net", _("days after the document")
    END_OF_MONTH = "eom", _("days after the end of the month")
    FIXED_DAY = "fixed", _("on a day of the month")


class Scheme(models.TextChoices):
    """Kinds of tax id; how each is checked stands in invoicing_site/rules/tax_ids.py."""

    VAT = "VAT", _("VAT id")
    TAX = "TAX", _("Tax number")
    EIN = "EIN", _("Employer Identification Number (US)")
    ABN = "ABN", _("Australian Business Number")
    BN = "BN", _("Business Number (Canada)")
    GSTIN = "GSTIN", _("GST number (India)")
    CERT = "CERT", _("Exemption certificate")


class Einvoice(models.TextChoices):
    """What a client's invoices are sent as beside the PDF, or in it (billing/documents/einvoice)."""

    NONE = "", _("None, the PDF is the invoice")
    XRECHNUNG = "xrechnung", _("XRechnung (XML)")
    PEPPOL = "peppol", _("Peppol BIS Billing (XML)")
    FACTURX = "facturx", _("Factur-X or ZUGFeRD (PDF with XML)")
