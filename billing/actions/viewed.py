"""That a document was looked at through a link."""

import datetime as dt
import uuid

from billing.reports.viewed import noted
from invoicing_site.action import action
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Link, User


@action
def note_view(*, company: Company, link_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = "") -> bool:
    """Put on the document's timeline that somebody opened it through this link; at most once per link and day.

    Locks the link, so two looks at once are one. True if it was noted. Raises not_found. Publishes document.viewed.
    """
    rows = Link.objects.for_company(company).filter(uuid=link_uuid, subject_kind="document")
    link: Link = lock_row(rows.select_related("company"))
    if noted(link, at):
        return False
    subject, data = ("document", link.subject), {"link": str(link.uuid)}
    publish("document.viewed", company=company, subject=subject, data=data, actor=actor, at=at)
    return True
