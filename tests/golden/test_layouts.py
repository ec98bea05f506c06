"""The layouts: version 1 of the classic one to the byte, the newer ones by their text, their sums carried, their own ways.

After a wanted change of the newer ones: `GOLDEN=write pytest tests/golden`, then read the difference.
"""

import json
import os
import re
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from billing.documents.fingerprint import renderer_fingerprint
from billing.documents.html import TEMPLATES, to_html
from billing.documents.view import document_view
from billing.rules.layout import BLOCKS, COLUMNS
from tests.helpers.invoices import PAPERS, english, forty_lines, german, printed
from tests.helpers.papers import Snapshot, due, facts, line, parties, tax_total, text_of

HERE = Path(__file__).parent
CLASSIC_1 = json.loads((HERE / "classic_1.json").read_text("utf-8"))
NEWER = [look for look in sorted(TEMPLATES) if look not in {("classic", 1), ("custom", 1)}]

Paper = tuple[Snapshot, Snapshot]


def laid_out(paper: Paper, look: tuple[str, int], **options: Any) -> Paper:
    made, sides = paper
    return made | {"template": {"name": look[0], "version": look[1], "options": options}}, sides


@pytest.mark.parametrize("paper", PAPERS)
def test_what_was_issued_with_the_first_version_is_marked_up_as_it_was(paper: Callable[[], Paper]) -> None:
    made, sides = paper()
    markup = to_html(document_view(made, sides, draft=made["number"] is None))
    assert sha256(markup.encode()).hexdigest() == CLASSIC_1["papers"][paper.__name__]["markup"]


@pytest.mark.parametrize("paper", PAPERS)
def test_what_was_issued_with_the_first_version_prints_the_same_bytes(paper: Callable[[], Paper]) -> None:
    here = {name: version for name, _, version in (part.partition("-") for part in renderer_fingerprint().split())}
    there = {name: version for name, _, version in (part.partition("-") for part in CLASSIC_1["renderer"].split())}
    other = sorted(name for name in there if name != "fonts" and here[name] != there[name])
    if other:
        pytest.skip(f"another renderer than the stored bytes are of: {', '.join(other)}")
    assert sha256(printed(paper())).hexdigest() == CLASSIC_1["papers"][paper.__name__]["pdf"]


def everything() -> Paper:
    """A final invoice with deposits, tax withheld, rounding, early payment, a second currency and enclosures."""
    deposit = {
        "uuid": "", "number": "DEP-2026-00007", "issue_date": "2026-10-01", "net": "200.00", "tax": "38.00",
        "total": "238.00",
        "tax_totals": [{"category": "S", "rate": "19", "base": "200.00", "amount": "38.00"}],
    }  # fmt: skip
    fx = {"base_currency": "GBP", "rate": "0.87", "rate_date": "2026-11-19", "source": "ECB", "net": "783.00", "tax": "148.77", "total": "931.77"}  # fmt: skip
    made = facts(
        3, "de", schema=2, deposits=[deposit], prepaid="238.00", rounding="0.02", payable="788.02", cash_unit="0.05",
        withholding={"percent": "5", "amount": "45.00"}, due=[due("2026-12-04", "788.02")], fx=fx, tax_fx=None,
        early={"percent": "2", "until": "2026-11-27", "discount": "15.76", "amount": "772.26"},
        follows={"uuid": "", "kind": "quote", "number": "Q-2026-00003", "issue_date": "2026-09-01"},
        attachments=[{"name": "Stundenzettel.pdf", "media_type": "application/pdf", "sha256": ""}],
    )  # fmt: skip
    return made, parties(None, {"kind": "company"})


def correction() -> Paper:
    made = facts(
        1, "de", schema=2, kind="credit_note", number="CN-2026-00001", due=[], net_days=None,
        corrects={"uuid": "", "kind": "invoice", "number": "INV-2026-00041", "issue_date": "2026-11-02"},
        reason={"code": "returned", "text": "Ware zurückgegeben"},
    )  # fmt: skip
    return made, parties()


def quote() -> Paper:
    made = facts(
        2, "en", schema=2, kind="quote", number="Q-2026-00004", due=[], valid_until="2026-12-20", payment_reference=None
    )
    return made, parties()


def french() -> Paper:
    place = {
        "line1": "12 rue de la Paix",
        "line2": "",
        "postcode": "75002",
        "city": "Paris",
        "region": "",
        "country": "FR",
    }
    made = facts(
        2, "fr", schema=2, tax="0.00", total="450.00", payable="450.00", due=[due("2026-12-04", "450.00")],
        lines=[line(n, "fr", taxes=[{"code": "AE", "category": "AE", "rate": "0"}]) for n in (1, 2)],
        tax_totals=[tax_total("AE", "0", "450.00", "0.00")],
    )  # fmt: skip
    return made, parties(
        {"address": place, "name": "Atelier Seine", "legal_name": "Atelier Seine SARL"}, {"kind": "company"}
    )


