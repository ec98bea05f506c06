"""Proving the books: run every check, keep the outcome, tell."""

import datetime as dt

from django.utils.module_loading import import_string

from billing.models import Document, Proof
from invoicing_site.action import action
from invoicing_site.clock import local_date
from invoicing_site.events import publish
from invoicing_site.models import Company, User
from invoicing_site.proof import Check
from invoicing_site.wiring import PROOFS


@action
def prove_company(*, company: Company, actor: User | None, at: dt.datetime, as_of: dt.date | None = None) -> Proof:
    """Run the checks of wiring.PROOFS on the books as of `as_of` (company's zone; default today) and keep the outcome.

    Reads in one transaction with one snapshot of the database, so that a payment recorded meanwhile is no difference.
    Locks nothing. Publishes books.proven.
    """
    day = as_of or local_date(at, company.time_zone)
    checks: list[Check] = [check for path in PROOFS for check in import_string(path)]
    differences = [difference for check in checks for difference in check(company, day)]
    proof = Proof.objects.create(
        company=company,
        as_of=day,
        proven_at=at,
        checks=len(checks),
        rows=Document.objects.for_company(company).count(),
        differences=[difference.as_json() for difference in differences[:1000]],
    )
    publish(
        "books.proven",
        company=company,
        subject=("company", company.uuid),
        data={"as_of": day.isoformat(), "checks": len(checks), "differences": len(differences)},
        actor=actor,
        at=at,
    )
    return proof
