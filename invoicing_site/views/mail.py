"""The mail log: what went out, what did not, and what can be done about it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions.mail import cancel, send_again, settle_uncertain
from invoicing_site.actions.mail_bounces import lift_address
from invoicing_site.errors import BusinessError
from invoicing_site.forms.mail import MailFilter
from invoicing_site.messages import sentence
from invoicing_site.models import Mail, StoppedAddress
from invoicing_site.paging import keyset
from invoicing_site.reports.mails import filtered, history, kind_label, shown, subjects
from invoicing_site.web import OfficeRequest, office

STOPPED = 20


def one(request: OfficeRequest, mail: uuid.UUID) -> Mail:
    rows = Mail.objects.for_company(request.company).select_related("created_by", "resend_of")
    found: Mail | None = rows.filter(uuid=mail).first()
    if found is None:
        raise Http404
    return found


@office("documents.view", methods=("GET",))
def index(request: OfficeRequest) -> HttpResponse:
    """Newest first; a filter that cannot be read leaves nothing."""
    form = MailFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else None
    rows = Mail.objects.none() if wanted is None else filtered(request.company, wanted)
    page = keyset(rows, request.GET, "-id")
    about = subjects(request.company, page.rows)
    lines = [
        (row, kind_label(row.mail.kind), *about.get(row.mail.subject, ("", "")))
        for row in shown(request.company, page.rows, clock.now())
    ]
    narrowed = wanted is None or any(wanted.values())
    stopped = StoppedAddress.objects.for_company(request.company).filter(lifted_at=None).order_by("-stopped_at", "-pk")
    context = {"form": form, "page": page, "lines": lines, "narrowed": narrowed, "stopped": list(stopped[:STOPPED])}
    return render(request, "office/mail/index.html", context)


@office("documents.view", methods=("GET",))
def show(request: OfficeRequest, mail: uuid.UUID) -> HttpResponse:
    """Every detail of one mail and what happened to it; its text is made when it is sent and not kept."""
    found = one(request, mail)
    label, url = subjects(request.company, [found]).get(found.subject, ("", ""))
    context = {
        "row": shown(request.company, [found], clock.now())[0],
        "mail": found,
        "kind": kind_label(found.kind),
        "about": label,
        "about_url": url,
        "entries": history(request.company, found),
        "resends": list(found.resends.order_by("id")),
    }
    return render(request, "office/mail/show.html", context)


@office("documents.send", methods=("POST",))
def undo(request: OfficeRequest, mail: uuid.UUID) -> HttpResponse:
    found = one(request, mail)
    try:
        cancel(company=request.company, mail=found.uuid, actor=request.actor, at=clock.now())
        messages.success(request, _("The e-mail to %(email)s is not sent.") % {"email": found.recipient})
    except BusinessError as error:
        messages.error(request, sentence(error))
    return _back(request, found)


@office("documents.send", methods=("POST",))
def again(request: OfficeRequest, mail: uuid.UUID) -> HttpResponse:
    """Once more to the same address, as a new mail."""
    found = one(request, mail)
    try:
        send_again(company=request.company, mail=found.uuid, actor=request.actor, at=clock.now())
        messages.success(request, _("The e-mail to %(email)s is sent again.") % {"email": found.recipient})
    except BusinessError as error:
        messages.error(request, sentence(error))
    return _back(request, found)


@office("documents.send", methods=("POST",))
def settle(request: OfficeRequest, mail: uuid.UUID) -> HttpResponse:
    """A person found out whether an uncertain mail arrived."""
    found = one(request, mail)
    arrived = request.POST.get("arrived")
    if arrived not in ("yes", "no"):
        messages.error(request, _("Say whether it arrived."))
        return _back(request, found)
    try:
        settle_uncertain(
            company=request.company, mail=found.uuid, arrived=arrived == "yes", actor=request.actor, at=clock.now()
        )
        said = _("Noted: it arrived.") if arrived == "yes" else _("Noted: it did not arrive. You may send it again.")
        messages.success(request, said)
    except BusinessError as error:
        messages.error(request, sentence(error))
    return _back(request, found)


@office("documents.send", methods=("POST",))
def lift(request: OfficeRequest, stopped_address: uuid.UUID) -> HttpResponse:
    """Write to an address again that was stopped."""
    rows = StoppedAddress.objects.for_company(request.company)
    found = rows.filter(uuid=stopped_address).first()
    if found is None:
        raise Http404
    try:
        lift_address(company=request.company, stopped=found.uuid, actor=request.actor, at=clock.now())
        messages.success(request, _("We write to %(email)s again.") % {"email": found.email})
    except BusinessError as error:
        messages.error(request, sentence(error))
    wanted = request.POST.get("next", "")
    mine = wanted.startswith(f"/{request.company.slug}/") and url_has_allowed_host_and_scheme(wanted, None)
    return redirect(wanted) if mine else redirect("office:mails", company=request.company.slug)


def _back(request: OfficeRequest, mail: Mail) -> HttpResponse:
    """To the page of what the mail is about, or to the mail's own where the form stood there."""
    _label, url = subjects(request.company, [mail]).get(mail.subject, ("", ""))
    if url and request.POST.get("back") != "mail":
        return redirect(f"{url}#mails")
    return redirect("office:mail", company=request.company.slug, mail=mail.uuid)
