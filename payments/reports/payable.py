"""Whether a company's customers can pay online (wiring.PAYABLE)."""

from invoicing_site.models import Company
from payments.models import GatewayAccount


def payable(company: Company) -> bool:
    """One statement: is there a payment provider in use?"""
    return bool(GatewayAccount.objects.for_company(company).filter(archived_at=None).exists())
