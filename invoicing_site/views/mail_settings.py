"""Settings of a company's mail: who sends it, and in which words."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from invoicing_site import clock, mail_words
from invoicing_site.actions.mail_settings import change_sender, change_words, reset_words, send_specimen
from invoicing_site.errors import BusinessError
from invoicing_site.forms import add_business_error
from invoicing_site.forms.mail import SenderForm, WordsForm
from invoicing_site.mail_examples import example
from invoicing_site.models import MailTemplate, Sender
from invoicing_site.rules.mail_words import Words
from invoicing_site.views.mail_preview import preview_page
from invoicing_site.views.settings import tabs
from invoicing_site.web import OfficeRequest, office
from invoicing_site.wiring import MAILS, MailKind

LANGUAGES = dict(settings.LANGUAGES)


@office("settings.view", methods=("GET",))
def show(request: OfficeRequest) -> HttpResponse:
    """The sender, and every kind of mail whose words can be changed."""
    own = set(MailTemplate.objects.for_company(request.company).values_list("kind", "language"))
    kinds = [
        (gettext(kind.label), [(key, code, str(name), (key, code) in own) for code, name in LANGUAGES.items()])
        for key, kind in MAILS.items()
        if kind.placeholders
    ]
    name, address, answers = mail_words.sender_of(request.company)
    context = {
        "tabs": tabs(request),
        "sender": Sender.objects.for_company(request.company).first() or Sender(company=request.company),
        "name": name,
        "address": address,
        "answers": answers,
        "kinds": kinds,
    }
    return render(request, "office/mail/settings.html", context)


@office("settings.edit")
def sender(request: OfficeRequest) -> HttpResponse:
    row = Sender.objects.for_company(request.company).first() or Sender(company=request.company)
    form = SenderForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_sender(company_id=request.company.pk, actor=request.actor, at=clock.now(), **form.cleaned_data)
        except BusinessError as error:
            add_business_error(form, error)
        else:
            messages.success(request, _("Saved. E-mails sent from now on carry it."))
            return redirect("office:mail_settings", company=request.company.slug)
    context = {"form": form, "tabs": tabs(request), "house": mail_words.sender_of(None)}
    return render(request, "office/mail/sender.html", context, status=422 if form.errors else 200)


@office("settings.edit")
def words(request: OfficeRequest, kind: str, language: str) -> HttpResponse:
    """Subject and text of a kind in a language; ``test`` mails them to whoever asks instead of saving them."""
    _kind(kind, language)
    row = _row(request, kind, language)
    if request.method != "POST":
        said = mail_words.words(request.company, kind, language)
        start = {"subject": said.subject, "body": said.body, "revision": row.revision if row else 0}
        return _words(request, kind, language, WordsForm(initial=start), row)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            return (
                _test(request, kind, language, form, row)
                if "test" in request.POST
                else _save(request, kind, language, form)
            )
        except BusinessError as error:
            add_business_error(form, error)
    return _words(request, kind, language, form, row, status=422)


def _save(request: OfficeRequest, kind: str, language: str, form: WordsForm) -> HttpResponse:
    change_words(
        company_id=request.company.pk,
        kind=kind,
        language=language,
        revision=form.cleaned_data["revision"] or 0,
        actor=request.actor,
        at=clock.now(),
        **form.values(),
    )
    messages.success(request, _("Saved. E-mails sent from now on say it so."))
    return redirect("office:mail_settings", company=request.company.slug)


def _test(request: OfficeRequest, kind: str, language: str, form: WordsForm, row: MailTemplate | None) -> HttpResponse:
    send_specimen(
        company=request.company, kind=kind, language=language, actor=request.actor, at=clock.now(), **form.values()
    )
    messages.success(request, _("A test is on its way to %(email)s.") % {"email": request.actor.email})
    return _words(request, kind, language, form, row)


@office("settings.edit", methods=("POST",))
def reset(request: OfficeRequest, kind: str, language: str) -> HttpResponse:
    """Back to the words of the house."""
    _kind(kind, language)
    reset_words(company_id=request.company.pk, kind=kind, language=language, actor=request.actor, at=clock.now())
    messages.success(request, _("The standard words are used again."))
    return redirect("office:mail_settings", company=request.company.slug)


@office("settings.edit")
def preview(request: OfficeRequest, kind: str, language: str) -> HttpResponse:
    """The words with examples, for the frame beside the form; typed ones by POST, those in force by GET."""
    made = _kind(kind, language)
    said = mail_words.words(request.company, kind, language)
    if request.method == "POST":
        said = Words(request.POST.get("subject", "")[:200], request.POST.get("body", "")[:5000])
    return preview_page(request, example(request.company, kind, language, said, made.placeholders, request.actor))


def _kind(kind: str, language: str) -> MailKind:
    if kind not in MAILS or not MAILS[kind].placeholders or language not in LANGUAGES:
        raise Http404
    return MAILS[kind]


def _row(request: OfficeRequest, kind: str, language: str) -> MailTemplate | None:
    rows = MailTemplate.objects.for_company(request.company).filter(kind=kind, language=language)
    found: MailTemplate | None = rows.first()
    return found


def _words(
    request: OfficeRequest, kind: str, language: str, form: WordsForm, row: MailTemplate | None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "tabs": tabs(request),
        "kind": kind,
        "language": language,
        "label": gettext(MAILS[kind].label),
        "placeholders": [*MAILS[kind].placeholders, "button"],
        "own": row,
    }
    return render(request, "office/mail/words.html", context, status=status)
