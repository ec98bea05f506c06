"""Our own rules as an engine: always there, never asks anybody."""

from billing.rules import tax_mapping
from billing.tax_engines.base import Answer, Question, Supply, Taxed

ENGINE = f"own/{tax_mapping.VERSION}"


class OwnRules:
    """`billing.tax_engines.base.Engine` from billing/rules/tax_mapping.py and the company's own table of sales tax."""

    engine = ENGINE

    def decide(self, question: Question) -> Answer:
        return Answer(tuple(_taxed(question, line) for line in question.lines), ENGINE)


def _taxed(question: Question, line: Supply) -> Taxed:
    local = question.local
    found = tax_mapping.decide(
        question.seller, question.buyer, line.kind, line.tax_class, taxed_locally=local is not None
    )
    by_table = local if found.country == "US" else None
    return Taxed(
        found.category,
        found.tax_class,
        found.country,
        found.zone,
        found.reason,
        by_table.rate if by_table else None,
        by_table.name if by_table else "",
    )
