"""Verbs on invitations: the only way into a company besides the host's first-owner command (SPEC A2)."""

import datetime as dt
import uuid

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from invoicing_site.action import action
from invoicing_site.actions.people import check_expiry, check_role, require
from invoicing_site.context import tell_database
from invoicing_site.errors import BusinessError
from invoicing_site.events import publish
from invoicing_site.locks import lock_row
from invoicing_site.models import Company, Invitation, Membership, User

VALID = dt.timedelta(days=7)


def still_open(invitation: Invitation, at: dt.datetime) -> bool:
    return invitation.accepted_at is None and invitation.revoked_at is None and at < invitation.expires_at


@action
def invite(
    *,
    company: Company,
    email: str,
    role: str,
    membership_expires_on: dt.date | None = None,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Invitation:
    """Invite `email` as `role`, for seven days; a membership with `membership_expires_on` ends after that day.

    Raises role.not_allowed, role.unknown, invitation.email, invitation.open, member.already, member.expiry. An earlier
    invitation that ran out unused is revoked. Publishes member.invited, whose reaction mails the link.
    """
    require(actor, company, "team.edit")
    check_role(role)
    check_expiry(company, membership_expires_on, at)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BusinessError("invitation.email", "email") from None
    if Membership.objects.for_company(company).current().filter(user__email__iexact=email).exists():
        raise BusinessError("member.already", "email", email=email)
    earlier = Invitation.objects.for_company(company).filter(email__iexact=email, accepted_at=None, revoked_at=None)
    earlier.filter(expires_at__lte=at).update(revoked_at=at)
    try:
        with transaction.atomic():
            invitation: Invitation = Invitation.objects.create(
                company=company,
                email=email,
                role=role,
                membership_expires_on=membership_expires_on,
                invited_by=actor,
                expires_at=at + VALID,
            )
    except IntegrityError:
        raise BusinessError("invitation.open", "email", email=email) from None
    publish(
        "member.invited",
        company=company,
        subject=("invitation", invitation.uuid),
        data={"role": role},
        actor=actor,
        at=at,
    )
    return invitation


@action
def accept_invitation(
    *,
    invitation: uuid.UUID,
    name: str = "",
    password: str = "",
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> Membership:
    """Become a member: a new person by `name` and `password`, somebody with an account by being signed in as `actor`.

    The address counts as verified: the link was mailed to it. Locks the invitation. Raises invitation.closed,
    invitation.sign_in, invitation.other_person, person.deactivated, person.name, person.password, member.already.
    Publishes member.joined.
    """
    row = lock_row(Invitation.objects.select_related("company").filter(uuid=invitation), "invitation.closed")
    if not still_open(row, at):
        raise BusinessError("invitation.closed")
    user = User.objects.filter(email__iexact=row.email).first()
    if user is None and actor is None:
        user = _create_user(row.email, name, password)
    elif user is not None and not user.is_active:
        raise BusinessError("person.deactivated")
    elif actor is None:
        raise BusinessError("invitation.sign_in")
    elif user is None or user.pk != actor.pk:
        raise BusinessError("invitation.other_person")
    tell_database(user, reason, at)
    members = Membership.objects.for_company(row.company).filter(user=user, ended_at=None)
    if members.current().exists():
        raise BusinessError("member.already", email=row.email)
    members.update(ended_at=at)  # one that ran out by its last day
    member: Membership = Membership.objects.create(
        company=row.company, user=user, role=row.role, expires_on=row.membership_expires_on
    )
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    publish(
        "member.joined",
        company=row.company,
        subject=("membership", member.uuid),
        data={"role": member.role, "invitation": str(row.uuid)},
        actor=user,
        at=at,
    )
    return member


def _create_user(email: str, name: str, password: str) -> User:
    name = name.strip()
    if not name or len(name) > 150:
        raise BusinessError("person.name", "name")
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise BusinessError("person.password", "password", problem=" ".join(error.messages)) from None
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@action
def revoke_invitation(
    *, invitation: uuid.UUID, company: Company, actor: User | None, at: dt.datetime, reason: str = ""
) -> Invitation:
    """Close an open invitation; its link stops working at once. Locks the invitation.

    Raises role.not_allowed, not_found, invitation.closed. Publishes member.invitation_revoked.
    """
    require(actor, company, "team.edit")
    row: Invitation = lock_row(Invitation.objects.for_company(company).filter(uuid=invitation))
    if row.accepted_at is not None or row.revoked_at is not None:
        raise BusinessError("invitation.closed")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    publish(
        "member.invitation_revoked",
        company=company,
        subject=("invitation", row.uuid),
        actor=actor,
        at=at,
    )
    return row
