"""What happens to a session, its intent and its refunds, and which events tell of it, in the provider's order."""

from typing import Any

from . import shapes
from .events import Courier
from .store import Body, Store, now


class Gone(Exception):
    """The session is not open any more: complete or expired."""


class Till:
    """Every method is one transaction: the objects and their events change together."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self.store, self.courier = store, courier

    def _tell(self, kind: str, about: Body, **more: Any) -> None:
        self.courier.tell(self.store.account_of(about["id"]), kind, about, **more)

    # -- the hosted page ---------------------------------------------------------------------------------------------

    def page(self, identifier: str) -> Body | None:
        """The session, expired when its time is over."""
        found = self.store.find("checkout.session", identifier)
        if found and found["status"] == "open" and found["expires_at"] <= now():
            with self.store.work():
                found = self.expire(identifier)
        return found

    def _open(self, identifier: str) -> tuple[Body, Body]:
        """The open session and its intent, which is made at the first try. Raises Gone."""
        page = self.page(identifier)
        if page is None or page["status"] != "open":
            raise Gone(identifier)
        account = self.store.account_of(identifier)
        if page["payment_intent"]:
            paid = self.store.find("payment_intent", page["payment_intent"])
            assert paid is not None
            return page, paid
        paid = self.store.add(account, shapes.intent(page, self.store.setting(f"given:{identifier}", {})))
        page["payment_intent"] = paid["id"]
        self.store.save(page)
        self._tell("payment_intent.created", paid)
        return page, paid

    def _charged(self, page: Body, paid: Body, method: str, status: str, code: str | None = None) -> Body:
        account = self.store.account_of(page["id"])
        made = shapes.charge(paid, method=method, status=status, email=page["customer_email"], code=code)
        self.store.add(account, made)
        paid |= {"latest_charge": made["id"], "payment_method": made["payment_method"], "next_action": None}
        return made

    def pay(self, identifier: str, method: str = "card") -> Body:
        """The money comes at once. Raises Gone."""
        with self.store.work():
            page, paid = self._open(identifier)
            made = self._charged(page, paid, method, "succeeded")
            paid |= {"status": "succeeded", "amount_received": paid["amount"], "last_payment_error": None}
            self.store.save(paid)
            self._tell("charge.succeeded", made)
            self._tell("payment_intent.succeeded", paid)
            return self._complete(page, "paid")

    def debit(self, identifier: str) -> Body:
        """A bank debit is on its way; `settle` ends it. Raises Gone."""
        with self.store.work():
            page, paid = self._open(identifier)
            method = next((name for name in page["payment_method_types"] if name != "card"), "sepa_debit")
            made = self._charged(page, paid, method, "pending")
            paid |= {"status": "processing", "last_payment_error": None}
            self.store.save(paid)
            self._tell("charge.pending", made)
            self._tell("payment_intent.processing", paid)
            return self._complete(page, "unpaid")

    def _complete(self, page: Body, payment_status: str) -> Body:
        email = page["customer_email"] or "customer@example.com"
        details = shapes.nothing("address", "business_name", "individual_name", "name", "phone")
        page |= {"status": "complete", "payment_status": payment_status, "url": None}
        page["customer_details"] = details | {"email": email, "tax_exempt": "none", "tax_ids": []}
        self.store.save(page)
        self._tell("checkout.session.completed", page)
        return page

    def settle(self, identifier: str, succeeds: bool) -> Body:
        """The bank has answered a debit. Raises Gone where none is on its way."""
        with self.store.work():
            page = self.page(identifier)
            paid = self.store.find("payment_intent", page["payment_intent"] or "") if page else None
            if page is None or paid is None or paid["status"] != "processing":
                raise Gone(identifier)
            made = self.store.find("charge", paid["latest_charge"])
            assert made is not None
            code = "payment_method_provider_decline"
            if succeeds:
                made |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": made["amount"]}
                paid |= {"status": "succeeded", "amount_received": paid["amount"]}
                page["payment_status"] = "paid"
            else:
                made |= {"status": "failed", "failure_code": code, "failure_message": shapes.told(code)}
                paid |= {
                    "status": "requires_payment_method",
                    "last_payment_error": _error(code, made),
                    "payment_method": None,
                }
            for each in (made, paid, page):
                self.store.save(each)
            word = "succeeded" if succeeds else "failed"
            self._tell(f"charge.{word}", made)
            self._tell("payment_intent.succeeded" if succeeds else "payment_intent.payment_failed", paid)
            self._tell(f"checkout.session.async_payment_{word}", page)
            return page

    def challenge(self, identifier: str, url: str) -> Body:
        """The card's bank wants to see its owner: `pay` or `decline` follows. Raises Gone."""
        with self.store.work():
            page, paid = self._open(identifier)
            step = {"type": "redirect_to_url", "redirect_to_url": {"return_url": page["url"], "url": url}}
            paid |= {"status": "requires_action", "next_action": step}
            self._tell("payment_intent.requires_action", self.store.save(paid))
            return page

    def decline(self, identifier: str, code: str = "card_declined") -> Body:
        """The try fails, the session stays open for another. Raises Gone."""
        with self.store.work():
            page, paid = self._open(identifier)
            made = self._charged(page, paid, "card", "failed", code)
            paid |= {
                "status": "requires_payment_method",
                "last_payment_error": _error(code, made),
                "payment_method": None,
            }
            self.store.save(paid)
            self._tell("charge.failed", made)
            self._tell("payment_intent.payment_failed", paid)
            return page

    def expire(self, identifier: str) -> Body:
        """Close an open session. Raises Gone."""
        with self.store.work():
            page = self.store.find("checkout.session", identifier)
            if page is None or page["status"] != "open":
                raise Gone(identifier)
            page |= {"status": "expired", "url": None}
            self.store.save(page)
            paid = self.store.find("payment_intent", page["payment_intent"] or "")
            if paid:
                paid |= {
                    "status": "canceled",
                    "canceled_at": now(),
                    "cancellation_reason": "automatic",
                    "next_action": None,
                }
                self._tell("payment_intent.canceled", self.store.save(paid))
            self._tell("checkout.session.expired", page)
            return page

    def expire_what_is_due(self) -> None:
        overdue = [("json_extract(body, '$.status') = ?", "open"), ("json_extract(body, '$.expires_at') <= ?", now())]
        for page in self.store.listed("checkout.session", where=overdue):
            self.page(page["id"])

    # -- refunds -----------------------------------------------------------------------------------------------------

    def refund(self, paid: Body, made: Body, amount: int, reason: str | None, metadata: Body, request: Body) -> Body:
        """Give back part of a charge; how it goes is set on the control page: succeeded, pending or failed."""
        with self.store.work():
            account = self.store.account_of(paid["id"])
            outcome = self.store.setting("refunds", "succeeded")
            first = "succeeded" if outcome == "succeeded" else "pending"
            given = shapes.refund(paid, amount=amount, status=first, reason=reason, metadata=metadata)
            self.store.add(account, given)
            made["amount_refunded"] += amount
            made["refunded"] = made["amount_refunded"] == made["amount"]
            self.store.save(made)
            self._tell("charge.refunded", made, request=request)
            self._tell("refund.created", given, request=request)
            self._tell("refund.updated", given)
            return self.end_refund(given["id"], False) if outcome == "failed" else given

    def end_refund(self, identifier: str, succeeds: bool) -> Body:
        """A pending refund arrives; or it fails, which may also befall one that had succeeded. Raises Gone."""
        with self.store.work():
            given = self.store.find("refund", identifier)
            if given is None or given["status"] not in ({"pending"} if succeeds else {"pending", "succeeded"}):
                raise Gone(identifier)
            given |= {"status": "succeeded" if succeeds else "failed", "pending_reason": None}
            if not succeeds:
                given["failure_reason"] = "expired_or_canceled_card"
                made = self.store.find("charge", given["charge"])
                assert made is not None
                made["amount_refunded"] -= given["amount"]
                made["refunded"] = False
                self.store.save(made)
                self._tell("refund.failed", given)
            self._tell("refund.updated", self.store.save(given))
            return given


def _error(code: str, made: Body) -> Body:
    decline = {"decline_code": "generic_decline"} if code == "card_declined" else {}
    return {"type": "card_error", "code": code, "message": shapes.told(code), "charge": made["id"]} | decline
