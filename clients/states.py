"""Words of this floor that are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scheme(models.TextChoices):
    """Kinds of tax id; how each is checked stands in invoicing_site/rules/tax_ids.py."""

    VAT = "VAT", _("VAT id")
    TAX = "TAX", _("Tax number")
    EIN = "EIN", _("Employer Identification Number (US)")
    ABN = "ABN", _("Australian Business Number")
    BN = "BN", _("Business Number (Canada)")
    GSTIN = "GSTIN", _("GST number (India)")
