from decimal import Decimal
from typing import Any

import pytest

from billing.actions.drafts import create_draft, save_draft
from billing.models import Allowance, Line, LineTax, TaxCode
from billing.rules.draft import Draft, DraftAllowance, DraftLine
from tests.world import AT


@pytest.mark.parametrize("lines", [1, 60])
def test_a_new_draft_takes_the_same_statements_for_any_number_of_lines(
    world: Any, lines: int, django_assert_num_queries: Any
) -> None:
    tax = TaxCode.objects.get(company=world.company, code="DE19").pk
    typed = tuple(DraftLine(f"Teil {n}", Decimal(1), Decimal("9.99"), tax_codes=(tax,)) for n in range(lines))
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=typed)
    # savepoint, context, client, taxes, document, lines, their taxes, event, release
    with django_assert_num_queries(9):
        create_draft(company=world.company, draft=draft, actor=world.accountant, at=AT)
    assert (Line.objects.count(), LineTax.objects.count()) == (lines, lines)


def test_a_draft_emptied_and_filled_again_keeps_no_old_row(world: Any) -> None:
    tax = TaxCode.objects.get(company=world.company, code="DE19").pk
    line = DraftLine("Beratung", Decimal(1), Decimal(100), tax_codes=(tax,))
    full = Draft(
        client_id=world.client.pk,
        currency="EUR",
        lines=(line, line),
        allowances=(DraftAllowance("Rabatt", percent=Decimal(5)),),
    )
    document = create_draft(company=world.company, draft=full, actor=world.accountant, at=AT)
    first = set(Line.objects.values_list("pk", flat=True))
    empty = Draft(client_id=world.client.pk, currency="EUR")
    for revision, draft in ((1, empty), (2, full)):
        save_draft(
            company=world.company, document_uuid=document.uuid, draft=draft, revision=revision, actor=world.owner, at=AT
        )
    assert (Line.objects.count(), LineTax.objects.count(), Allowance.objects.count()) == (2, 2, 1)
    assert not first & set(Line.objects.values_list("pk", flat=True))
