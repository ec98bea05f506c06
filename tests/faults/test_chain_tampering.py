"""Somebody who owns the database alters records with triggers off: the verifier names the first one (FAULTS 24)."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from billing.actions.drafts import create_draft
from billing.actions.issue import issue
from billing.rules.draft import Draft, DraftLine
from invoicing_site.models import Event
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)

EVENT_FIELDS = {
    "type": "'document.other'",
    "version": "2",
    "subject_kind": "'client'",
    "subject": "gen_random_uuid()",
    "data": '\'{"total": "1"}\'',
    "actor_id": "NULL",
    "occurred_at": "occurred_at + interval '1 second'",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "uuid": "gen_random_uuid()",
}
SNAPSHOT_FIELDS = {
    "facts": "set_byte(facts, 30, get_byte(facts, 30) # 1)",
    "parties": "set_byte(parties, 30, get_byte(parties, 30) # 1)",
    "salt": "set_byte(salt, 0, get_byte(salt, 0) # 1)",
    "parties_digest": "sha256('')",
    "previous": "sha256('')",
    "hash": "sha256('')",
}


@pytest.fixture
def acme(transactional_db: None) -> Any:
    world = make_world("acme")
    draft = Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal(10)),))
    for _ in range(5):
        document = create_draft(company=world.company, draft=draft, actor=world.owner, at=AT)
        issue(company=world.company, document_uuid=document.uuid, actor=world.owner, at=AT)
    return world


def verify(*options: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_chain", *options, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_untouched_chains_verify(acme: Any) -> None:
    code, text = verify()
    assert code == 0
    assert text.endswith("0 problems\n")


@pytest.mark.parametrize("name", EVENT_FIELDS)
def test_altered_event_is_named(acme: Any, superuser_sql: Any, name: str) -> None:
    victim = Event.objects.filter(type="document.issued").order_by("pk")[2]
    superuser_sql(f"UPDATE invoicing_site_event SET {name} = {EVENT_FIELDS[name]} WHERE id = {victim.pk}")
    code, text = verify()
    assert code == 1
    assert f"event {victim.seal.seq} (" in text


@pytest.mark.parametrize("name", SNAPSHOT_FIELDS)
def test_altered_snapshot_is_named(acme: Any, superuser_sql: Any, name: str) -> None:
    third = "(SELECT id FROM billing_document WHERE seq = 3)"
    superuser_sql(f"UPDATE billing_snapshot SET {name} = {SNAPSHOT_FIELDS[name]} WHERE document_id = {third}")
    code, text = verify()
    assert code == 1
    assert "RE-2026-00003: content or order was altered" in text


def test_removed_event_and_event_without_seal_are_named(acme: Any, superuser_sql: Any) -> None:
    victim = Event.objects.order_by("pk")[3]
    superuser_sql(f"DELETE FROM invoicing_site_seal WHERE event_id = {victim.pk}")
    code, text = verify()
    assert code == 1
    assert f"{victim.type} has no seal" in text


def test_cut_tail_is_seen_by_the_checkpoint_kept_outside(acme: Any, superuser_sql: Any, tmp_path: Path) -> None:
    out = StringIO()
    call_command("checkpoint", stdout=out)
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_text(out.getvalue())
    assert {json.loads(line)["seq"] for line in out.getvalue().splitlines()} == {5, 11}
    assert verify("--anchor", str(anchor))[0] == 0
    # The last document goes, and everything that would tell inside the database is made to fit.
    last = "(SELECT id FROM billing_document WHERE seq = 5)"
    superuser_sql(
        f"DELETE FROM billing_snapshot WHERE document_id = {last}; DELETE FROM invoicing_site_checkpoint; "
        "UPDATE billing_counter SET last = 4, head = (SELECT hash FROM billing_snapshot s JOIN billing_document d ON d.id = s.document_id "
        "WHERE d.seq = 4)"
    )
    assert verify()[0] == 0
    code, text = verify("--anchor", str(anchor))
    assert code == 1
    assert "record 5 is gone or different from its checkpoint" in text


def test_forged_checkpoint_is_refused(acme: Any, tmp_path: Path) -> None:
    out = StringIO()
    call_command("checkpoint", stdout=out)
    row = json.loads(out.getvalue().splitlines()[0])
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_text(json.dumps(row | {"seq": row["seq"] - 1}))
    code, text = verify("--anchor", str(anchor))
    assert code == 1
    assert "false signature" in text
