"""Random documents: rows, snapshot, ledger and what is printed say the same to the last unit (FAULTS 25; I2, I13)."""

import random
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.actions.drafts import create_draft
from billing.actions.issue import issue_many
from billing.actions.prove import prove_company
from billing.documents import snapshot
from billing.documents.html import to_html
from billing.documents.view import document_view
from billing.models import Document, ExchangeRate, Snapshot, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from invoicing_site.formats import format_money
from invoicing_site.money import minor_unit, quantum
from tests.together import size
from tests.world import AT, TODAY

CURRENCIES = ("EUR", "EUR", "EUR", "USD", "JPY", "KWD", "CLF")
BATCH = 50


def random_draft(chance: random.Random, world: Any, taxes: list[int]) -> Draft:
    currency = chance.choice(CURRENCIES)
    unit = quantum(currency)

    def line() -> DraftLine:
        price = Decimal(chance.randrange(0, 10**7)).scaleb(-chance.choice([minor_unit(currency), 6]))
        discount = chance.choice([{}, {}, {"discount_percent": Decimal(chance.randrange(0, 10001)).scaleb(-2)}])
        return DraftLine(
            chance.choice(["Beratung", "Buch", "Gerät", "Wartung"]),
            Decimal(chance.randrange(1, 10**5)).scaleb(-chance.randrange(0, 4)),
            price,
            tax_codes=tuple(chance.sample(taxes, chance.choice([0, 1, 1, 1]))),
            **discount,
        )

    lines = tuple(line() for _ in range(chance.choice([1, 2, 3, 5, 12])))
    allowances: tuple[DraftAllowance, ...] = ()
    if chance.random() < 0.4:
        allowances = (DraftAllowance("Rabatt", percent=Decimal(chance.randrange(0, 5000)).scaleb(-2)),)
        if chance.random() < 0.5:
            allowances += (DraftAllowance("Versand", is_charge=True, amount=unit * chance.randrange(0, 5000)),)
    return Draft(
        client_id=world.client.pk, currency=currency, language=chance.choice(["de", "en"]), supply_to=TODAY,
        prices_include_tax=chance.random() < 0.4, lines=lines, allowances=allowances,
    )  # fmt: skip


def test_every_figure_agrees_everywhere(world: Any) -> None:
    for currency in sorted(set(CURRENCIES) - {"EUR"}):
        ExchangeRate.objects.create(
            company=world.company, currency=currency, rate_date=TODAY, rate=Decimal("0.8731"), source="manual"
        )
    taxes = list(TaxCode.objects.filter(company=world.company, code__in=["DE19", "DE7"]).values_list("pk", flat=True))
    chance = random.Random(20261120)
    for _ in range(size(150, 100_000) // BATCH):
        made = [
            create_draft(company=world.company, draft=random_draft(chance, world, taxes), actor=None, at=AT).pk
            for _ in range(BATCH)
        ]
        issue_many(company=world.company, document_ids=made, actor=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert prove_company(company=world.company, actor=None, at=AT).differences == []
    for row in Snapshot.objects.select_related("document")[:200]:
        facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
        html = to_html(document_view(facts, parties))
        document: Document = row.document
        printed = html.replace("\xa0", " ").replace("&nbsp;", " ").replace("\u202f", " ")
        for amount in [document.total, *(part.amount for part in document.tax_totals.all() if part.amount)]:
            figure = format_money(amount, document.currency, document.language)
            digits = "".join(c for c in figure if c.isdigit() or c in ".,")
            assert digits in printed, (document.number, figure)
