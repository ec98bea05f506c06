"""Who may come into the portal: invitations, rights and their end."""

import uuid
from typing import Any

import pytest

from clients.actions import portal
from clients.mails import portal_invitation
from clients.models import PortalAccount, PortalGrant
from invoicing_site.errors import BusinessError
from invoicing_site.letters import Refused
from invoicing_site.models import Event, Mail
from tests.helpers.portal import EMAIL, portal_account
from tests.world import AT, make_client

pytestmark = pytest.mark.django_db


def invite(world: Any, email: str = EMAIL, client: Any = None, **fields: Any) -> PortalGrant:
    of = client or world.client
    options = {"may_pay": True} | fields
    return portal.invite_to_portal(
        company=world.company, client_uuid=of.uuid, email=email, actor=world.owner, at=AT, **options
    )


def state() -> Any:
    return [
        list(model.objects.order_by("id").values()) for model in (PortalAccount, PortalGrant, Mail)
    ] + [Event.objects.count()]  # fmt: skip


def told(type: str) -> list[tuple[str, uuid.UUID, dict[str, Any]]]:
    rows = Event.objects.filter(type=type).order_by("id")
    return [(row.subject_kind, row.subject, row.data) for row in rows]


def test_an_invitation_makes_an_account_a_right_and_a_mail(world: Any) -> None:
    grant = invite(world, " Einkauf@Nordlicht.example ", name="Ada  Lovelace", may_pay=False)
    account = grant.account
    assert (account.email, account.name, account.language, account.epoch) == (EMAIL, "Ada Lovelace", "de", 1)
    assert (account.invited_by, account.invited_at, account.seen_at, account.ended_at) == (world.owner, AT, None, None)
    assert (grant.client, grant.may_pay) == (world.client, False)
    mail = Mail.objects.get()
    assert (mail.kind, mail.recipient, mail.language, mail.secret) == ("portal_invitation", EMAIL, "de", "")
    assert (mail.subject_kind, mail.subject) == ("portal_account", account.uuid)
    data = {"account": str(account.uuid), "may_pay": False}
    assert told("portal.invited") == [("client", world.client.uuid, data)]


def test_the_letter_speaks_the_readers_language_and_leads_to_our_own_address(world: Any, settings: Any) -> None:
    settings.BASE_URL = "https://bill.example"
    invite(world, name="Ada")
    letter = portal_invitation(Mail.objects.get())
    assert letter.values == {
        "greeting": letter.values["greeting"],
        "company": "Acme", "recipient": EMAIL, "client": "Nordlicht Medien GmbH",
    }  # fmt: skip
    assert letter.values["greeting"].endswith(" Ada,")
    assert letter.button is not None
    assert letter.button[1] == "https://bill.example/acme/portal/sign-in/"


def test_the_same_address_for_a_second_client_is_the_same_account(world: Any) -> None:
    other = make_client(world.company, "Südlicht GmbH")
    first, second = invite(world), invite(world, EMAIL.upper(), other, may_pay=False)
    assert first.account_id == second.account_id
    assert list(PortalGrant.objects.order_by("id").values_list("client", "may_pay")) == [
        (world.client.pk, True), (other.pk, False),
    ]  # fmt: skip
    assert Mail.objects.count() == 2


def test_the_same_address_in_another_company_is_another_account(world: Any, stranger: Any) -> None:
    assert invite(world).account_id != invite(stranger).account_id


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"email": "nonsense"}, "portal.email", "email"),
        ({"email": f"{'x' * 300}@y.example"}, "portal.email", "email"),
        ({"name": "x" * 121}, "portal.name", "name"),
        ({"name": "a\x00b"}, "portal.name", "name"),
        ({"client_uuid": uuid.uuid4()}, "not_found", None),
    ],
)
def test_refused_invitations_change_nothing(world: Any, fields: dict[str, Any], code: str, field: str | None) -> None:
    before = state()
    given = {"client_uuid": world.client.uuid, "email": EMAIL, "may_pay": True} | fields
    with pytest.raises(BusinessError) as error:
        portal.invite_to_portal(company=world.company, actor=world.owner, at=AT, **given)
    assert (error.value.code, error.value.field or None) == (code, field)
    assert state() == before


