"""Which parameters the requests take, and what of them the provider refuses."""

import re
from typing import Any

from . import form
from .form import Spec, invalid, need
from .listing import LIST
from .store import Body

LEAST = {
    "usd": 50,
    "eur": 50,
    "gbp": 30,
    "chf": 50,
    "jpy": 50,
    "cad": 50,
    "aud": 50,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
}
THREE_DECIMALS = {"bhd", "jod", "kwd", "omr", "tnd"}
MOST = 99_999_999

ITEM: Spec = {
    "price_data": {
        "currency": form.text,
        "unit_amount": form.integer,
        "product_data": {"name": form.text, "description": form.text, "metadata": form.metadata},
    },
    "quantity": form.integer,
}
INTENT: Spec = {
    "description": form.text, "metadata": form.metadata, "receipt_email": form.email, "statement_descriptor": form.short,
    "statement_descriptor_suffix": form.short,
}  # fmt: skip
CREATE_SESSION: Spec = {
    "mode": form.one_of("payment"), "ui_mode": form.one_of("hosted_page"), "success_url": form.url, "cancel_url": form.url,
    "line_items": [ITEM], "client_reference_id": form.short, "customer_email": form.email, "locale": form.short,
    "metadata": form.metadata, "payment_intent_data": INTENT, "allowed_payment_method_types": [form.short], "expires_at": form.integer,
    "submit_type": form.one_of("auto", "book", "donate", "pay"), "customer_creation": form.one_of("always", "if_required"),
    "billing_address_collection": form.one_of("auto", "required"), "expand": [form.text],
    "adaptive_pricing": {"enabled": form.boolean},
}  # fmt: skip
CREATE_REFUND: Spec = {
    "payment_intent": form.text, "charge": form.text, "amount": form.integer, "metadata": form.metadata, "expand": [form.text],
    "reason": form.one_of("duplicate", "fraudulent", "requested_by_customer"),
}  # fmt: skip
RETRIEVE: Spec = {"expand": [form.text]}
LIST_SESSIONS = LIST | {"payment_intent": form.text, "status": form.one_of("open", "complete", "expired")}
LIST_REFUNDS = LIST | {"payment_intent": form.text, "charge": form.text}
LIST_EVENTS = LIST | {"type": form.text, "types": [form.text], "delivery_success": form.one_of("true", "false")}


def check_item(item: Body, param: str) -> str:
    """The currency of a line item. Raises Refusal."""
    price = need(item, "price_data", param)
    prefix = f"{param}[price_data]"
    for name in ("currency", "unit_amount", "product_data"):
        need(price, name, prefix)
    need(price["product_data"], "name", f"{prefix}[product_data]")
    if need(item, "quantity", param) < 1:
        raise invalid(
            "This value must be greater than or equal to 1.", f"{param}[quantity]", "parameter_invalid_integer"
        )
    if price["unit_amount"] < 0:
        raise invalid(
            "This value must be greater than or equal to 0.", f"{prefix}[unit_amount]", "parameter_invalid_integer"
        )
    price["currency"] = price["currency"].lower()
    if not re.fullmatch("[a-z]{3}", price["currency"]):
        raise invalid(f"Invalid currency: {price['currency']}", f"{prefix}[currency]")
    return str(price["currency"])


def check_total(total: int, currency: str) -> None:
    """Raises Refusal where the provider could not take this amount."""
    if total > MOST:
        raise invalid(f"Amount must be no more than {MOST}", "line_items", "amount_too_large")
    if total < LEAST.get(currency, 1):
        words = f"The Checkout Session's total amount must convert to at least {LEAST.get(currency, 1)} in {currency}."
        raise invalid(words, None, "amount_too_small")
    if currency in THREE_DECIMALS and total % 10:
        raise invalid("Amounts in currencies of three decimals must be multiples of 10", "line_items", "invalid_amount")


def known(spec: Any) -> Any:
    """The names of a specification, nested; for the test that compares them with the SDK's."""
    if isinstance(spec, list):
        return known(spec[0])
    return {name: known(kind) for name, kind in spec.items()} if isinstance(spec, dict) else None