def spanish() -> Paper:
    place = {
        "line1": "Calle Mayor 3",
        "line2": "",
        "postcode": "28013",
        "city": "Madrid",
        "region": "",
        "country": "ES",
    }
    return facts(2, "es", schema=2, payable="535.50"), parties({"address": place, "name": "Taller Sol"})


KINDS: list[Callable[[], Paper]] = [everything, correction, quote, french, spanish]


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
@pytest.mark.parametrize("paper", [german, english, forty_lines, *KINDS])
def test_the_text_of_every_layout_and_kind(paper: Callable[[], Paper], look: tuple[str, int]) -> None:
    text, stored = text_of(printed(laid_out(paper(), look))), HERE / f"{look[0]}_{look[1]}_{paper.__name__}.txt"
    if os.environ.get("GOLDEN") == "write":
        stored.write_text(text, "utf-8")
    assert text == stored.read_text("utf-8")


def amounts_of(page: str) -> list[Decimal]:
    rows = re.findall(r"^\d+ \D.*?([\d,]+\.\d\d)$", page, re.MULTILINE)
    return [Decimal(row.replace(",", "")) for row in rows]


def carry_of(page: str, word: str) -> Decimal | None:
    found = re.search(rf"{word} ([\d,]+\.\d\d)", page)
    return Decimal(found[1].replace(",", "")) if found else None


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
@pytest.mark.parametrize("count", [40, pytest.param(2000, marks=pytest.mark.nightly)])
def test_sums_are_carried_over_to_the_cent(count: int, look: tuple[str, int]) -> None:
    lines = [line(n, amount=f"{n}.37", sku="", description="Odd sum") for n in range(1, count + 1)]
    pages = text_of(printed(laid_out((facts(lines=lines), parties()), look))).split("\f\n")
    assert len(pages) > 1
    running, seen = Decimal(0), 0
    for page in pages:
        assert carry_of(page, "Brought forward") == (running if 0 < seen < count else None)
        amounts = amounts_of(page)
        running, seen = running + sum(amounts), seen + len(amounts)
        assert carry_of(page, "Carried forward") == (running if seen < count else None)
    assert seen == count
    assert running == sum(Decimal(each["amount"]) for each in lines)


@pytest.mark.parametrize("look", NEWER, ids=lambda look: look[0])
def test_nothing_is_carried_on_a_single_page(look: tuple[str, int]) -> None:
    assert "forward" not in text_of(printed(laid_out((facts(8), parties()), look)))


def test_blocks_stand_where_the_layout_puts_them() -> None:
    made = facts(2, introduction="First words.", notes="Last words.")
    order = [*reversed([name for name in BLOCKS if name not in ("table", "totals")]), "table", "totals"]
    text = text_of(printed(laid_out((made, parties()), ("classic", 2), blocks=order)))
    places = [text.index(word) for word in ("Last words.", "Please pay", "First words.", "Description", "Net amount")]
    assert places == sorted(places)


def test_columns_stand_where_the_layout_puts_them_and_empty_ones_stay_away() -> None:
    lines = [
        line(1, sku="A-1", cost_center="K-77", service_from="2026-11-01", service_to="2026-11-02"),
        line(2, sku=""),
    ]
    made = facts(lines=lines)
    text = text_of(printed(laid_out((made, parties()), ("compact", 1), columns=[*reversed(COLUMNS)])))
    assert "Amount EUR Service period Cost centre Unit price Quantity Description Item no. No." in text
    assert "K-77 150.00 1 hour Consulting, process design A-1 1" in text
    assert "Item no. A-1" not in text


def test_own_words_colours_and_texts_are_printed() -> None:
    options = {"words": {"description": "Leistung", "amount": "Summe"}, "opening": "Guten Tag,", "closing": "Bis bald!"}
    markup = to_html(document_view(*laid_out((facts(2, "de"), parties()), ("modern", 1), **options)))
    assert ">Leistung</th>" in markup
    assert ">Summe EUR</th>" in markup
    assert markup.index("Guten Tag,") < markup.index("Leistung</th>") < markup.index("Bis bald!")
    blue, red = (printed(laid_out(german(), ("modern", 1), accent=accent)) for accent in ("#1f4e79", "#7a1f2b"))
    assert blue != red
