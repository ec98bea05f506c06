"""Objects as Stripe's API version 2026-10-28.endive answers them; a test compares them with the SDK's annotations."""

from typing import Any

from .store import Body, new_id, now

API_VERSION = "2026-10-28.endive"
NAME = "Sandbox"
DELAYED = {
    "eur": "sepa_debit",
    "usd": "us_bank_account",
    "gbp": "bacs_debit",
    "cad": "acss_debit",
    "aud": "au_becs_debit",
}


def nothing(*names: str) -> Body:
    return dict.fromkeys(names)


def account(identifier: str, label: str = NAME) -> Body:
    return {
        "id": identifier, "object": "account", "type": "standard", "business_type": "company", "charges_enabled": True,
        "payouts_enabled": True, "details_submitted": True, "country": "DE", "default_currency": "eur", "email": None,
        "capabilities": {"card_payments": "active", "sepa_debit_payments": "active", "transfers": "active"}, "metadata": {},
        "business_profile": nothing("mcc", "name", "product_description", "support_email", "support_phone", "support_url", "url"),
        "settings": {
            "dashboard": {"display_name": label, "timezone": "Etc/UTC"}, "branding": nothing("icon", "logo", "primary_color"),
            "card_payments": nothing("decline_on", "statement_descriptor_prefix"), "payments": nothing("statement_descriptor"),
        },
    }  # fmt: skip


def balance(received: dict[str, int]) -> Body:
    amounts = [
        {"amount": value, "currency": currency, "source_types": {"card": value}} for currency, value in received.items()
    ]
    none = [{**each, "amount": 0, "source_types": {"card": 0}} for each in amounts]
    return {"object": "balance", "livemode": False, "available": amounts, "pending": none}


def session(given: Body, *, base: str) -> Body:
    """A hosted page for the checked parameters of POST /v1/checkout/sessions; its id names the page's address too."""
    identifier = new_id("cs_test")
    items = given["line_items"]
    total = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    currency = items[0]["price_data"]["currency"]
    methods = given.get("allowed_payment_method_types") or [
        "card",
        *([DELAYED[currency]] if currency in DELAYED else []),
    ]
    empty = nothing(
        "after_expiration", "allow_promotion_codes", "client_secret", "collected_information", "consent", "consent_collection",
        "currency_conversion", "customer", "customer_account", "customer_details", "invoice", "payment_intent", "payment_link",
        "payment_method_configuration_details", "permissions", "recovered_from", "saved_payment_method_options", "setup_intent",
        "shipping_address_collection", "shipping_cost", "subscription", "wallet_options", "origin_context", "presentment_details",
        "redirect_on_completion", "billing_address_collection", "submit_type", "locale", "customer_email", "client_reference_id",
        "cancel_url", "integration_identifier",
    )  # fmt: skip
    custom = nothing("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    data: Body = {"account_tax_ids": None, "custom_fields": None, "description": None, "footer": None, "issuer": None,
            "metadata": {}, "rendering_options": None}  # fmt: skip
    kept = (
        "billing_address_collection",
        "submit_type",
        "locale",
        "customer_email",
        "client_reference_id",
        "cancel_url",
    )
    return empty | {
        "id": identifier, "object": "checkout.session", "mode": "payment", "status": "open", "payment_status": "unpaid",
        "ui_mode": "hosted_page", "livemode": False, "created": now(), "expires_at": given.get("expires_at") or now() + 86400,
        "amount_subtotal": total, "amount_total": total, "currency": currency, "success_url": given["success_url"],
        "url": f"{base}/c/pay/{identifier}", "metadata": given.get("metadata", {}), "payment_method_types": methods,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_collection": "if_required", "customer_creation": given.get("customer_creation", "if_required"),
        "adaptive_pricing": {"enabled": False}, "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [], "custom_text": custom, "discounts": [], "shipping_options": [],
        "invoice_creation": {"enabled": False, "invoice_data": data}, "phone_number_collection": {"enabled": False},
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    } | {name: given[name] for name in kept if name in given}  # fmt: skip


