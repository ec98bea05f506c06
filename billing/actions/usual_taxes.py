"""The taxes a company usually needs: all at once when somebody asks for them, or one when it is first used."""

import datetime as dt

from billing.models import TaxCode, TaxRate
from billing.rules.usual_rates import STANDARD
from billing.rules.usual_taxes import UsualTax, usual_taxes
from invoicing_site.action import action
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, User

DAY = dt.timedelta(days=1)


@action
def add_usual_taxes(*, company_id: int, actor: User | None, at: dt.datetime, reason: str = "") -> list[TaxCode]:
    """Add the usual taxes of the company's country that it has not got, and the rates that began since to those it has.

    What people named and described stays as it is. Locks the company. Raises tax.small_business. Publishes tax.added
    and tax.changed. Gives those that were added or changed.
    """
    company: Company = lock_row(Company.objects.filter(pk=company_id))
    if company.small_business:
        raise BusinessError("tax.small_business")
    found = []
    for usual in usual_taxes(company.country, company.language, company.region):
        before = TaxRate.objects.for_company(company).filter(tax_code__code__iexact=usual.code).count()
        tax = adopt(company, usual, actor, at)
        if _classed(tax, usual) or tax.rates.count() != before:
            found.append(tax)
            if before:
                data = {"code": tax.code}
                publish("tax.changed", company=company, subject=("tax", tax.uuid), data=data, actor=actor, at=at)
    return found


def _classed(tax: TaxCode, usual: UsualTax) -> bool:
    """Give a tax from before there were classes its own; whether it had none."""
    mine, theirs = (tax.category, tax.tax_class, tax.reason_code), (usual.category, STANDARD, "")
    if mine != theirs or (usual.tax_class, usual.reason_code) == theirs[1:]:
        return False
    tax.tax_class, tax.reason_code = usual.tax_class, usual.reason_code
    tax.save(update_fields=["tax_class", "reason_code"])
    return True


def adopt(company: Company, usual: UsualTax, actor: User | None, at: dt.datetime) -> TaxCode:
    """The company's tax of this code, added with its rates if it has none; rates that began since are added to it.

    Part of other verbs. Publishes tax.added for a new one.
    """
    found = TaxCode.objects.for_company(company).filter(code__iexact=usual.code).first()
    if found is None:
        found = TaxCode.objects.create(
            company=company, code=usual.code, name=usual.name, category=usual.category, tax_class=usual.tax_class,
            country=usual.country, reason=usual.reason, reason_code=usual.reason_code,
        )  # fmt: skip
        publish(
            "tax.added", company=company, subject=("tax", found.uuid), data={"code": found.code}, actor=actor, at=at
        )
    _follow(found, usual)
    return found


def _follow(tax: TaxCode, usual: UsualTax) -> None:
    """Add the rates of `usual` that begin after the tax's last one; that one then ends the day before."""
    last = tax.rates.order_by("-valid_from").first()
    for rate in usual.rates:
        if last is not None and rate.start <= last.valid_from:
            continue
        if last is not None and (last.valid_to is None or last.valid_to >= rate.start):
            last.valid_to = rate.start - DAY
            last.save(update_fields=["valid_to"])
        last = TaxRate.objects.create(
            company_id=tax.company_id, tax_code=tax, rate=rate.rate, valid_from=rate.start, valid_to=rate.end
        )
