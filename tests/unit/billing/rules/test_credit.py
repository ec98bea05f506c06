"""Credit notes: any sequence of partial ones takes exactly what was billed, and never more (FAULTS I7)."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.credit import LUMP, Billed, Choice, Original, Taken, by_amount, by_line, rest
from billing.rules.credit_totals import count, count_draft
from billing.rules.draft import Draft, DraftLine
from billing.rules.totals import AllowanceInput, DocumentInput, LineInput, Tax, Totals, compute
from invoicing_site.errors import BusinessError
from invoicing_site.money import quantum

D = Decimal
S19, S7, FREE = Tax("S19", "S", D(19)), Tax("S7", "S", D(7)), Tax("E", "E", D(0))
CITY, ON_TOP = Tax("CITY", "S", D("2.5")), Tax("QST", "S", D("9.975"), compound=True)
SETS: tuple[tuple[Tax, ...], ...] = ((S19,), (S7,), (FREE,), (), (S19, CITY), (S7, ON_TOP))


def original(document: DocumentInput, totals: Totals | None = None) -> Original:
    totals = totals or compute(document)
    lines = []
    for place, (typed, line) in enumerate(zip(document.lines, totals.lines, strict=True), start=1):
        amounts = {part.code: part.amount for part in line.taxes}
        parts = tuple(amounts[tax.code] for tax in typed.taxes)
        amount = line.net + sum(parts) if document.prices_include_tax else line.net
        lines.append(Billed(place, typed.quantity, typed.unit_price, "HUR", amount, typed.taxes, parts))
    return Original(
        document.currency, document.prices_include_tax, document.tax_rounding, totals.total, tuple(lines),
        totals.withheld, totals.rounding,
    )  # fmt: skip


def counted(found: Original, taken: list[Taken]) -> Totals:
    return count(
        found,
        [
            (one.line.id, LineInput(one.quantity, one.unit_price, discount_amount=one.discount, taxes=one.line.taxes))
            for one in taken
        ],
    )


def after(found: Original, taken: list[Taken], note: Totals) -> Original:
    amounts = {one.line.id: line.amount for one, line in zip(taken, note.lines, strict=True)}
    back = {one.line.id: one.quantity for one in taken if one.unit != LUMP}
    lines = tuple(
        replace(line, taken=line.taken + amounts.get(line.id, 0), returned=line.returned + back.get(line.id, 0))
        for line in found.lines
    )
    return replace(found, lines=lines, credited=found.credited + note.total)


def a_document(chance: random.Random) -> DocumentInput:
    currency = chance.choice(["EUR", "EUR", "JPY", "KWD"])
    unit = quantum(currency)
    lines = []
    for _ in range(chance.randint(1, 6)):
        price = D(chance.randint(0, 99999)) * D("0.001")
        quantity = D(chance.randint(1, 9000)) * D("0.001") * chance.choice([1, 1, 1, 1, -1])
        lines.append(LineInput(quantity, price, D(chance.choice([0, 0, 10, 100])), taxes=chance.choice(SETS)))
    allowances = []
    if chance.random() < 0.5:
        allowances.append(AllowanceInput(chance.random() < 0.4, percent=D(chance.choice([3, 12]))))
    if chance.random() < 0.3:
        allowances.append(AllowanceInput(True, amount=unit * chance.randint(1, 500)))
    return DocumentInput(
        currency,
        chance.random() < 0.4,
        tuple(lines),
        tuple(allowances),
        tax_rounding=chance.choice(["document", "line"]),
        cash_unit=chance.choice([D(0), D(0), unit * 5]),
        withholding_percent=chance.choice([D(0), D(0), D(15)]),
    )


def a_choice(chance: random.Random, found: Original) -> list[Taken]:
    unit = quantum(found.currency)
    how = chance.choice(["amount", "lines", "lines"])
    if how == "amount":
        return by_amount(found, unit * chance.randint(1, max(1, int(found.left / unit))))
    choices = []
    for line in found.lines:
        if not line.left or chance.random() < 0.5:
            continue
        if chance.random() < 0.5 and line.quantity_left:
            thousandths = int(abs(line.quantity_left) * 1000)
            choices.append(Choice(line.id, quantity=D(chance.randint(1, thousandths)) / 1000))
        else:
            choices.append(Choice(line.id, amount=unit * chance.randint(1, int(abs(line.left) / unit))))
    return by_line(found, choices)


def by_key(totals: Totals) -> dict[Any, tuple[Decimal, Decimal]]:
    return {(part.code, part.rate): (part.base, part.amount) for part in totals.tax_totals}


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_any_sequence_of_notes_takes_exactly_what_was_billed(seed: int) -> None:
    chance = random.Random(seed)
    try:
        document = a_document(chance)
        billed = compute(document)
    except BusinessError:
        return
    found, notes = original(document, billed), []
    for _ in range(chance.randint(0, 6)):
        try:
            taken = a_choice(chance, found)
            note = counted(found, taken)
        except BusinessError:
            continue
        assert 0 <= note.payable <= note.total + max(billed.rounding, 0)
        notes.append(note)
        found = after(found, taken, note)
        assert all(min(line.amount, 0) <= line.taken <= max(line.amount, 0) for line in found.lines)
    if any(line.left for line in found.lines):
        taken = rest(found)
        notes.append(counted(found, taken))
    if not notes:
        return
    for key, whole in by_key(billed).items():
        parts = [by_key(note).get(key, (D(0), D(0))) for note in notes]
        assert (sum(base for base, _ in parts), sum(amount for _, amount in parts)) == whole
    for name in ("total", "net", "tax", "withheld", "rounding"):
        assert sum(getattr(note, name) for note in notes) == getattr(billed, name)


def refused(code: str, work: Callable[[], Any]) -> str | None:
    with pytest.raises(BusinessError) as caught:
        work()
    assert caught.value.code == code
    return caught.value.field


def simple(*prices: str, **changes: Any) -> Original:
    lines = tuple(LineInput(D(3), D(price), taxes=(S19,)) for price in prices)
    return original(DocumentInput("EUR", False, lines, **changes))


def test_a_quantity_takes_its_share_and_the_last_one_the_odd_cent() -> None:
    found = simple("33.337777")
    assert found.left == D("100.01")
    nets, taxes = [], []
    for _ in range(3):
        taken = by_line(found, [Choice(1, quantity=D(1))])
        note = counted(found, taken)
        nets.append(note.net)
        taxes.append(note.tax)
        found = after(found, taken, note)
    assert (nets, sum(nets)) == ([D("33.34"), D("33.34"), D("33.33")], D("100.01"))
    assert (taxes, sum(taxes)) == ([D("6.33"), D("6.34"), D("6.33")], D("19.00"))
    assert (found.left, found.lines[0].quantity_left) == (0, 0)
    refused("credit.nothing_left", lambda: rest(found))


def test_a_quantity_after_a_price_cut_gives_back_what_is_left_of_it() -> None:
    found = simple("20.00")
    taken = by_amount(found, D("30.00"))
    assert [(one.quantity, one.unit_price, one.unit) for one in taken] == [(D(1), D("30.00"), LUMP)]
    found = after(found, taken, counted(found, taken))
    (one,) = by_line(found, [Choice(1, quantity=D(1))])
    assert (one.quantity, one.unit_price, one.discount) == (D(1), D("20.00"), D("10.00"))
    (one,) = rest(found)
    assert (one.quantity, one.unit_price, one.discount) == (D(3), D("20.00"), D("30.00"))


def test_charges_make_a_line_dearer_at_a_price_of_its_own() -> None:
    found = simple("10.00", allowances=(AllowanceInput(True, amount=D("1.00")),))
    (one,) = by_line(found, [Choice(1, quantity=D(2))])
    assert (one.quantity, one.unit_price, one.unit, one.discount) == (D(2), D("10.335"), "HUR", D(0))
    wide = Original("EUR", False, "document", D("1.00"), (Billed(1, D(900), D(0), "HUR", D("1.00")),))
    (one,) = rest(wide)
    assert (one.quantity, one.unit_price, one.unit) == (D(900), D("0.001111"), "HUR")
    wider = replace(wide, lines=(Billed(1, D("900000"), D(0), "HUR", D("1.00")),))
    (one,) = rest(wider)
    assert (one.quantity, one.unit_price, one.unit) == (D(1), D("1.00"), LUMP)
    nothing_of = replace(wide, lines=(Billed(1, D(0), D(5), "HUR", D("1.00")),))
    assert rest(nothing_of) == [Taken(nothing_of.lines[0], D(1), D("1.00"), LUMP, D(0))]


def test_an_amount_falls_on_the_lines_by_largest_remainder() -> None:
    found = simple("10.00", "20.00", "0.01")
    taken = by_amount(found, D("10.00"))
    assert [line.amount for line in counted(found, taken).lines] == [D("3.33"), D("6.67")]
    assert [one.unit for one in by_amount(found, found.left)] == ["HUR"] * 3


def test_a_return_on_the_document_is_taken_back_the_other_way() -> None:
    lines = (LineInput(D(2), D(100), taxes=(S19,)), LineInput(D(-1), D(100), taxes=(S19,)))
    found = original(DocumentInput("EUR", False, lines))
    taken = by_line(found, [Choice(1, quantity=D(2)), Choice(2, quantity=D(1))])
    assert [one.quantity for one in taken] == [D(2), D(-1)]
    assert counted(found, taken).total == D("119.00")
    (one,) = by_line(found, [Choice(2, amount=D("40.00"))])
    assert (one.quantity, one.unit_price) == (D(-1), D("40.00"))
    refused("credit.beyond_rate", lambda: counted(found, [one]))
    other = replace(found, lines=(found.lines[0], replace(found.lines[1], taxes=(), tax_amounts=())))
    refused("document.total_negative", lambda: counted(other, by_line(other, [Choice(2, quantity=D(1))])))


def test_of_no_rate_more_than_was_charged_on_it() -> None:
    lines = (LineInput(D(1), D(100), taxes=(S19,)), LineInput(D(-1), D(60), taxes=(S19,)), LineInput(D(1), D(200)))
    found = original(DocumentInput("EUR", False, lines))
    refused("credit.beyond_rate", lambda: counted(found, by_line(found, [Choice(1, quantity=D(1))])))
    assert counted(found, rest(found)).total == found.total == D("247.60")


def test_lines_that_cancel_out_carry_no_tax_until_all_is_taken() -> None:
    lines = (LineInput(D(1), D(50), taxes=(S19,)), LineInput(D(-1), D(50), taxes=(S19,)))
    found = original(DocumentInput("EUR", False, lines))
    note = counted(found, rest(found))
    assert (note.total, note.tax) == (0, 0)
    part = [Choice(1, amount=D("20.00")), Choice(2, amount=D("20.00"))]
    assert counted(found, by_line(found, part)).tax == 0


def test_what_is_no_line_quantity_or_amount_is_refused_at_its_field() -> None:
    found = simple("10.00", "5.00")
    both = by_line(found, [Choice(1, quantity=D(3)), Choice(2, quantity=D(1))])
    assert [one.quantity for one in both] == [D(3), D(1)]
    assert refused("credit.nothing_chosen", lambda: by_line(found, [Choice(1)])) is None
    assert refused("credit.line_unknown", lambda: by_line(found, [Choice(9, quantity=D(1))])) == "lines.0.quantity"
    assert refused("credit.beyond_quantity", lambda: by_line(found, [Choice(1, quantity=D("3.1"))]))
    assert refused("credit.beyond_line", lambda: by_line(found, [Choice(2, amount=D("15.01"))])) == "lines.0.amount"
    assert refused("credit.beyond_left", lambda: by_amount(found, D("45.01"))) == "amount"


@pytest.mark.parametrize("wrong", ["0", "-1", "0.0000001", "NaN", "Infinity"])
def test_a_quantity_or_amount_that_is_none(wrong: str) -> None:
    found = simple("10.00", "5.00")
    assert refused("credit.quantity", lambda: by_line(found, [Choice(1, quantity=D(wrong))])) == "lines.0.quantity"
    assert refused("credit.amount", lambda: by_line(found, [Choice(1, amount=D(wrong))])) == "lines.0.amount"
    assert refused("credit.amount", lambda: by_amount(found, D(wrong))) == "amount"


def test_a_note_is_judged_by_its_lines_whoever_wrote_them() -> None:
    found = simple("10.00", "5.00")
    line = LineInput(D(1), D("10.00"), taxes=(S19,))
    assert refused("credit.line_unknown", lambda: count(found, [(None, line)])) == "lines.0.quantity"
    assert refused("credit.line_unknown", lambda: count(found, [(7, line)])) == "lines.0.quantity"
    assert refused("credit.line_twice", lambda: count(found, [(1, line), (1, line)])) == "lines.1.quantity"
    beyond = LineInput(D(1), D("30.01"), taxes=(S19,))
    assert refused("credit.beyond_line", lambda: count(found, [(1, beyond)])) == "lines.0.quantity"
    below = LineInput(D(-1), D("1.00"), taxes=(S19,))
    assert refused("credit.beyond_line", lambda: count(found, [(1, below)])) == "lines.0.quantity"
    spent = replace(found, credited=found.total - D("1.00"))
    refused("credit.beyond_total", lambda: count(spent, [(1, line)]))
    freed = Original("EUR", False, "document", D(0), (Billed(1, D(1), D(0), "HUR", D(0)),))
    assert count(freed, []).total == 0


def test_a_draft_is_counted_by_the_lines_it_names() -> None:
    found = simple("10.00", "5.00")
    line = DraftLine("x", D(1), D("5.00"), tax_codes=(7,), corrects_id=2)
    note = count_draft(found, Draft(client_id=1, currency="EUR", kind="credit_note", lines=(line,)), {7: S19})
    assert (note.net, note.tax) == (D("5.00"), D("0.95"))
