"""The number series a new company starts with: one for each kind of document, all editable afterwards."""

from billing.models import Series
from billing.models.series import Reset
from billing.states import Kind
from invoicing_site.models import Company

# kind → name and pattern in German, in English. Opening balances keep the numbers they were given elsewhere.
STARTERS: tuple[tuple[Kind, str, str, str, str], ...] = (
    (Kind.INVOICE, "Rechnungen", "RE-{year}-{seq:05}", "Invoices", "INV-{year}-{seq:05}"),
    (Kind.QUOTE, "Angebote", "AN-{year}-{seq:05}", "Quotes", "QUO-{year}-{seq:05}"),
    (Kind.PRO_FORMA, "Proforma-Rechnungen", "PF-{year}-{seq:05}", "Pro forma invoices", "PRO-{year}-{seq:05}"),
    (Kind.DEPOSIT, "Abschlagsrechnungen", "AR-{year}-{seq:05}", "Deposit invoices", "DEP-{year}-{seq:05}"),
    (Kind.CREDIT_NOTE, "Gutschriften", "GS-{year}-{seq:05}", "Credit notes", "CN-{year}-{seq:05}"),
    (Kind.DEBIT_NOTE, "Belastungsanzeigen", "LS-{year}-{seq:05}", "Debit notes", "DN-{year}-{seq:05}"),
)
OPENINGS = ("Saldenvorträge", "Opening balances")


def external_pattern(kind: str) -> str:
    """What stands in the place of a pattern where numbers are given elsewhere; there is one such series for a kind."""
    return f"({kind})"


def add_series(company: Company) -> None:
    german = company.language == "de"
    rows = [
        Series(
            company=company,
            kind=kind,
            name=own_name if german else name,
            pattern=own_pattern if german else pattern,
            reset=Reset.YEARLY,
        )
        for kind, own_name, own_pattern, name, pattern in STARTERS
    ]
    rows.append(
        Series(
            company=company,
            kind=Kind.OPENING,
            name=OPENINGS[0] if german else OPENINGS[1],
            pattern=external_pattern(Kind.OPENING),
            reset=Reset.NEVER,
            is_external=True,
        )
    )
    Series.objects.bulk_create(rows)
