"""What the benchmarks issue: one company, one client and one draft made by the verbs; the other drafts are its copies."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from benchmarks.database import as_owner
from billing.actions.drafts import create_draft
from billing.models import Document, TaxCode
from billing.rules.draft import Draft, DraftLine
from clients.models import Address, Client
from invoicing_site.actions.companies import create_company
from invoicing_site.models import BankAccount, Company, User

AT = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
DAY = AT.date()
TABLES = ("billing_line", "billing_allowance", "billing_linetax")


class World:
    """A company in euros with everything an invoice needs; `seller()` makes another one."""

    def __init__(self, slug: str) -> None:
        self.company = create_company(
            actor=None, at=AT, slug=slug, name="Lindenhof", legal_name="Lindenhof Werkstätten GmbH",
            line1="Lindenstraße 12", postcode="10969", city="Berlin", country="DE", time_zone="Europe/Berlin",
            currency="EUR", language="de", vat_id="DE136695976", email=f"office@{slug}.example",
        )  # fmt: skip
        self.actor = User.objects.create_user(f"accountant@{slug}.example", name="Ada Accountant")
        BankAccount.objects.create(
            company=self.company, label="Main", holder=self.company.legal_name, iban="DE02120300000000202051",
            bic="BYLADEM1001", bank_name="Deutsche Kreditbank", currency="EUR",
        )  # fmt: skip
        self.client = Client.objects.create(
            company=self.company, number="K0001", name="Nordlicht Medien GmbH", sort_name="nordlicht medien gmbh",
            email="rechnung@nordlicht.example", currency="EUR", language="de",
        )  # fmt: skip
        Address.objects.create(
            company=self.company, client=self.client, kind="billing", line1="Speicherstraße 4", postcode="20457",
            city="Hamburg", country="DE",
        )  # fmt: skip

    def draft(self, lines: int) -> Document:
        """A draft of `lines` lines under two tax rates, every fifth with a discount, made by the verb."""
        taxes = [TaxCode.objects.get(company=self.company, code=code).pk for code in ("DE19", "DE7")]
        rows = tuple(
            DraftLine(
                f"Beratung Prozessgestaltung, Abschnitt {number}", Decimal(number % 7 + 1) / 2, Decimal("100.10"),
                unit="HUR", discount_percent=Decimal(10 if number % 5 == 4 else 0), tax_codes=(taxes[number % 2],),
            )
            for number in range(lines)
        )  # fmt: skip
        draft = Draft(
            client_id=self.client.pk, currency="EUR", language="de", lines=rows, supply_to=DAY,
            purchase_order="4500017423",
        )  # fmt: skip
        return create_draft(company=self.company, draft=draft, actor=self.actor, at=AT)

    def copies(self, document: Document, count: int) -> list[UUID]:
        """`count` drafts with the content of `document`, inserted by the owner; every guard of the tables fires."""
        with as_owner() as owner, owner.transaction():
            made = owner.execute(
                f"INSERT INTO billing_document ({_columns(owner, 'billing_document')}, uuid) "
                f"SELECT {_columns(owner, 'billing_document')}, gen_random_uuid() FROM billing_document, "
                "generate_series(1, %s) WHERE id = %s RETURNING id, uuid",
                (count, document.pk),
            ).fetchall()
            ids = [key for key, _ in made]
            for table in TABLES:
                _copy(owner, table, document.pk, ids)
        with as_owner() as owner:
            owner.execute("VACUUM ANALYZE")
        return [UUID(str(name)) for _, name in made]


def _copy(owner: Any, table: str, source: int, ids: list[Any]) -> None:
    """Rows of `table` below the document `source`, once for each of `ids`; taxes find their line by its position."""
    columns = _columns(owner, table, "document_id", "line_id")
    given, extra, join = f"{columns}, document_id", "d.id", ""
    if table == "billing_linetax":
        given, extra = f"{given}, line_id", "d.id, copied.id"
        join = (
            "JOIN billing_line own ON own.id = r.line_id "
            "JOIN billing_line copied ON copied.document_id = d.id AND copied.position = own.position"
        )
    chosen = ", ".join(f"r.{name}" for name in columns.split(", "))
    owner.execute(
        f"INSERT INTO {table} ({given}) SELECT {chosen}, {extra} "
        f"FROM unnest(%s::bigint[]) d(id) CROSS JOIN {table} r {join} WHERE r.document_id = %s",
        (ids, source),
    )


def _columns(owner: Any, table: str, *without: str) -> str:
    rows = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attname <> ALL(%s) ORDER BY attnum",
        (table, ["id", "uuid", *without]),
    ).fetchall()
    return ", ".join(str(name) for (name,) in rows)


def company_of(world: World) -> Company:
    """Fresh from the database, as a view has it."""
    return Company.objects.get(pk=world.company.pk)
