"""An engine outside, over HTTP: asked in JSON, believed only within bounds (FAULTS 42)."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from billing.models.tax_setup import TaxEngine
from billing.rules.tax_mapping import HOME, ZONES
from billing.rules.usual_rates import CLASSES
from billing.rules.usual_taxes import CATEGORY, REASONS
from billing.tax_engines.base import Answer, EngineDown, Question, Taxed
from invoicing_site.asking import ask
from invoicing_site.breaker import Breaker, Open
from invoicing_site.choices import COUNTRIES
from invoicing_site.outside import Unanswered
from invoicing_site.secrets import SecretMissing, fetch

SECONDS = 4.0
LARGEST = 1024 * 1024
# The highest rate of value added tax anywhere is 27 %, of sales tax below 14 %: what is beyond this is a mistake.
MOST = Decimal(35)
FINEST = Decimal("0.000001")
_REASONS = {"AE": "reverse", "K": "intra", "G": "export", "O": "outside", "E": "exempt"}


class Remote:
    """`billing.tax_engines.base.Engine` at the address of `row`; each company's engine has a breaker of its own."""

    def __init__(self, row: TaxEngine) -> None:
        self.row = row

    def decide(self, question: Question) -> Answer:
        try:
            return Breaker(f"tax:{self.row.uuid}").call(lambda: self._heard(question))
        except Open:
            raise EngineDown("breaker open") from None
        except (Unanswered, SecretMissing) as error:
            raise EngineDown(str(error)) from None

    def _heard(self, question: Question) -> Answer:
        secret = fetch(self.row.secret, self.row.company.slug)
        told = ask(self.row.url, question.wire(), secret=secret, largest=LARGEST, seconds=SECONDS)
        return read(told, len(question.lines))


def read(told: Any, lines: int) -> Answer:
    """The answer in `told`, judged: one line for each asked, known categories, rates within bounds. Raises EngineDown."""
    try:
        version = str(told["version"])[:20]
        rows = told["lines"]
        if not isinstance(rows, list) or len(rows) != lines:
            raise EngineDown("other number of lines")
        return Answer(tuple(_taxed(row) for row in rows), f"remote/{version}")
    except (KeyError, TypeError, ValueError, InvalidOperation, AttributeError):
        raise EngineDown("unreadable answer") from None


def told(answer: Answer) -> dict[str, Any]:
    """`answer` as `read` takes it back."""
    rows = [
        {
            key: str(value) if isinstance(value, Decimal) else value
            for key, value in taxed._asdict().items()
            if value is not None
        }
        for taxed in answer.lines
    ]
    return {"version": answer.engine.partition("/")[2].partition(" ")[0], "lines": rows}


def _taxed(row: Mapping[str, Any]) -> Taxed:
    category, tax_class = str(row["category"]), str(row.get("tax_class", "standard"))
    zone, country = str(row.get("zone", HOME)), str(row.get("country", ""))
    if zone not in ZONES or tax_class not in CLASSES or country not in {"", *COUNTRIES}:
        raise EngineDown("unknown word")
    if category in ("S", "Z"):
        rate = Decimal(str(row["rate"]))
        known = rate.is_finite() and 0 <= rate <= MOST and not rate % FINEST
        if not known or (category == "S") != (rate > 0):
            raise EngineDown("rate out of band")
        return Taxed(category, tax_class, country, zone, "", rate, str(row.get("name", ""))[:60])
    reason = str(row.get("reason") or _REASONS.get(category, ""))
    if reason not in REASONS or CATEGORY.get(reason, "O") != category:
        raise EngineDown("unknown category or reason")
    return Taxed(category, tax_class, country, zone, reason)