def intent(page: Body, given: Body) -> Body:
    """What the session pays with; Stripe makes it when the customer first tries."""
    identifier = new_id("pi")
    told: Body = given.get("payment_intent_data", {})
    empty = nothing(
        "application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason", "customer",
        "customer_account", "last_payment_error", "latest_charge", "next_action", "on_behalf_of", "payment_method",
        "payment_method_configuration_details", "payment_record", "processing", "receipt_email", "review", "setup_future_usage",
        "shipping", "source", "statement_descriptor", "statement_descriptor_suffix", "transfer_data", "transfer_group", "description",
    )  # fmt: skip
    return empty | {
        "id": identifier, "object": "payment_intent", "amount": page["amount_total"], "amount_capturable": 0,
        "amount_received": 0, "amount_details": {"tip": {}}, "capture_method": "automatic_async",
        "confirmation_method": "automatic", "client_secret": f"{identifier}_secret_{new_id('s')[2:]}", "created": now(),
        "currency": page["currency"], "livemode": False, "metadata": {}, "payment_method_types": page["payment_method_types"],
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}}, "status": "requires_payment_method",
    } | told  # fmt: skip


def charge(paid: Body, *, method: str, status: str, email: str | None, code: str | None = None) -> Body:
    """One try to take the money: succeeded, pending (a delayed method) or failed."""
    succeeded = status == "succeeded"
    empty = nothing(
        "application", "application_fee", "application_fee_amount", "balance_transaction", "customer", "failure_balance_transaction",
        "on_behalf_of", "receipt_email", "receipt_number", "receipt_url", "review", "shipping", "source", "source_transfer",
        "statement_descriptor", "statement_descriptor_suffix", "transfer", "transfer_data", "transfer_group",
    )  # fmt: skip
    verdict = {"succeeded": "authorized", "pending": "authorized", "failed": "issuer_declined"}[status]
    outcome = nothing(
        "advice_code", "network_advice_code", "network_decline_code", "reason", "risk_level", "seller_message"
    )
    return empty | {
        "id": new_id("ch"), "object": "charge", "amount": paid["amount"], "amount_captured": paid["amount"] if succeeded else 0,
        "amount_refunded": 0, "billing_details": nothing("address", "name", "phone", "tax_id") | {"email": email},
        "calculated_statement_descriptor": NAME.upper(), "captured": succeeded, "created": now(), "currency": paid["currency"],
        "description": paid["description"], "disputed": False, "failure_code": code, "failure_message": code and told(code),
        "fraud_details": {}, "livemode": False, "metadata": paid["metadata"], "outcome": outcome | {"type": verdict},
        "paid": succeeded, "payment_intent": paid["id"], "payment_method": new_id("pm"), "payment_method_details": details(method),
        "radar_options": {}, "refunded": False, "status": status,
    }  # fmt: skip


def details(method: str) -> Body:
    own: Body = {"last4": "4242"} if method == "card" else {"last4": "3000"}
    if method == "card":
        own |= {
            "brand": "visa",
            "country": "DE",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "network": "visa",
        }
    return {"type": method, method: own}


def refund(paid: Body, *, amount: int, status: str, reason: str | None, metadata: Body) -> Body:
    empty = nothing(
        "balance_transaction", "customer", "failure_balance_transaction", "payment_method", "receipt_number",
        "source_transfer_reversal", "transfer_reversal",
    )  # fmt: skip
    return empty | {
        "id": new_id("re"), "object": "refund", "amount": amount, "charge": paid["latest_charge"], "created": now(),
        "currency": paid["currency"], "metadata": metadata, "payment_intent": paid["id"], "reason": reason, "status": status,
        "pending_reason": "processing" if status == "pending" else None,
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
    }  # fmt: skip


def event(kind: str, about: Body, *, request: Body, previous: Body | None = None) -> Body:
    """A snapshot: `about` as it is at this moment, whatever becomes of it before the message arrives."""
    data: Body = {"object": about} | ({"previous_attributes": previous} if previous else {})
    return {
        "id": new_id("evt"), "object": "event", "api_version": API_VERSION, "created": now(), "data": data, "livemode": False,
        "pending_webhooks": 0, "request": request, "type": kind,
    }  # fmt: skip


def error(kind: str, message: str, *, code: str | None = None, param: str | None = None, **more: Any) -> Body:
    told = {"type": kind, "message": message, "code": code, "param": param} | more
    return {"error": {name: value for name, value in told.items() if value is not None}}


WORDS = {
    "card_declined": "Your card was declined.",
    "payment_intent_authentication_failure": "We are unable to authenticate your payment method.",
    "payment_method_provider_decline": "The bank returned the debit.",
}


def told(code: str) -> str:
    return WORDS[code]
