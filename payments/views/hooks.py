"""Where payment providers tell us: prove it, keep it, answer. It is worked later, by a worker (SPEC P3)."""

import logging

from django.http import HttpResponse

from invoicing_site import clock
from payments.actions.inbox import take_in
from payments.gateways import gateway
from payments.gateways.base import Forged, GatewayError
from payments.web import WebhookRequest, webhook

log = logging.getLogger(__name__)


@webhook
def told(request: WebhookRequest) -> HttpResponse:
    account = request.gateway_account
    try:
        told = gateway(account).read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except Forged as error:
        log.warning("refused a message for payment provider %s: %s", account.uuid, error)
        return HttpResponse(status=400)
    except GatewayError as error:
        log.error("payment provider %s cannot be heard: %s", account.uuid, error.code)
        return HttpResponse(status=503)
    take_in(account=account, told=told, actor=None, at=clock.now())
    return HttpResponse(status=200)
