"""The provider's API: which requests there are, what they may say, and what they answer."""

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import shapes, specs
from .flows import Gone, Till
from .form import Refusal, Spec, checked, invalid, need, pairs, text
from .listing import LIST, expanded, page_of
from .store import Body, Store, new_id, now

KEY = re.compile(r"sk_test_sandbox\w*")
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.\w+)?")
KEPT_SECONDS = 86400  # how long an answer is repeated for the same idempotency key


@dataclass
class Call:
    """One request, its key known and its parameters read."""

    account: str
    method: str
    path: str
    given: Body
    request_id: str = field(default_factory=lambda: new_id("req"))
    key: str | None = None


class Api:
    def __init__(self, store: Store, till: Till, base: str) -> None:
        self.store, self.till, self.base = store, till, base
        self._busy: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        one = r"/([A-Za-z0-9_]+)"
        self.routes: list[tuple[str, str, Spec, Callable[..., Body]]] = [
            ("POST", r"/v1/checkout/sessions", specs.CREATE_SESSION, self.create_session),
            ("GET", r"/v1/checkout/sessions", specs.LIST_SESSIONS, self._lists("checkout.session")),
            ("GET", rf"/v1/checkout/sessions{one}", specs.RETRIEVE, self._gets("checkout.session")),
            ("POST", rf"/v1/checkout/sessions{one}/expire", specs.RETRIEVE, self.expire_session),
            ("GET", r"/v1/payment_intents", LIST, self._lists("payment_intent")),
            ("GET", rf"/v1/payment_intents{one}", specs.RETRIEVE, self._gets("payment_intent")),
            ("GET", r"/v1/charges", LIST | {"payment_intent": text}, self._lists("charge")),
            ("GET", rf"/v1/charges{one}", specs.RETRIEVE, self._gets("charge")),
            ("POST", r"/v1/refunds", specs.CREATE_REFUND, self.create_refund),
            ("GET", r"/v1/refunds", specs.LIST_REFUNDS, self._lists("refund")),
            ("GET", rf"/v1/refunds{one}", specs.RETRIEVE, self._gets("refund")),
            ("GET", r"/v1/events", specs.LIST_EVENTS, self._lists("event")),
            ("GET", rf"/v1/events{one}", specs.RETRIEVE, self._gets("event")),
            ("GET", r"/v1/account", specs.RETRIEVE, lambda call: shapes.account(call.account)),
            ("GET", r"/v1/balance", specs.RETRIEVE, self.balance),
        ]

    # -- one request -------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, sent: str, headers: dict[str, str]) -> tuple[int, Body, dict[str, str]]:
        """(status, body, headers) for a request; `headers` in lower case, `sent` the query or the form."""
        told = {"Request-Id": new_id("req"), "Stripe-Version": headers.get("stripe-version", shapes.API_VERSION)}
        try:
            account = account_of(headers.get("authorization", ""))
            if not VERSION.fullmatch(told["Stripe-Version"]):
                raise invalid(f"Invalid Stripe API version: {told['Stripe-Version']}")
            call = Call(account, method, path, pairs(sent), told["Request-Id"], headers.get("idempotency-key"))
            if method != "POST" or not call.key:
                return 200, self._carry_out(call), told
            return self._once(call, call.key, sent, told)
        except Refusal as refusal:
            return refusal.status, refusal.body, told

    def _once(self, call: Call, key: str, sent: str, told: dict[str, str]) -> tuple[int, Body, dict[str, str]]:
        """Carry out a POST the first time, answer the same ever after. Raises Refusal for the same key on something else."""
        digest = hashlib.sha256(f"{call.path}\0{sent}".encode()).hexdigest()
        place, told = (call.account, key), told | {"Idempotency-Key": key}
        with self._lock:
            if place in self._busy:
                words = "There is currently another in-progress request using this Idempotent Key."
                raise Refusal(409, shapes.error("invalid_request_error", words, code="idempotency_key_in_use"))
            self._busy.add(place)
        try:
            rows = self.store.run(
                "SELECT * FROM reply WHERE account = ? AND key = ? AND created > ?", *place, time.time() - KEPT_SECONDS
            )
            if rows:
                if rows[0]["digest"] != digest:
                    words = (
                        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                        f"Try using a key other than '{key}' if you meant to execute a different request."
                    )
                    raise Refusal(400, shapes.error("idempotency_error", words))
                kept: Body = json.loads(rows[0]["body"])
                return (
                    int(rows[0]["status"]),
                    kept["body"],
                    told | {"Idempotent-Replayed": "true", "Original-Request": kept["request"]},
                )
            with self.store.work():
                body = self._carry_out(call)
                kept_text = json.dumps({"body": body, "request": call.request_id})
                sql = "INSERT OR REPLACE INTO reply VALUES (?, ?, ?, 200, ?, ?)"
                self.store.run(sql, *place, digest, kept_text, time.time())
            return 200, body, told
        finally:
            with self._lock:
                self._busy.discard(place)

    def _carry_out(self, call: Call) -> Body:
        for method, pattern, spec, function in self.routes:
            if method == call.method and (match := re.fullmatch(pattern, call.path)):
                call.given = checked(call.given, spec)
                return expanded(self.store, call.account, function(call, *match.groups()), call.given.get("expand", []))
        words = f"Unrecognized request URL ({call.method}: {call.path}). Please see https://stripe.com/docs"
        raise invalid(words, status=404)

    # -- what there is -----------------------------------------------------------------------------------------------

    def _gets(self, kind: str) -> Callable[..., Body]:
        return lambda call, identifier: self.found(call, kind, identifier)

    def _lists(self, kind: str) -> Callable[..., Body]:
        def listed(call: Call) -> Body:
            self.till.expire_what_is_due()
            return page_of(self.store, call.account, kind, call.path, call.given)

        return listed

    def found(self, call: Call, kind: str, identifier: str, param: str = "id") -> Body:
        """Raises Refusal (404 resource_missing), also for another account's."""
        if kind == "checkout.session":
            self.till.page(identifier)
        body = self.store.find(kind, identifier, call.account)
        if body is None:
            raise invalid(f"No such {kind}: '{identifier}'", param, "resource_missing", 404)
        return body

    def balance(self, call: Call) -> Body:
        received = {"eur": 0}
        for each in self.store.listed("charge", call.account, limit=100_000):
            value = each["amount_captured"] - each["amount_refunded"]
            received[each["currency"]] = received.get(each["currency"], 0) + value
        return shapes.balance(received)

    def create_session(self, call: Call) -> Body:
        given = call.given
        for name in ("mode", "success_url", "line_items"):
            need(given, name)
        currencies = {specs.check_item(item, f"line_items[{place}]") for place, item in enumerate(given["line_items"])}
        if len(currencies) != 1:
            raise invalid("All line items must have the same currency", "line_items")
        if "expires_at" in given and not now() + 1795 <= given["expires_at"] <= now() + 86405:
            words = "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation."
            raise invalid(words, "expires_at")
        page = shapes.session(given, base=self.base)
        specs.check_total(page["amount_total"], page["currency"])
        with self.store.work():
            self.store.add(call.account, page)
            self.store.set(
                f"given:{page['id']}",
                {name: given[name] for name in ("payment_intent_data", "line_items") if name in given},
            )
        return page

    def expire_session(self, call: Call, identifier: str) -> Body:
        page = self.found(call, "checkout.session", identifier)
        try:
            return self.till.expire(identifier)
        except Gone:
            words = f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of {page["status"]}.'
            raise invalid(words) from None

    def create_refund(self, call: Call) -> Body:
        given = call.given
        if "charge" in given:
            made = self.found(call, "charge", given["charge"], "charge")
            paid = self.found(call, "payment_intent", made["payment_intent"])
        else:
            paid = self.found(call, "payment_intent", need(given, "payment_intent"), "payment_intent")
            if not paid["latest_charge"]:
                raise invalid(
                    f"This PaymentIntent ({paid['id']}) does not have a successful charge to refund.", "payment_intent"
                )
            made = self.found(call, "charge", paid["latest_charge"])
        if made["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({paid['id']}) does not have a successful charge to refund.", "payment_intent"
            )
        left = made["amount"] - made["amount_refunded"]
        if not left:
            raise invalid(f"Charge {made['id']} has already been refunded.", None, "charge_already_refunded")
        amount = given.get("amount", left)
        if amount < 1:
            raise invalid("This value must be greater than or equal to 1.", "amount", "parameter_invalid_integer")
        if amount > left:
            raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", "amount")
        request = {"id": call.request_id, "idempotency_key": call.key}
        return self.till.refund(paid, made, amount, given.get("reason"), given.get("metadata", {}), request)


def account_of(authorization: str) -> str:
    """The account a secret key belongs to; each key that begins like the sandbox's has one. Raises Refusal (401)."""
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise Refusal(401, shapes.error("invalid_request_error", "You did not provide an API key."))
    if not KEY.fullmatch(key):
        raise Refusal(401, shapes.error("invalid_request_error", f"Invalid API Key provided: {key[:8]}****{key[-4:]}"))
    return account_id(key)


def account_id(key: str) -> str:
    return "acct_" + hashlib.sha256(key.encode()).hexdigest()[:16]