def test_twice_for_the_same_client_is_refused(world: Any) -> None:
    invite(world)
    before = state()
    with pytest.raises(BusinessError) as error:
        invite(world)
    assert (error.value.code, error.value.field) == ("portal.granted", "email")
    assert state() == before


def test_another_companys_client_is_not_found(world: Any, stranger: Any) -> None:
    before = state()
    with pytest.raises(BusinessError, match="not_found"):
        invite(world, client=stranger.client)
    assert state() == before


def test_the_right_to_pay_is_changed_once(world: Any) -> None:
    account = portal_account(world)
    given = {"company": world.company, "client_uuid": world.client.uuid, "account_uuid": account.uuid}
    for _ in range(2):
        portal.change_right(**given, may_pay=False, actor=world.owner, at=AT)
    assert PortalGrant.objects.get().may_pay is False
    assert told("portal.right_changed") == [
        ("client", world.client.uuid, {"account": str(account.uuid), "may_pay": False})
    ]


def test_a_right_taken_leaves_the_others_and_the_last_one_ends_the_account(world: Any) -> None:
    other = make_client(world.company, "Südlicht GmbH")
    account = portal_account(world)
    invite(world, client=other)
    given = {"company": world.company, "account_uuid": account.uuid, "actor": world.owner, "at": AT}
    portal.revoke_grant(client_uuid=world.client.uuid, **given)
    account.refresh_from_db()
    assert (account.ended_at, account.epoch) == (None, 1)
    assert list(PortalGrant.objects.values_list("client", flat=True)) == [other.pk]
    portal.revoke_grant(client_uuid=other.uuid, **given)
    account.refresh_from_db()
    assert (account.ended_at, account.epoch) == (AT, 2)
    assert [subject for _, subject, _ in told("portal.right_ended")] == [world.client.uuid, other.uuid]


def test_an_ended_account_stays_ended_and_its_address_is_free(world: Any) -> None:
    account = portal_account(world)
    given = {"company": world.company, "account_uuid": account.uuid, "actor": world.owner, "at": AT}
    portal.end_portal_access(**given)
    account.refresh_from_db()
    assert (account.ended_at, account.epoch) == (AT, 2)
    assert told("portal.ended") == [("client", world.client.uuid, {"account": str(account.uuid)})]
    with pytest.raises(BusinessError, match="not_found"):
        portal.end_portal_access(**given)
    with pytest.raises(Refused, match=r"mail\.access_ended"):
        portal_invitation(Mail.objects.get())
    assert portal_account(world).pk != account.pk


def test_another_companys_account_is_not_found(world: Any, stranger: Any) -> None:
    theirs = portal_account(stranger)
    before = state()
    with pytest.raises(BusinessError, match="not_found"):
        portal.end_portal_access(company=world.company, account_uuid=theirs.uuid, actor=world.owner, at=AT)
    assert state() == before


def test_a_profile_is_changed_where_it_differs(world: Any) -> None:
    account = portal_account(world)
    for _ in range(2):
        portal.change_profile(account=account, name=" Ada ", language="en", actor=None, at=AT)
    account.refresh_from_db()
    assert (account.name, account.language) == ("Ada", "en")
    assert told("portal.profile_changed") == [("portal_account", account.uuid, {"fields": ["name", "language"]})]
    before = state()
    with pytest.raises(BusinessError, match=r"language\.unknown"):
        portal.change_profile(account=account, name="Ada", language="xx", actor=None, at=AT)
    assert state() == before


def test_ending_sessions_moves_the_epoch(world: Any) -> None:
    account = portal_account(world)
    portal.end_portal_sessions(account=account, actor=None, at=AT)
    account.refresh_from_db()
    assert (account.epoch, account.ended_at) == (2, None)
    assert told("portal.sessions_ended") == [("portal_account", account.uuid, {})]
