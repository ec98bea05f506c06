"""Where the page of a subject is: for differences, events and timelines."""

from django.urls import NoReverseMatch, reverse

from invoicing_site.models import Company

PAGES = {
    "document": "billing:document",
    "client": "clients:client",
    "settlement": "billing:settlement",
    "payment": "payments:payment",
    "allocation": "payments:allocation",
    "refund": "payments:refund",
    "entry": "billing:entry",
    "rate_file": "billing:rate_file",
}


def link_to(company: Company, kind: str, subject: str) -> str:
    """The path of the subject's page; of the books where it has none of its own."""
    if kind in PAGES and subject:
        return reverse(PAGES[kind], args=[company.slug, subject])
    try:
        return reverse("billing:books", args=[company.slug])
    except NoReverseMatch:
        return f"/{company.slug}/"
