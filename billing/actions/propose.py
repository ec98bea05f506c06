"""The tax of lines that leave it to the rules: decided when a draft is saved, so that every door gets the same (SPEC B7)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from billing.actions.usual_taxes import adopt
from billing.models import Document, TaxDecision
from billing.reports.tax_choice import TaxChoice
from billing.reports.tax_question import Sold, products_of, question_of
from billing.rules.draft import Draft
from billing.rules.totals import Tax
from billing.rules.usual_taxes import UsualTax
from billing.tax_engines import Answer, Question, decide
from billing.tax_engines.own import OwnRules
from billing.tax_engines.remote import told
from invoicing_site.models import Company, User

Choices = list[int | UsualTax | None]


def answer_for(company: Company, draft: Draft, today: dt.date) -> Answer | None:
    """What the company's engine says of `draft`; None where no line leaves its tax to it.

    Waits for an engine outside, so call it before the verb that saves, never in one. Raises nothing.
    """
    if not any(line.automatic for line in draft.lines):
        return None
    return decide(company, question_of(company, draft, products_of(company, draft.lines), today))


def previewed(company: Company, draft: Draft, today: dt.date) -> tuple[Draft, dict[int, Tax]]:
    """`draft` with the taxes our own rules propose, for counting; those the company has not got yet stand under negative ids.
    Writes nothing, asks nobody outside."""
    if not any(line.automatic for line in draft.lines):
        return draft, {}
    question, choices = _choices(company, draft, today, None)
    extra: dict[int, Tax] = {}
    lines = []
    for line, choice in zip(draft.lines, choices, strict=True):
        if isinstance(choice, UsualTax):
            rate = next((r.rate for r in choice.rates if r.start <= question.day <= (r.end or question.day)), None)
            choice = _under(extra, Tax(choice.code, choice.category, rate, choice.name)) if rate is not None else None
        lines.append(replace(line, tax_codes=(choice,) if choice else (), automatic=False) if line.automatic else line)
    return replace(draft, lines=tuple(lines)), extra


def _under(extra: dict[int, Tax], tax: Tax) -> int:
    for key, known in extra.items():
        if known == tax:
            return key
    extra[-1 - len(extra)] = tax
    return -len(extra)


def settle(
    company: Company, draft: Draft, answer: Answer | None, today: dt.date, actor: User | None, at: dt.datetime
) -> tuple[Draft, str]:
    """`draft` with a tax on every line that left it open, and the engine that decided; nothing where none did.

    Part of the verbs that save drafts. `answer` is what `answer_for` gave; without one our own rules decide. Adds the usual
    tax where the company has not got it yet, and publishes tax.added.
    """
    if not any(line.automatic for line in draft.lines):
        return draft, ""
    if answer is not None and len(answer.lines) != len(draft.lines):
        answer = None  # it was asked about something else
    engine = answer.engine if answer else OwnRules.engine
    _question, choices = _choices(company, draft, today, answer)
    made: dict[UsualTax, int] = {}
    lines = []
    for line, choice in zip(draft.lines, choices, strict=True):
        if line.automatic:
            if isinstance(choice, UsualTax):
                if choice not in made:
                    made[choice] = adopt(company, choice, actor, at).pk
                choice = made[choice]
            line = replace(line, tax_codes=(choice,) if choice else (), automatic=False)
        lines.append(line)
    return replace(draft, lines=tuple(lines)), engine


def _choices(company: Company, draft: Draft, today: dt.date, answer: Answer | None) -> tuple[Question, Choices]:
    products = products_of(company, draft.lines)
    question = question_of(company, draft, products, today)
    answer = answer or OwnRules().decide(question)
    choice = TaxChoice(company, question)
    homes = [_home(products, line.product_id) or choice.usual for line in draft.lines]
    return question, [choice.choose(taxed, home) for taxed, home in zip(answer.lines, homes, strict=True)]


def _home(products: Mapping[int | None, Sold], product_id: int | None) -> int | None:
    sold = products.get(product_id)
    return sold.home if sold else None


def remember(document: Document, draft: Draft, answer: Answer | None, today: dt.date, at: dt.datetime) -> None:
    """Keep what an engine outside said, if it decided, beside the revision it was asked about. Part of the verbs that save drafts."""
    if answer is None or answer.engine != document.tax_engine or answer.engine == OwnRules.engine:
        return
    question = question_of(document.company, draft, products_of(document.company, draft.lines), today)
    TaxDecision.objects.create(
        company_id=document.company_id,
        document=document,
        revision=document.revision,
        engine=answer.engine,
        question=question.digest(),
        answer=told(answer),
        decided_at=at,
    )
