"""Many people issue at once: one number each, no gap, dates in order (FAULTS 19, 20; invariant I5)."""

import random
import uuid
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from billing.actions import issued as writer
from billing.actions.drafts import create_draft, delete_draft, save_draft
from billing.actions.issue import issue
from billing.actions.prove import prove_company
from billing.actions.void import void
from billing.models import Counter, Document, Entry
from billing.rules.draft import Draft, DraftLine
from invoicing_site.errors import BusinessError
from invoicing_site.models import Event
from tests.together import failures, size, together
from tests.world import AT, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(transactional_db: None) -> Any:
    return make_world("acme")


def a_draft(world: Any) -> Draft:
    return Draft(client_id=world.client.pk, currency="EUR", lines=(DraftLine("Arbeit", Decimal(1), Decimal("10.00")),))


def drafts(world: Any, count: int) -> list[uuid.UUID]:
    draft = a_draft(world)
    return [create_draft(company=world.company, draft=draft, actor=None, at=AT).uuid for _ in range(count)]


class Undone(Exception):
    pass


def issue_some(world: Any, uuids: list[uuid.UUID], seed: int) -> None:
    """Issue all; in one of ten the surrounding transaction fails after the number was given."""
    chance = random.Random(seed)
    for each in uuids:
        try:
            with transaction.atomic():
                issue(company=world.company, document_uuid=each, actor=world.accountant, at=AT)
                if chance.random() < 0.1:
                    raise Undone
        except Undone:
            continue


def test_writers_leave_no_gap_and_no_repeat(acme: Any) -> None:
    writers, each = size(8, 32), size(12, 200)
    work = [drafts(acme, each) for _ in range(writers)]
    results = together([partial(issue_some, acme, uuids, seed) for seed, uuids in enumerate(work)])
    assert failures(results) == []
    numbers = list(Document.objects.exclude(seq=None).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert Counter.objects.get().last == len(numbers) < writers * each
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def test_without_the_lock_the_race_is_real(acme: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same writers, the counter read without its lock, collide."""
    monkeypatch.setattr(writer, "_LOCK", writer._LOCK.replace("FOR NO KEY UPDATE", ""))
    work = [drafts(acme, 12) for _ in range(8)]

    def issue_all(uuids: list[uuid.UUID]) -> None:
        for each in uuids:
            issue(company=acme.company, document_uuid=each, actor=None, at=AT)

    results = failures(together([partial(issue_all, uuids) for uuids in work]))
    assert results
    assert {type(error) for error in results} == {IntegrityError}


def test_double_click_gives_one_number(acme: Any) -> None:
    for each in drafts(acme, size(10, 500)):
        click = partial(issue, company=acme.company, document_uuid=each, actor=acme.accountant, at=AT)
        first, second = together([click, click])
        assert first.number == second.number
        assert Entry.objects.filter(source=each).count() == 1
        assert Event.objects.filter(subject=each, type="document.issued").count() == 1


def test_issue_against_edit_and_delete_has_one_winner(acme: Any) -> None:
    changed = Draft(client_id=acme.client.pk, currency="EUR", lines=(DraftLine("Anders", Decimal(1), Decimal(99)),))
    for turn, each in enumerate(drafts(acme, size(20, 1000))):
        issuing = partial(issue, company=acme.company, document_uuid=each, actor=None, at=AT, revision=1)
        rival = (
            partial(save_draft, company=acme.company, document_uuid=each, draft=changed, revision=1, actor=None, at=AT)
            if turn % 2
            else partial(delete_draft, company=acme.company, document_uuid=each, actor=None, at=AT)
        )
        results = together([issuing, rival])
        lost = failures(results)
        assert len(lost) == 1
        assert isinstance(lost[0], BusinessError)
        found = Document.objects.filter(uuid=each).first()
        if results[0] is lost[0]:
            assert found is None or (found.state, found.total) == ("draft", 99)
        else:
            assert found is not None
            assert (found.state, found.total) == ("issued", 10)
    assert prove_company(company=acme.company, actor=None, at=AT).differences == []


def test_void_twice_books_once(acme: Any) -> None:
    for each in drafts(acme, size(5, 200)):
        issue(company=acme.company, document_uuid=each, actor=None, at=AT)
        click = partial(void, company=acme.company, document_uuid=each, reason="typo", actor=None, at=AT)
        assert len(failures(together([click, click]))) == 1
        assert Entry.objects.filter(source=each, purpose="void").count() == 1
