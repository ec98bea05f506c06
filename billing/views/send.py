"""Sending a document by e-mail: the page that asks whom, its preview, and issuing and sending in one go."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.actions.send import KINDS, LIVE, issue_and_send, kind_of, send_document
from billing.forms.send import ATTACH, SendEditor
from billing.mails import preview as letter
from billing.models import Document
from billing.states import DocumentState
from billing.views.common import one
from billing.views.document import here, page
from invoicing_site import clock
from invoicing_site.actions.mail import cancel
from invoicing_site.errors import BusinessError
from invoicing_site.mail_words import compose
from invoicing_site.models import Mail, Sender
from invoicing_site.states import MailState
from invoicing_site.views.mail_preview import preview_page
from invoicing_site.web import OfficeRequest, office, once
from invoicing_site.wiring import PAYABLE


@office("documents.send")
def send(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Whom, when, with which words; acts once."""
    found, at = one(request, document), clock.now()
    if found.state != DocumentState.ISSUED:
        return redirect(here(request, found))
    if request.method != "POST":
        return _page(request, found, SendEditor.of_document(found, _sender(request), _taken(found)))
    editor = SendEditor(request.POST)
    if "add" in request.POST:
        return _page(request, found, editor.grown())
    if not editor.is_valid():
        return _page(request, found, editor, status=422)

    def work() -> str:
        made = send_document(
            company=request.company,
            document_uuid=found.uuid,
            again=True,
            actor=request.actor,
            at=at,
            **editor.values(request.company.time_zone),
        )
        _tell(request, len(made))
        return here(request, found) + "#mails"

    try:
        return once(request, work, at=at)
    except BusinessError as error:
        editor.refuse(error)
        return _page(request, found, editor, status=422)


@office("documents.send")
def preview(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """The mail as it would go out now, for the frame beside the form; nothing is written."""
    found, sender = one(request, document), _sender(request)
    if found.state != DocumentState.ISSUED:
        return redirect(here(request, found))
    to, note, attach = found.client.email, "", sender.attach_pdf
    if request.method == "POST":
        editor = SendEditor(request.POST)
        if editor.is_valid():
            typed = editor.values(request.company.time_zone)
            note, attach = typed["note"], typed["attach"]
            to = next(iter(typed["recipients"]), to)
        else:
            note, attach = request.POST.get("note", ""), request.POST.get("attach") == ATTACH
    message = _message(request, found, to, {"note": note, "attach": attach})
    return preview_page(request, message, files=(f"{found.number}.pdf",) if attach else ())


@office("documents.issue", methods=("POST",))
def issue_send(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Issue the draft at the revision that was on the page and send it to the client's address; both or neither."""
    if not request.may("documents.send"):
        raise PermissionDenied
    found, at = one(request, document), clock.now()
    revision = request.POST.get("revision", "")

    def work() -> str:
        issued = issue_and_send(
            company=request.company,
            document_uuid=found.uuid,
            recipients=[found.client.email] if found.client.email else [],
            revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0,
            unless_twin="twins" not in request.POST,
            actor=request.actor,
            at=at,
        )
        messages.success(
            request,
            _("%(number)s is issued and on its way to %(email)s.")
            % {"number": issued.number, "email": found.client.email},
        )
        return here(request, found) + "#mails"

    try:
        return once(request, work, at=at)
    except BusinessError as error:
        return page(request, one(request, document), refused=error, status=422)


@office("documents.send", methods=("POST",))
def undo(request: OfficeRequest, document: uuid.UUID) -> HttpResponse:
    """Cancel every mail of the document that still waits; one that left meanwhile stays as it is."""
    found, at, undone = one(request, document), clock.now(), 0
    for mail in _mails(found):
        if mail.state == MailState.QUEUED:
            try:
                cancel(company=request.company, mail=mail.uuid, actor=request.actor, at=at)
                undone += 1
            except BusinessError:
                continue
    if undone:
        messages.success(request, _("Nothing is sent."))
    else:
        messages.error(request, _("It was too late: the e-mail has already left."))
    return redirect(here(request, found) + "#mails")


def _tell(request: OfficeRequest, count: int) -> None:
    said = ngettext("The e-mail is on its way.", "%(count)s e-mails are on their way.", count)
    undo = _("As long as it waits, you can undo it.")
    messages.success(request, f"{said % {'count': count}} {undo}")


def _mails(document: Document) -> list[Mail]:
    rows = Mail.objects.for_company(document.company).filter(subject=document.uuid, kind__in=KINDS)
    return list(rows.order_by("-id"))


def _taken(document: Document) -> set[str]:
    """Who has the document already, or is about to, in lower case."""
    return {mail.recipient.lower() for mail in _mails(document) if mail.state in LIVE}


def _sender(request: OfficeRequest) -> Sender:
    return Sender.objects.for_company(request.company).first() or Sender(company=request.company)


def _message(request: OfficeRequest, document: Document, to: str, options: dict[str, Any]) -> EmailMultiAlternatives:
    mail = Mail(
        company=request.company,
        kind=kind_of(document),
        subject_kind="document",
        subject=document.uuid,
        recipient=to or "…",
        language=document.language,
        options=options,
    )
    pays = document.is_owed and import_string(PAYABLE)(request.company)
    return compose(mail, letter(document, mail, pays=pays))


def _page(request: OfficeRequest, document: Document, editor: SendEditor, status: int = 200) -> HttpResponse:
    context = {
        "document": document,
        "editor": editor,
        "sender": _sender(request),
        "taken": ", ".join(sorted(_taken(document))),
    }
    return render(request, "billing/mail/send.html", context, status=status)
