"""Whom we bill."""

from clients.models.client import Client
from clients.models.parts import Address, Contact, ExternalId, TaxId

__all__ = ["Address", "Client", "Contact", "ExternalId", "TaxId"]
