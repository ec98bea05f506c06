"""How a customer came in, by the portal or by a link, and what that lets them see and pay."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from billing.models import Document, Settlement
from clients.models import PortalAccount, PortalGrant
from invoicing_site import links
from invoicing_site.models import Company, Link
from invoicing_site.models.link import LinkPurpose
from payments.models import Attempt, AttemptShare, Payment
from payments.states import PaymentState


@dataclass(frozen=True, slots=True)
class Door:
    """One of `account` and `link` is there; `token` is the link's. Every queryset holds only what this customer may know."""

    company: Company
    account: PortalAccount | None = None
    link: Link | None = None
    token: str = ""

    @property
    def who(self) -> str:
        return f"portal:{self.account.uuid}" if self.account else f"link:{self.link.uuid if self.link else ''}"

    @property
    def recipient(self) -> str:
        """Whom a receipt goes to; empty when the link was handed on without an address."""
        return self.account.email if self.account else self.link.recipient if self.link else ""

    def documents(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = Document.objects.for_company(self.company)
        if self.account:
            return rows.filter(client__in=self._clients())
        return rows.filter(uuid=self.link.subject) if self.link else rows.none()

    def payable(self) -> "QuerySet[Any]":
        """The open documents this customer may pay."""
        rows: QuerySet[Any] = Document.objects.for_company(self.company).open()
        if self.account:
            return rows.filter(client__in=self._clients(may_pay=True))
        if self.link and self.link.purpose == LinkPurpose.PAY:
            return rows.filter(uuid=self.link.subject)
        return rows.none()

    def may_pay(self, document: Any) -> bool:
        """Whether the door itself allows it, whatever is open."""
        if self.account:
            return self._grants(may_pay=True).filter(client=document.client_id).exists()
        return self.link is not None and self.link.purpose == LinkPurpose.PAY

    def attempts(self) -> "QuerySet[Any]":
        """Tries to pay online. Behind a link only those for its document and for no other one."""
        rows: QuerySet[Any] = Attempt.objects.for_company(self.company)
        if self.account:
            return rows.filter(client__in=self._clients())
        if not self.link:
            return rows.none()
        shares = AttemptShare.objects.filter(attempt=OuterRef("pk"))
        mine = shares.filter(document__uuid=self.link.subject)
        return rows.filter(Exists(mine), ~Exists(shares.exclude(document__uuid=self.link.subject)))

    def payments(self) -> "QuerySet[Any]":
        """What came and was not taken back. Behind a link only money that went to its document and to no other one."""
        rows: QuerySet[Any] = Payment.objects.for_company(self.company).filter(state=PaymentState.RECEIVED)
        if self.account:
            return rows.filter(client__in=self._clients())
        if not self.link:
            return rows.none()
        standing = Settlement.objects.filter(allocation__payment=OuterRef("pk"), reverses=None, reversed_by=None)
        mine = standing.filter(document__uuid=self.link.subject)
        others = standing.exclude(document__uuid=self.link.subject)
        return rows.filter(Exists(mine), ~Exists(others))

    def pay_url(self, document: Any = None) -> str:
        if not self.account:
            return reverse("link_payments:pay", args=[self.token])
        url = reverse("portal_payments:choose", args=[self.company.slug])
        return f"{url}?document={document.uuid}" if document is not None else url

    def return_path(self) -> str:
        """Where the provider sends the customer back to; behind a link without its token, which nobody may store."""
        if self.account:
            return reverse("portal_payments:came_back", args=[self.company.slug])
        return links.named(reverse("link_payments:came_back", args=[self.token]))

    def attempt_url(self, attempt: uuid.UUID) -> str:
        return self._url("attempt", attempt)

    def hand_over_url(self, attempt: uuid.UUID) -> str:
        return self._url("hand_over", attempt)

    def receipt_url(self, payment: uuid.UUID) -> str:
        return self._url("receipt", payment)

    def document_url(self, document: Any) -> str:
        if self.account:
            return reverse("portal_billing:document", args=[self.company.slug, document.uuid])
        return reverse("link_billing:document", args=[self.token])

    def home_url(self) -> str:
        if self.account:
            return reverse("portal:home", args=[self.company.slug])
        return reverse("link_billing:document", args=[self.token])

    def _url(self, name: str, key: uuid.UUID) -> str:
        if self.account:
            return reverse(f"portal_payments:{name}", args=[self.company.slug, key])
        return reverse(f"link_payments:{name}", args=[self.token, key])

    def _grants(self, **wanted: Any) -> "QuerySet[Any]":
        rows: QuerySet[Any] = PortalGrant.objects.filter(company=self.company, account=self.account, **wanted)
        return rows

    def _clients(self, **wanted: Any) -> "QuerySet[Any]":
        return self._grants(**wanted).values("client")


def door(request: Any) -> Door:
    """The door `request` came through, as the guards left it."""
    account = getattr(request, "portal", None)
    if account is not None:
        return Door(request.company, account=account)
    return Door(request.company, link=request.link, token=request.token)
