"""From what an engine decided to one of the company's own taxes, or to the usual one that has to be added first."""

from decimal import Decimal
from functools import cached_property

from billing.models import TaxCode, TaxMapping, TaxRate
from billing.rules.tax_mapping import HOME, VATEX
from billing.rules.usual_rates import STANDARD, Rate, rates_of
from billing.rules.usual_taxes import CODES, SINCE, UsualTax, charged, uncharged
from billing.tax_engines.base import Question, Taxed
from invoicing_site.models import Company


class TaxChoice:
    """The taxes of one company, each list read once. `home` below is the tax a line would bear in the company's country."""

    def __init__(self, company: Company, question: Question) -> None:
        self.company, self.question = company, question

    @cached_property
    def codes(self) -> list[TaxCode]:
        return list(TaxCode.objects.for_company(self.company).filter(archived_at=None).order_by("code"))

    @cached_property
    def by_id(self) -> dict[int, TaxCode]:
        return {row.pk: row for row in self.codes}

    @cached_property
    def own(self) -> dict[tuple[str, str], int]:
        """What the company chose instead of the rule."""
        rows = TaxMapping.objects.for_company(self.company)
        return {(row.zone, row.tax_class): row.tax_code_id for row in rows}

    @cached_property
    def rates(self) -> dict[int, Decimal]:
        """The rate on the tax point by id of the tax."""
        return dict(TaxRate.objects.for_company(self.company).on(self.question.day).values_list("tax_code_id", "rate"))

    @cached_property
    def usual(self) -> int | None:
        """What a line bears at home whose product says nothing: the highest standard rate in force."""
        own = [row for row in self.codes if row.category == "S" and not row.country and row.pk in self.rates]
        return max(own, key=lambda row: (self.rates[row.pk], row.code)).pk if own else None

    def choose(self, taxed: Taxed, home: int | None) -> int | UsualTax | None:
        """The id of the tax, the usual one to add, or None where the line bears none (a small business)."""
        if taxed.reason == "small_business":
            return None
        chosen = self.own.get((taxed.zone, taxed.tax_class))
        if chosen is not None:
            return chosen
        if taxed.rate is not None:
            return self._stated(taxed, home)
        row = self.by_id.get(home or 0)
        if row is not None and taxed.zone == HOME and row.category == taxed.category and not row.country:
            return row.pk
        return self._fitting(taxed) or self._usual(taxed)

    def _fitting(self, taxed: Taxed) -> int | None:
        rows = [row for row in self.codes if row.category == taxed.category and row.country == taxed.country]
        if taxed.category in ("S", "Z"):
            rows = [row for row in rows if row.tax_class == taxed.tax_class]
            return rows[0].pk if rows else None
        wanted = (VATEX.get(taxed.reason, "-"), CODES.get(taxed.reason, "-"))
        rows.sort(key=lambda row: (row.reason_code != wanted[0], row.code != wanted[1], row.code))
        exact = taxed.category in ("K", "AE", "G") or (rows and wanted[1] == rows[0].code)
        return rows[0].pk if rows and exact else None

    def _usual(self, taxed: Taxed) -> UsualTax:
        language, country = self.company.language, taxed.country or self.company.country
        if taxed.category in ("S", "Z"):
            tax_class = taxed.tax_class if rates_of(country, taxed.tax_class) else STANDARD
            if taxed.category == "Z":
                return UsualTax(f"{country}0", "0 %", "Z", taxed.tax_class)
            return charged(country, tax_class, language, abroad=bool(taxed.country))
        return uncharged(taxed.reason, self.company.country, language)

    def _stated(self, taxed: Taxed, home: int | None) -> int | UsualTax:
        """A tax whose rate came with the decision: from the own table of sales tax, or from an engine outside."""
        assert taxed.rate is not None
        local = self.question.local
        if local is not None and (taxed.rate, taxed.name) == (local.rate, local.name):
            rate = Rate(local.rate, local.valid_from, local.valid_to)
            code, name = f"{local.region}{local.prefix}", local.name
            return UsualTax(code, name, taxed.category, taxed.tax_class, taxed.country, rates=(rate,))
        key = (taxed.category, taxed.country)
        same = [r for r in self.codes if (r.category, r.country) == key and self.rates.get(r.pk) == taxed.rate]
        if same:
            return min(same, key=lambda row: (row.pk != home, row.code)).pk
        percent = f"{taxed.rate.normalize():f}"
        code, name = f"{taxed.country or self.company.country}-{percent}", taxed.name or f"{percent} %"
        always = Rate(taxed.rate, SINCE, None)
        return UsualTax(code, name, taxed.category, taxed.tax_class, taxed.country, rates=(always,))
