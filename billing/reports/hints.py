"""What stands between a document and its next step, in words, each with the place where it is put right."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from billing.documents.source import Sources
from billing.models import Document
from billing.reports.corrections import why_note_stays
from billing.states import OFFERS, Kind
from invoicing_site import clock
from invoicing_site.errors import BusinessError
from invoicing_site.messages import sentence
from invoicing_site.models import Company, User
from invoicing_site.reports.periods import books_for

# Problems of the client are put right on the client's page, those of the house under its settings; all others in the
# editor, at the field they name.
OF_CLIENT = frozenset(
    {"document.client_address", "document.client_archived", "document.tax_id_missing", "document.exempt_unproven"}
)
OF_SETTINGS = {
    "document.seller_tax_id": "office:settings",
    "document.no_rate": "billing:rates",
    "document.no_tax_rate": "billing:rates",
    "document.old_rate": "billing:rates",
    "document.tax_rate_missing": "billing:taxes",
    "document.reason_missing": "billing:taxes",
    "document.no_account": "billing:accounts",
    "document.no_series": "billing:series",
}
# Fields such as client.endpoint stand on pages of their own.
PAGES = {"client": "clients:client_edit", "company": "office:settings_company_edit"}
OTHER_IDS = {
    "client.tax_ids": "tax-ids",
    **{f"client.{name}": f"id_billing-{name}" for name in ("line1", "postcode", "city", "country")},
}
# Fields such as client.endpoint stand on pages of their own.
PAGES = {"client": "clients:client_edit", "company": "office:settings_company_edit"}


class Hint(NamedTuple):
    """`url` may be empty: then the sentence says it all."""

    text: str
    url: str


def hints(problems: Iterable[BusinessError], document: Document, company: Company) -> list[Hint]:
    """The problems of a draft, each sentence once."""
    found: dict[str, Hint] = {}
    for problem in problems:
        text = sentence(problem)
        found.setdefault(text, Hint(text, _place(problem, document, company)))
    return list(found.values())


def _place(problem: BusinessError, document: Document, company: Company) -> str:
    try:
        if problem.code in OF_CLIENT:
            return reverse("clients:client_edit", args=[company.slug, document.client.uuid])
        if problem.code in OF_SETTINGS:
            return reverse(OF_SETTINGS[problem.code], args=[company.slug])
        page, _, inner = (problem.field or "").partition(".")
        if inner and page in PAGES:
            ids = [document.client.uuid] if page == "client" else []
            anchor = OTHER_IDS.get(f"{page}.{inner}", f"id_{inner}")
            return f"{reverse(PAGES[page], args=[company.slug, *ids])}#{anchor}"
    except NoReverseMatch:
        return ""
    field = (problem.field or "").partition(".")[0]
    anchor = "lines" if field in ("lines", "allowances", "") else f"id_{field}"
    return f"{reverse('billing:document_edit', args=[company.slug, document.uuid])}#{anchor}"


def soft_locked(issue_date: dt.date, sources: Sources, company: Company, person: User) -> list[BusinessError]:
    """What refuses the issue to this person alone; preflight knows no person. One query, none outside a soft lock."""
    code = sources.books.refusal(issue_date)
    if code != "period.soft_locked" or books_for(company, person, clock.now()).is_open(issue_date):
        return []
    return [BusinessError(code, "issue_date", day=sources.books.through)]


def why_not_void(document: Document, company: Company, person: User) -> str:
    """The sentence that refuses to void an issued document, or nothing; the verb asks again under locks. Two queries, of a credit note
    four."""
    if document.delivered_on is not None:
        return sentence(BusinessError("document.delivered"))
    if document.credited:
        return sentence(BusinessError("document.credited"))
    if document.kind == Kind.CREDIT_NOTE:
        if why := why_note_stays(document):
            return sentence(BusinessError(why))
    elif document.kind not in OFFERS and document.open_amount != document.payable:
        return sentence(BusinessError("document.settled"))
    books = books_for(company, person, clock.now())
    code = books.refusal(document.issue_date) if document.issue_date else ""
    return sentence(BusinessError(code, day=books.through)) if code else ""
