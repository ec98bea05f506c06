"""What stands beside a document because of its kind: an offer's answer, deposits, what followed (wiring.DOCUMENT_PANELS, PORTAL_PANELS)."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from billing.forms.kinds import AnswerForm, DepositForm, OfficeAnswerForm, WithdrawForm
from billing.models import Document, OfferAnswer
from billing.models.offer_answer import Said
from billing.reports.deposits import choosable
from billing.reports.labels import badge_of
from billing.reports.offers import label_of
from billing.states import OFFERS, DocumentState, Kind
from invoicing_site import clock
from invoicing_site.clock import local_date
from invoicing_site.web import OfficeRequest

Answer = tuple[str, dict[str, Any]]


def office(request: OfficeRequest, document: Any) -> Answer | None:
    """Answer, related documents and the next step of an offer; deposits of an invoice that is still a draft. At most four queries.

    Forms a view found faulty stand on the request as `kind_forms`.
    """
    today = local_date(clock.now(), request.company.time_zone)
    offer, draft_invoice = document.kind in OFFERS, document.kind == Kind.INVOICE and document.is_draft
    related = _related(document, today)
    context: dict[str, Any] = {
        "document": document,
        "company": request.company,
        "can": _can(request),
        "related": related,
    }
    forms = getattr(request, "kind_forms", {})
    if offer and not document.is_draft:
        code = label_of(document, today).code
        context |= {
            "offer": code,
            "said": _said(document),
            "answer_form": forms.get("answer") or OfficeAnswerForm(auto_id="answer_%s"),
            "withdraw_form": forms.get("withdraw") or WithdrawForm(auto_id="withdraw_%s"),
            "may_invoice": code == "accepted" or (document.kind == Kind.PRO_FORMA and code in ("waiting", "expired")),
            "may_answer": code in ("waiting", "expired"),
            "may_withdraw": code in ("accepted", "declined"),
        }
    if context.get("may_invoice") or draft_invoice:
        context["deposit_form"] = forms.get("deposit") or DepositForm(auto_id="deposit_%s")
    if draft_invoice:
        context["choosable"] = choosable(document)
    shown = (offer and not document.is_draft) or draft_invoice or related
    return ("billing/documents/kinds.html", context) if shown else None


def outside(request: HttpRequest, document: Any) -> Answer | None:
    """What a customer may say to an offer, in the portal or behind the link to it; nothing for other documents. Two queries."""
    if document.kind not in OFFERS:
        return None
    today = local_date(clock.now(), document.company.time_zone)
    return "billing/portal/offer.html", {
        "document": document,
        "offer": label_of(document, today).code,
        "said": _said(document),
        "answer_url": answer_url(request, document),
        "form": getattr(request, "answer_form", None) or AnswerForm(),
        "refused": getattr(request, "answer_refused", ""),
    }


def answer_url(request: Any, document: Document) -> str:
    if getattr(request, "link", None) is not None:
        return reverse("link_billing:answer", args=[request.token])
    return reverse("portal_billing:answer", args=[document.company.slug, document.uuid])


def _said(document: Document) -> OfferAnswer | None:
    row: OfferAnswer | None = OfferAnswer.objects.filter(document=document).order_by("-place").first()
    return row if row is not None and row.said != Said.WITHDRAWN else None


def _can(request: OfficeRequest) -> dict[str, bool]:
    return {name: request.may(f"documents.{name}") for name in ("edit", "issue")}


def _related(document: Any, today: Any) -> list[Any]:
    """The offer a document came from, what was made of it, and deposits on either side; one query."""
    keys = Q(follows=document) | Q(deposit_uses__deposit=document, deposit_uses__is_live=True)
    keys |= Q(used_by__document=document, used_by__is_live=True)
    if document.follows_id:
        keys |= Q(pk=document.follows_id)
    rows = Document.objects.for_company(document.company_id).filter(keys).exclude(pk=document.pk)
    found = list(rows.exclude(state=DocumentState.VOID, number=None).distinct().order_by("id")[:20])
    for row in found:
        row.badge = badge_of(row, today)
    return found
