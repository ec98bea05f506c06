"""Secrets of payment providers, by reference; one that is missing is the provider's error."""

from invoicing_site import secrets
from invoicing_site.secrets import is_reference
from payments.gateways.base import GatewayError

__all__ = ["fetch", "is_reference"]


def fetch(reference: str, slug: str) -> str:
    """The secret `reference` names for the company at `slug`. Raises GatewayError("secret.missing") naming the place, never what is there."""
    try:
        return secrets.fetch(reference, slug)
    except secrets.SecretMissing as missing:
        raise GatewayError("secret.missing", str(missing)) from None
