"""Proofs of the books as people see them: the newest, its badge, what each check says in words, where differences lie."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from billing.models import Proof
from billing.reports.links import link_to
from billing.rules.verdict import verdict
from invoicing_site.formats import format_moment
from invoicing_site.models import Company
from invoicing_site.wiring import PROOFS

SENTENCES: dict[str, Promise] = {
    "totals-from-lines": _("The net total of each document is the sum of its lines"),
    "tax-from-lines": _("The tax of each document is the sum over its lines and over its rates"),
    "tax-per-rate": _("The tax of each rate is the rate of its base"),
    "due-is-total": _("What falls due is the total of the document"),
    "open-is-total-less-settled": _("What is open is the total less what was settled"),
    "issue-is-booked": _("Each issued document is booked with its total"),
    "issued-is-kept": _("Each issued document has its snapshot"),
    "printed-figures": _("Every figure printed is found in the stored PDF"),
    "pdf-is-read": _("Each stored PDF was read back"),
    "stored_files": _("Each stored file is there and unaltered"),
    "chain_holds": _("The chain of documents is unbroken"),
    "recounted": _("Counting each document again from its stored rows gives the same cents"),
    "entry-balances": _("Each ledger entry balances, per currency and in base currency"),
    "entry-has-postings": _("No ledger entry is empty"),
    "receivable-is-open": _("The receivables account is the sum of what clients owe"),
    "credited-is-notes": _("What was credited of each document is the sum of its credit notes"),
    "credit-within-line": _("Of no line more was credited than billed"),
    "credit-within-rate": _("Of no tax rate more was credited than billed"),
    "credit-is-in-pairs": _("Credit that settles a document left its credit note"),
    "written-off-is-settled": _("What was written off is what its settlements say"),
    "settlement-is-booked": _("Each write-off, discount and payout of credit is booked"),
    "settled-in-base": _("Settled documents leave nothing behind in base currency"),
    "clearing-is-empty": _("The exchange clearing account is empty"),
    "prepaid-is-deposits": _("What a document takes off as prepaid is the sum of its deposits"),
    "deposits-are-unused": _("The deposits account holds, for each client, what no final invoice took off yet"),
    "answers-are-of-offers": _("Only offers are answered, and accepted once"),
    "numbers-without-gap": _("Numbers run without a gap"),
    "dates-run-forward": _("Dates never run backwards in a series"),
    "unapplied-is-amount-less-uses": _("What is unapplied of each payment is its amount less its uses"),
    "allocation-is-settlement": _("Each allocation settles exactly what it takes"),
    "payment-is-booked": _("Each payment is booked with its amount"),
    "credit-is-unapplied": _("The credit account is the sum of what is unapplied"),
    "gateway-is-online": _("The provider's clearing account is what came in online less what was refunded"),
    "attempt-is-payment": _("Each online payment is one the provider reported, with its amount"),
    "order-is-refund": _("Each refund by the provider is one that was ordered, with its amount"),
    "online-is-finished": _("No online payment or refund has been left unfinished"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """`text` and `tone` of the badge tag; `note` says since when."""

    text: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One check in words, and how many differences the proof holds of it."""

    text: str
    differences: int


def newest(company: Company) -> Any:
    return Proof.objects.for_company(company).order_by("-id").first()


def badge(proof: Any, now: dt.datetime) -> Badge:
    """What the newest `proof`, or None, says at `now`, in the active language and zone."""
    count = len(proof.differences) if proof else 0
    found = verdict(proof.proven_at if proof else None, count, now)
    texts = {
        "never": gettext("Never proven"),
        "differences": ngettext("%(n)s difference", "%(n)s differences", count) % {"n": count},
        "stale": gettext("Not proven lately"),
        "proven": gettext("Proven"),
    }
    zone, language = timezone.get_current_timezone(), get_language() or "en"
    note = format_moment(proof.proven_at, zone, language) if proof else ""
    return Badge(texts[found.code], found.tone, note)


def sentence(check: str) -> str:
    """What a check proves; one without words reads as its own name."""
    return str(SENTENCES.get(check, check.replace("_", " ").replace("-", " ").capitalize()))


def checked(proof: Any) -> list[Checked]:
    """Every check of today's programme, with what `proof` found."""
    names = [check.__name__ for path in PROOFS for check in import_string(path)]
    found = [difference["check"] for difference in proof.differences]
    strangers = [name for name in dict.fromkeys(found) if name not in names]
    return [Checked(sentence(name), found.count(name)) for name in [*names, *strangers]]


def differences(company: Company, proof: Any) -> list[dict[str, str]]:
    """What does not add up: the check in words, the figures, the page to look at."""
    return [
        {
            "check": sentence(row["check"]),
            "text": row["text"],
            "subject": f"{row['subject_kind']} {row['subject'][:8]}".strip(),
            "url": link_to(company, row["subject_kind"], row["subject"]),
        }
        for row in proof.differences
    ]
