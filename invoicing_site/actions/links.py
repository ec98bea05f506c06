"""Verbs on links that open one thing for one purpose."""

import datetime as dt
import uuid

from django.conf import settings
from django.urls import reverse

from invoicing_site import links
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.links import TOKEN
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Link, User
from invoicing_site.models.link import LinkPurpose

MOST_DAYS = 3650


@action
def make_link(
    *,
    company: Company,
    purpose: str,
    subject: tuple[str, uuid.UUID],
    recipient: str,
    days: int,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Link:
    """A new link to `subject` (kind, uuid) for `purpose` ("view" or "pay"), valid for `days` from `at`.

    `recipient` is the address it goes to, empty for one that is handed on by hand. Raises link.purpose, link.days.
    Locks nothing. Publishes link.made at the subject.
    """
    if purpose not in LinkPurpose.values:
        raise BusinessError("link.purpose", "purpose")
    if not 1 <= days <= MOST_DAYS:
        raise BusinessError("link.days", "days", most=MOST_DAYS)
    kind, of = subject
    link: Link = Link.objects.create(
        company=company,
        purpose=purpose,
        subject_kind=kind,
        subject=of,
        recipient=recipient.strip().lower(),
        expires_at=at + dt.timedelta(days=days),
        created_by=actor,
    )
    data = {"link": str(link.uuid), "purpose": purpose, "days": days}
    publish("link.made", company=company, subject=subject, data=data, actor=actor, at=at)
    return link


@action
def revoke_link(
    *, company: Company, link_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> Link:
    """Close a link for good, at the next request. Twice is once.

    Locks the link. Raises not_found. Publishes link.revoked at the link's subject.
    """
    link: Link = lock_row(Link.objects.for_company(company).filter(uuid=link_uuid))
    if link.revoked_at is None:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
        subject = (link.subject_kind, link.subject)
        publish(
            "link.revoked", company=company, subject=subject, data={"link": str(link.uuid)}, actor=actor, at=at
        )  # fmt: skip
    return link


def link_url(link: Link) -> str:
    """The absolute URL of the page behind `link`; it never comes from the request's Host header."""
    return f"{settings.BASE_URL}{reverse('link_billing:document', args=[links.make(TOKEN, link.uuid)])}"
