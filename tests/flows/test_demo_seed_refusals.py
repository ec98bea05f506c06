import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from invoicing_site.demo_world import seed as story
from invoicing_site.demo_world.cast import SCRIPTS
from invoicing_site.demo_world.companies import found
from invoicing_site.models import Company, Event, Membership, User
from tests.world import make_company

NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)


def test_a_story_that_breaks_off_leaves_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(world: Any) -> None:
        found(world, SCRIPTS[0])
        assert Membership.objects.count() == 4
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(story, "tell", half)
    with pytest.raises(RuntimeError, match="the lights went out"):
        story.seed(now=NOW)
    assert (Company.objects.count(), User.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_the_demo_wants_a_database_of_its_own(db: None) -> None:
    make_company("acme")
    events = Event.objects.count()
    with pytest.raises(CommandError, match="wants an empty one"):
        call_command("seed_demo")
    assert list(Company.objects.values_list("slug", flat=True)) == ["acme"]
    assert Event.objects.count() == events


def test_production_has_no_demo(db: None, settings: Any) -> None:
    settings.DEMO = settings.TESTING = False
    with pytest.raises(ImproperlyConfigured, match="INVOICING_MODE"):
        story.seed(now=NOW)
    assert Company.objects.count() == 0
