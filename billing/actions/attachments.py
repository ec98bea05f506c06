"""Putting files beside a draft and taking them away; what is issued keeps those it went with."""

import datetime as dt
import uuid

from django.db.models import Sum

from billing.actions.drafts import lock_draft
from billing.models import Attachment
from billing.rules.attachments import LARGEST_TOGETHER, MOST, media_type_of, plain_name
from invoicing_site import files
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.models import Company, User


@action
def attach(
    *,
    company: Company,
    document_uuid: uuid.UUID,
    name: str,
    content: bytes,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Attachment:
    """Keep `content` under `name` with a draft; the same file again is the same row. Locks the document.

    Writes the file before its row. Raises document.not_draft, those of `media_type_of`, and at ``file`` attachment.too_many,
    attachment.too_large_together, attachment.name_taken. Publishes document.file_attached.
    """
    media_type, name = media_type_of(name, content), plain_name(name)
    document = lock_draft(company, document_uuid, None)
    rows = Attachment.objects.filter(document=document)
    blob = files.keep(company, content, media_type)
    known: Attachment | None = rows.filter(name=name).first()
    if known is not None:
        if known.blob_id != blob.pk:
            raise BusinessError("attachment.name_taken", "file", name=name)
        return known
    if rows.count() >= MOST:
        raise BusinessError("attachment.too_many", "file", most=MOST)
    if (rows.aggregate(size=Sum("blob__size"))["size"] or 0) + len(content) > LARGEST_TOGETHER:
        raise BusinessError("attachment.too_large_together", "file", most=LARGEST_TOGETHER // 1_000_000)
    made: Attachment = Attachment.objects.create(company=company, document=document, name=name, blob=blob)
    _touch(company, document_uuid, "document.file_attached", made, actor, at)
    return made


@action
def detach(
    *, company: Company, attachment_uuid: uuid.UUID, actor: User | None, at: dt.datetime, reason: str = ""
) -> None:
    """Take a file away from a draft. Locks the document. Raises not_found, document.not_draft. Publishes document.file_detached."""
    found = Attachment.objects.for_company(company).select_related("document").filter(uuid=attachment_uuid).first()
    if found is None:
        raise BusinessError("not_found")
    lock_draft(company, found.document.uuid, None)
    Attachment.objects.filter(pk=found.pk).delete()
    _touch(company, found.document.uuid, "document.file_detached", found, actor, at)


def _touch(
    company: Company, document: uuid.UUID, kind: str, made: Attachment, actor: User | None, at: dt.datetime
) -> None:
    data = {"attachment": str(made.uuid)}
    publish(kind, company=company, subject=("document", document), data=data, actor=actor, at=at)
