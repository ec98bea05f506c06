"""Taxes that differ from what the rules propose: said before issue, never refused (SPEC B7). What the law refuses stands in
checks_legal."""

from billing.documents.source import Row, Source
from billing.models import TaxMapping
from billing.reports.tax_question import UNKNOWN, Sold, buyer_from, products_of
from billing.rules.tax_mapping import Decision, Seller, decide
from billing.rules.usual_rates import STANDARD, rates_of
from billing.rules.usual_taxes import REASONS, charged, uncharged
from clients.states import Scheme, Treatment
from invoicing_site.errors import BusinessError
from invoicing_site.models import Company


def cautions(company: Company, source: Source) -> list[BusinessError]:
    """Lines whose tax is another than our own rules would choose. Corrections keep the taxes of what they correct.

    One query where a line names a product, one where a tax differs.
    """
    if source.document["corrects_id"]:
        return []
    proven = any(row["scheme"] == Scheme.CERT for row in source.tax_ids)
    unproven = source.client["tax_treatment"] == Treatment.EXEMPT and not proven
    warned = [BusinessError("document.exempt_unproven", "client")] if unproven else []
    return warned if company.country == "US" else [*warned, *_differing(company, source)]


def _differing(company: Company, source: Source) -> list[BusinessError]:
    draft = source.draft()
    products = products_of(company, draft.lines)
    seller = Seller(company.country, company.postcode, company.small_business, company.oss)
    client = source.client
    buyer = buyer_from(source.addresses, source.tax_ids, client["kind"], client["tax_treatment"])
    odd: list[tuple[int, Row | None, Decision]] = []
    for place, line in enumerate(draft.lines, start=1):
        if len(line.tax_codes) > 1:
            continue  # several taxes on one line are a person's choice
        row = source.codes[line.tax_codes[0]] if line.tax_codes else None
        sold = _sold(products.get(line.product_id), row)
        decision = decide(seller, buyer, sold.kind, sold.tax_class)
        if not _agrees(decision, row):
            odd.append((place, row, decision))
    return _said(company, odd) if odd else []


def _said(company: Company, odd: list[tuple[int, Row | None, Decision]]) -> list[BusinessError]:
    """What the company maps itself is as good as the rule; of the others one sentence for each pair of taxes."""
    own = {(row.zone, row.tax_class, row.tax_code_id) for row in TaxMapping.objects.for_company(company)}
    found: dict[tuple[str, str], list[int]] = {}
    for place, row, decision in odd:
        if row is None or (decision.zone, decision.tax_class, row["id"]) not in own:
            found.setdefault((row["name"] if row else "–", _words(decision, company)), []).append(place)
    return [
        BusinessError(
            "document.tax_differs", "lines", line=", ".join(map(str, places)), chosen=chosen, proposed=proposed
        )
        for (chosen, proposed), places in found.items()
    ]


def _sold(sold: Sold | None, row: Row | None) -> Sold:
    """A product's class, else the class of the tax on the line: of two home rates a person knows which is right."""
    if sold is not None:
        return sold
    known = row is not None and row["category"] in ("S", "Z", "E") and not row["country"]
    return UNKNOWN._replace(tax_class=row["tax_class"]) if row is not None and known else UNKNOWN


def _agrees(decision: Decision, row: Row | None) -> bool:
    if row is None:
        return decision.category == "O" or decision.reason == "small_business"
    return bool(row["category"] == decision.category and row["country"] == decision.country)


def _words(decision: Decision, company: Company) -> str:
    if decision.reason in REASONS:
        return uncharged(decision.reason, company.country, company.language).reason
    if decision.category != "S":
        return "0 %" if decision.category == "Z" else "–"
    country = decision.country or company.country
    tax_class = decision.tax_class if rates_of(country, decision.tax_class) else STANDARD
    return charged(country, tax_class, company.language, abroad=bool(decision.country)).name
