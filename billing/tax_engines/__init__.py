"""Who decides which tax a line bears: our own rules, or an engine outside with our rules as its understudy (SPEC B7).

An engine outside never stands between a document and its number: where it gives no answer that can be used, its last good one
to the same question holds, else our own rules; the document says which.
"""

import logging

from billing.models.decision import TaxDecision
from billing.models.tax_setup import TaxEngine
from billing.tax_engines.base import Answer, EngineDown, Question
from billing.tax_engines.own import ENGINE, OwnRules
from billing.tax_engines.remote import Remote, read
from invoicing_site.models import Company

__all__ = ["ENGINE", "Answer", "Question", "decide", "engine_of"]
log = logging.getLogger(__name__)


def engine_of(company: Company) -> TaxEngine | None:
    """The engine outside that `company` uses. One query."""
    found: TaxEngine | None = TaxEngine.objects.for_company(company).filter(archived_at=None).first()
    return found


def decide(company: Company, question: Question) -> Answer:
    """The tax on each line. With an engine outside this waits for it: never inside a transaction. Raises nothing."""
    row = engine_of(company)
    if row is None:
        return OwnRules().decide(question)
    try:
        return Remote(row).decide(question)
    except EngineDown as down:
        log.warning("tax engine %s gave no answer: %s", row.uuid, down)
    kept = _last_good(company, question)
    if kept is not None:
        return kept
    return Answer(OwnRules().decide(question).lines, f"{ENGINE} (fallback)")


def _last_good(company: Company, question: Question) -> Answer | None:
    """What the engine said to the same question before."""
    rows = TaxDecision.objects.for_company(company).filter(question=question.digest(), engine__startswith="remote/")
    found = rows.order_by("-decided_at", "-id").first()
    if found is None:
        return None
    try:
        answer = read(found.answer, len(question.lines))
    except EngineDown:
        return None
    return Answer(answer.lines, f"{answer.engine} (kept)")
