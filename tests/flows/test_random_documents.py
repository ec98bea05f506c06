"""Random documents: rows, snapshot, ledger, screen, PDF, UBL and CII say the same to the last unit (FAULTS 25; I2, I13)."""

import random
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.actions.drafts import create_draft
from billing.actions.issue import issue_many
from billing.actions.prove import prove_company
from billing.actions.readback import figures, plain, printed
from billing.documents import pdf, snapshot
from billing.documents.einvoice import cii, ubl
from billing.documents.html import to_html
from billing.documents.received.stated import read_xml
from billing.documents.view import document_view
from billing.models import Document, ExchangeRate, Snapshot, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from billing.rules.terms import Instalment
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
    instalments = (Instalment(percent=Decimal(chance.randrange(1, 100)), days=7),) if chance.random() < 0.2 else ()
    return Draft(
        client_id=world.client.pk, currency=currency, language=chance.choice(["de", "en", "fr", "es"]), supply_to=TODAY,
        prices_include_tax=chance.random() < 0.4, lines=lines, allowances=allowances, instalments=instalments,
        tax_rounding=chance.choice(["document", "document", "line"]), term=chance.choice(["net", "eom"]),
        cash_unit=unit * 5 if chance.random() < 0.2 else Decimal(0),
    )  # fmt: skip


def stored(world: Any, number: int) -> list[Document]:
    """`number` issued documents."""
    for currency in sorted(set(CURRENCIES) - {"EUR"}):
        ExchangeRate.objects.create(
            company=world.company, currency=currency, rate_date=TODAY, rate=Decimal("0.8731"), source="manual"
        )
    taxes = list(TaxCode.objects.filter(company=world.company, code__in=["DE19", "DE7"]).values_list("pk", flat=True))
    chance = random.Random(20261120)
    for _ in range(number // BATCH):
        made = [
            create_draft(company=world.company, draft=random_draft(chance, world, taxes), actor=None, at=AT).pk
            for _ in range(BATCH)
        ]
        issue_many(company=world.company, document_ids=made, actor=None, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return list(Document.objects.for_company(world.company).prefetch_related("tax_totals", "lines").order_by("pk"))


def test_rows_snapshots_and_ledger_agree(world: Any) -> None:
    documents = stored(world, size(500, 100_000))
    assert len(documents) == size(500, 100_000)
    assert prove_company(company=world.company, actor=None, at=AT).differences == []


def test_screen_and_paper_and_both_syntaxes_say_what_the_rows_say(world: Any) -> None:
    looked = 0
    for document in stored(world, size(500, 20_000)):
        row = Snapshot.objects.get(document=document)
        facts, parties = snapshot.open_parts(bytes(row.facts), bytes(row.parties))
        view = document_view(facts, parties)
        screen, paper = plain(to_html(view)), plain(printed(pdf.render(view, assets={}, created=AT)))
        wanted = {plain(figure) for figure in figures(document)}
        assert {figure for figure in wanted if figure not in screen} == set(), document.number
        assert {figure for figure in wanted if figure not in paper} == set(), document.number
        rows = said_by_rows(document)
        for written in (ubl(facts, parties), cii(facts, parties)):
            assert said_by(read_xml(written)) == rows, document.number
        looked += 1
    assert looked == size(500, 20_000)


def said_by_rows(document: Document) -> dict[str, Any]:
    totals = document.tax_totals.all()
    return {
        "total": document.total,
        "payable": document.payable,
        "rounding": document.rounding,
        "net": document.net,
        "tax": document.tax,
        "taxes": {(part.category, Decimal(part.rate)): (part.base, part.amount) for part in totals},
        "lines": [line.net if document.prices_include_tax else line.amount for line in document.lines.all()],
    }


def said_by(stated: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: Decimal(stated[name]) for name in ("total", "payable", "rounding", "net", "tax")},
        "taxes": {
            (part["category"], Decimal(part["rate"] or 0)): (Decimal(part["base"]), Decimal(part["amount"]))
            for part in stated["taxes"]
        },
        "lines": [Decimal(line["net"]) for line in stated["lines"]],
    }
