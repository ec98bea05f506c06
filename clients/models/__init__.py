"""Whom we bill."""

from clients.models.client import Client
from clients.models.parts import Address, Contact, ExternalId, TaxId
from clients.models.portal import PortalAccount, PortalGrant, SignInCode

__all__ = ["Address", "Client", "Contact", "ExternalId", "PortalAccount", "PortalGrant", "SignInCode", "TaxId"]
