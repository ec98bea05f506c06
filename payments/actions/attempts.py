"""Starting to pay online: what is checked before the customer is sent to the provider's page, and asking when in doubt (SPEC P2)."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q

from billing.models import Document
from clients.models import Client
from invoicing_site import links
from invoicing_site.action import action
from invoicing_site.context import refuse_in_action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row, lock_rows
from invoicing_site.models import Company, User
from invoicing_site.money import is_at_minor_unit
from payments.actions.allocate import Share
from payments.actions.learn import learn
from payments.gateways import gateway
from payments.gateways.base import GatewayError, GatewayUnknown, Outcome, Page
from payments.models import Attempt, AttemptShare, GatewayAccount
from payments.states import AttemptState

__all__ = ["Share", "ask", "learn", "open_attempt", "start"]

log = logging.getLogger(__name__)
LIFE = dt.timedelta(hours=2)  # of a page; Stripe takes 30 minutes to 24 hours
SHORTEST = dt.timedelta(minutes=31)
GRACE = dt.timedelta(minutes=5)  # a request may be under way no longer than this
REUSED = (AttemptState.CREATED, AttemptState.OPEN)


@action
def start(
    *,
    company: Company,
    client_id: int,
    shares: Sequence[Share],
    language: str,
    recipient: str,
    return_path: str,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Attempt:
    """Write down that somebody wants to pay `shares` online; `open_attempt` then gets the page. Talks to nobody.

    All documents are issued, open, of this client and of one currency; `return_path` is a path of ours the customer comes
    back to. The same shares with a page still open give that attempt again. Locks client → documents by pk: two clicks at
    once make one attempt, and none begins while a document is declared void. Raises attempt.no_gateway, attempt.nothing,
    attempt.settled, attempt.mixed, attempt.part_refused, attempt.already_processing, allocation.more_than_open,
    payment.amount and what the provider cannot carry (attempt.currency, attempt.not_carried, attempt.too_small,
    attempt.too_large). Publishes attempt.started.
    """
    if not return_path.startswith("/") or return_path.startswith("//"):
        raise ValueError("return_path is a path on this site.")
    client = lock_row(Client.objects.for_company(company).filter(pk=client_id), "payment.client_unknown")
    account = GatewayAccount.objects.for_company(company).filter(archived_at=None).first()
    if account is None:
        raise BusinessError("attempt.no_gateway")
    documents = _documents(company, client, account, shares)
    if found := _under_way(account, documents, shares, recipient, return_path, at):
        return found
    currency, amount = documents[0].currency, sum(share.amount for share in shares)
    assert amount
    if code := gateway(account).refusal(amount, currency):
        raise BusinessError(code, currency=currency)
    attempt: Attempt = Attempt.objects.create(
        company=company, account=account, client=client, currency=currency, amount=amount, language=language,
        recipient=recipient, return_path=return_path, created_at=at, expires_at=at + LIFE,
    )  # fmt: skip
    AttemptShare.objects.bulk_create(
        AttemptShare(company=company, attempt=attempt, document=document, amount=share.amount)
        for document, share in zip(documents, shares, strict=True)
    )
    data = {"amount": str(amount), "currency": currency, "client": str(client.uuid)}
    publish("attempt.started", company=company, subject=("attempt", attempt.uuid), data=data, actor=actor, at=at)
    return attempt


def _documents(company: Company, client: Client, account: GatewayAccount, shares: Sequence[Share]) -> list[Document]:
    """The documents of `shares`, in their order. Raises what refuses them, at ``shares.<i>``."""
    if not shares:
        raise BusinessError("attempt.nothing")
    rows = Document.objects.for_company(company).filter(client=client, uuid__in=[share.document for share in shares])
    known = {row.uuid: row for row in lock_rows(rows)}
    found: list[Document] = []
    for index, share in enumerate(shares):
        field, document = f"shares.{index}", known.pop(share.document, None)
        if document is None:
            raise BusinessError("not_found", field)
        if not document.is_owed:
            raise BusinessError("attempt.settled", field, number=document.number or "")
        if found and document.currency != found[0].currency:
            raise BusinessError("attempt.mixed", field)
        if share.amount <= 0 or not is_at_minor_unit(share.amount, document.currency):
            raise BusinessError("payment.amount", field)
        limits = {"open": document.open_amount, "currency": document.currency, "number": document.number}
        if share.amount > document.open_amount:
            raise BusinessError("allocation.more_than_open", field, **limits)
        if share.amount < document.open_amount and not account.part_payments:
            raise BusinessError("attempt.part_refused", field, **limits)
        found.append(document)
    return found


def _under_way(
    account: GatewayAccount,
    documents: Sequence[Document],
    shares: Sequence[Share],
    recipient: str,
    return_path: str,
    at: dt.datetime,
) -> Attempt | None:
    """The attempt that already has a page for just these shares and this customer: another's shows their address and
    leads back to where only they may go. Raises attempt.already_processing.

    An unknown one is in the way as long as its page could be paid, not until somebody can look it up: a key that was
    withdrawn would close its documents for good.
    """
    earlier = Attempt.objects.filter(shares__document__in=documents).distinct().order_by("-id")
    unknown = Q(state=AttemptState.UNKNOWN, expires_at__gt=at - GRACE)
    if earlier.filter(unknown | Q(state=AttemptState.PROCESSING)).exists():
        raise BusinessError("attempt.already_processing")
    wanted = {document.pk: share.amount for document, share in zip(documents, shares, strict=True)}
    mine = earlier.filter(account=account, recipient=recipient, return_path=return_path)
    for attempt in mine.filter(state__in=REUSED, expires_at__gt=at + SHORTEST):
        if {row.document_id: row.amount for row in attempt.shares.all()} == wanted:
            found: Attempt = attempt
            return found
    return None


def open_attempt(*, attempt_uuid: uuid.UUID, at: dt.datetime) -> Attempt:
    """Get the page of an attempt; asked again it is the same page. Talks to the provider, so never inside a verb.

    Returns the attempt as it stands then: open with its `page_url`; unknown when no answer was heard (it is looked up
    before anything else is tried); failed with the provider's reason; or wherever it had got to by itself. One that cannot
    be looked up now stays as it is: a customer waits behind this call, and the poll asks again.
    """
    refuse_in_action("Opening a payment page")
    attempt: Attempt = Attempt.objects.select_related("account", "company", "client").get(uuid=attempt_uuid)
    if attempt.state == AttemptState.UNKNOWN or (
        attempt.state == AttemptState.CREATED and at > attempt.expires_at - SHORTEST
    ):
        try:
            attempt = ask(attempt_pk=attempt.pk, at=at)
        except (GatewayUnknown, GatewayError, BusinessError) as error:
            log.warning("attempt %s cannot be asked for: %s", attempt.uuid, error)
            return attempt
    if attempt.state not in (AttemptState.CREATED, AttemptState.UNKNOWN) or at > attempt.expires_at - SHORTEST:
        return attempt
    try:
        page = _page(attempt)
    except GatewayUnknown:
        return _unknown(attempt_pk=attempt.pk, actor=None, at=at)
    except GatewayError as error:
        if attempt.state == AttemptState.UNKNOWN:  # the first request may have arrived all the same
            return attempt
        return _conclude(attempt, AttemptState.FAILED, at, error.code)
    outcome = Outcome(AttemptState.OPEN, attempt.amount, attempt.currency, page.session_id, url=page.url)
    return learn(attempt_pk=attempt.pk, outcome=outcome, at=at)


def _page(attempt: Attempt) -> Page:
    documents = [share.document for share in attempt.shares.select_related("document").order_by("document_id")]
    numbers = ", ".join(document.number for document in documents)
    references = ", ".join(document.payment_reference or document.number for document in documents)
    path = links.opened(attempt.return_path)
    back = f"{settings.BASE_URL}{path}{'&' if '?' in path else '?'}"
    return gateway(attempt.account).open_page(
        attempt,
        success_url=back + urlencode({"attempt": attempt.uuid, "back": "done"}),
        cancel_url=back + urlencode({"attempt": attempt.uuid, "back": "cancelled"}),
        description=f"{attempt.company.name}: {numbers}",
        reference=references,
    )


@action
def _unknown(*, attempt_pk: int, actor: User | None, at: dt.datetime) -> Attempt:
    attempt: Attempt = lock_row(Attempt.objects.filter(pk=attempt_pk))
    if attempt.state == AttemptState.CREATED:
        attempt.state, attempt.checked_at = AttemptState.UNKNOWN, at
        attempt.save(update_fields=["state", "checked_at"])
    return attempt


def ask(*, attempt_pk: int, at: dt.datetime) -> Attempt:
    """Ask the provider how an unfinished attempt stands, and learn it. Raises GatewayError, GatewayUnknown.

    One it never heard of ends: as expired once its page could not be paid any more; an unknown one as failed as soon as
    no request of ours can be under way (nobody was ever shown its page, so nobody can pay twice).
    """
    refuse_in_action("Asking a payment provider")
    attempt: Attempt = Attempt.objects.select_related("account", "company").get(pk=attempt_pk)
    outcome = gateway(attempt.account).find(attempt)
    if outcome is not None:
        now = learn(attempt_pk=attempt.pk, outcome=outcome, at=at)
        if now.state == attempt.state:
            Attempt.objects.filter(pk=attempt.pk).update(checked_at=at)
        return now
    if at > attempt.expires_at + GRACE:
        return _conclude(attempt, AttemptState.EXPIRED, at)
    called = attempt.checked_at or attempt.created_at
    if attempt.state == AttemptState.UNKNOWN and at > called + GRACE:
        return _conclude(attempt, AttemptState.FAILED, at, "never_arrived")
    return attempt


def _conclude(attempt: Attempt, state: str, at: dt.datetime, failure: str = "") -> Attempt:
    """End an attempt the provider knows nothing of, unless somebody got further with it meanwhile."""
    outcome = Outcome(state, attempt.amount, attempt.currency, failure=failure)
    return learn(attempt_pk=attempt.pk, outcome=outcome, at=at, only_from=attempt.state)
