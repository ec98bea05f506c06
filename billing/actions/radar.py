"""The duplicate radar before an issue, and a person's word that something is no duplicate (SPEC B5)."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from billing.actions.drafts import lock_draft
from billing.models import Dismissal, Document
from billing.reports.radar import twins
from billing.states import DocumentState
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.models import Company, User


def refuse_twins(draft: Mapping[str, Any], today: dt.date) -> None:
    """Raise document.twin while an issued document looks like `draft` and nobody said it is none. One query."""
    found = twins(draft, today)
    if found:
        raise BusinessError("document.twin", numbers=", ".join(str(twin.document.number) for twin in found))


@action
def dismiss(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    candidate_uuid: uuid.UUID,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> None:
    """Remember that a draft is no duplicate of an issued document; twice is once. A copy of the draft remembers nothing.

    Locks the draft. Raises not_found, document.not_draft. Publishes document.twin_dismissed.
    """
    document = lock_draft(company, document_uuid, None)
    issued = Document.objects.for_company(company).exclude(state=DocumentState.DRAFT)
    candidate = issued.filter(uuid=candidate_uuid).first()
    if candidate is None:
        raise BusinessError("not_found")
    _, new = Dismissal.objects.get_or_create(
        document=document,
        candidate=candidate,
        defaults={"company": company, "dismissed_by": actor, "dismissed_at": at},
    )
    if new:
        publish(
            "document.twin_dismissed",
            company=company,
            subject=("document", document.uuid),
            data={"candidate": str(candidate.uuid), "number": candidate.number},
            actor=actor,
            at=at,
        )
