"""The page anybody opens with the code printed on a document: is it genuine, and which account is the right one (SPEC B16)."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from billing.forms.verify import AccountForm, CodeForm
from billing.reports.verify import document_of, verified
from invoicing_site import codes, limits
from invoicing_site.linked import quiet
from invoicing_site.web import public

LOOKS, WRONG, SECONDS = 60, 20, 600


@public(methods=("GET",))
def ask(request: HttpRequest) -> HttpResponseBase:
    """Where a code is typed. A whole one leads to its page; the address of a page never holds what is no code."""
    form = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    if form.is_bound and form.is_valid():
        place = codes.read(form.cleaned_data["code"])
        if place is None:
            return _wrong(request)
        return redirect("public_billing:verify", place.code)
    return quiet(request, render(request, "billing/verify/ask.html", {"form": form}))


@public
def show(request: HttpRequest, code: str) -> HttpResponseBase:
    """Wrong, unknown or a draft's: one and the same page, 404; too many from one address: 429.

    A POST compares an account with the document's, and answers yes or no.
    """
    if not _few(request, "verify", LOOKS):
        return _too_many(request)
    found = document_of(code)
    if found is None:
        return _wrong(request)
    shown, answer = verified(found), ""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = "same" if shown.pays_to(form.cleaned_data["account"]) else "other"
    context = {"shown": shown, "form": form, "answer": answer, "code": codes.make("verify", found.uuid)}
    return quiet(request, render(request, "billing/verify/show.html", context))


def _few(request: HttpRequest, what: str, most: int) -> bool:
    return limits.allow(what, limits.address_of(request), most=most, seconds=SECONDS)


def _too_many(request: HttpRequest) -> HttpResponseBase:
    return quiet(request, render(request, "429.html", status=429))


def _wrong(request: HttpRequest) -> HttpResponseBase:
    if not _few(request, "verify-wrong", WRONG):
        return _too_many(request)
    answer: HttpResponse = render(request, "billing/verify/ask.html", {"form": CodeForm(), "wrong": True}, status=404)
    return quiet(request, answer)
