"""Payment providers behind one small protocol (SPEC P2); `gateway()` is where a company's account meets its adapter."""

from payments.gateways.base import Gateway
from payments.models.gateway import GatewayAccount, Provider


def gateway(account: GatewayAccount) -> Gateway:
    """The adapter that speaks for `account`. Raises GatewayError when a secret it names cannot be read."""
    from payments.gateways.stripe import StripeGateway

    adapters = {Provider.STRIPE.value: StripeGateway}
    return adapters[account.provider](account)
