"""The demo's front door, and that it exists nowhere else."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from invoicing_site import demo
from invoicing_site.models import Membership, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(world: Any, settings: Any) -> User:
    settings.DEMO = True
    user = demo.seed_person(email="anna@demo.example", name="Anna Owner")
    Membership.objects.create(company=world.company, user=user, role="owner")
    return user


def test_one_click_is_a_whole_sign_in(client: Client, person: User) -> None:
    body = client.get("/demo/").content.decode()
    assert "Anna Owner" in body
    assert "Company owner, Acme" in body
    assert demo.PASSWORD in body
    answer = client.post(f"/demo/{person.uuid}/", {"next": "/acme/team/"})
    assert (answer.status_code, answer.url) == (302, "/acme/team/")
    assert client.get("/acme/team/").status_code == 200
    methods = [record["method"] for record in client.session["account_authentication_methods"]]
    assert methods == ["password", "mfa"]


def test_three_sign_ins_within_half_a_minute(person: User) -> None:
    for _ in range(2):
        browser = Client()
        browser.post(f"/demo/{person.uuid}/")
        assert browser.get("/acme/team/").status_code == 200


def test_changing_person_signs_the_first_one_out(client: Client, person: User) -> None:
    other = demo.seed_person(email="petra@demo.example", name="Petra Platform", platform_admin=True)
    client.post(f"/demo/{person.uuid}/")
    client.post(f"/demo/{other.uuid}/")
    assert client.get("/").url == "/admin/"
    assert client.get("/acme/team/").status_code == 404


def test_strangers_are_sent_there_in_the_demo(client: Client, person: User) -> None:
    assert client.get("/acme/team/").url == "/demo/?next=%2Facme%2Fteam%2F"


def test_the_step_up_page_shows_the_code(client: Client, person: User) -> None:
    client.post(f"/demo/{person.uuid}/")
    page = client.get("/accounts/step-up/?next=/acme/team/invite/")
    code = page.context["demo_code"]
    assert code in page.content.decode()
    assert client.post("/accounts/step-up/", {"code": code, "next": "/acme/"}).url == "/acme/"


def test_seeding_twice_changes_nothing(person: User) -> None:
    again = demo.seed_person(email="anna@demo.example", name="Another Name")
    assert (again.pk, again.name) == (person.pk, "Anna Owner")
    assert len(demo.seeded()) == 1


def test_only_seeded_people_are_offered(client: Client, world: Any, person: User) -> None:
    from tests.helpers.people import enrol

    enrol(world.accountant)
    assert [row["email"] for row in demo.listing()] == ["anna@demo.example"]
    assert client.post(f"/demo/{world.accountant.uuid}/").status_code == 404
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.post(f"/demo/{person.uuid}/").status_code == 404


def test_outside_the_demo_there_is_no_such_door(client: Client, person: User, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404
    assert client.post(f"/demo/{person.uuid}/").status_code == 404
    assert "_auth_user_id" not in client.session
    settings.TESTING = False
    with pytest.raises(ImproperlyConfigured):
        demo.seed_person(email="x@demo.example", name="X")
