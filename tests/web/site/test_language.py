"""A person chooses the language of the site for themselves, and for nobody else."""

from typing import Any

import pytest

from invoicing_site.actions.people import change_language
from invoicing_site.errors import BusinessError
from invoicing_site.models import User
from tests.helpers.people import member, office_client
from tests.world import AT

pytestmark = pytest.mark.django_db


def test_the_choice_is_kept_and_used_at_once(world: Any) -> None:
    person = member(world.company, "clerk")
    client = office_client(person)
    assert client.get("/accounts/language/").headers["Content-Language"] == "en"
    answer = client.post("/accounts/language/", {"language": "de"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/language/")
    person.refresh_from_db()
    assert person.language == "de"
    assert '<html lang="de"' in client.get("/accounts/language/").content.decode()


def test_an_unknown_language_changes_nothing(world: Any) -> None:
    person = member(world.company, "clerk")
    answer = office_client(person).post("/accounts/language/", {"language": "tlh"})
    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.language == "en"
    with pytest.raises(BusinessError, match=r"person\.language"):
        change_language(user_id=person.pk, language="tlh", actor=person, at=AT)


def test_nobody_chooses_for_somebody_else(world: Any) -> None:
    person, other = member(world.company, "clerk"), member(world.company, "owner")
    with pytest.raises(BusinessError, match=r"role\.not_allowed"):
        change_language(user_id=person.pk, language="de", actor=other, at=AT)
    assert User.objects.get(pk=person.pk).language == "en"


def test_the_menu_of_the_office_leads_there(world: Any) -> None:
    person = member(world.company, "clerk")
    assert b'href="/accounts/language/"' in office_client(person).get(f"/{world.company.slug}/").content
