"""Who works for which company, in which role, until when."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from invoicing_site import clock
from invoicing_site.guards import History
from invoicing_site.models.base import Noun, OwnedQuerySet, history
from invoicing_site.rules import roles
from invoicing_site.states import Role


class MembershipQuerySet(OwnedQuerySet):
    def current(self) -> Self:
        """Memberships in force now: not ended and not past their last day (UTC)."""
        today = clock.now().date()
        return self.filter(ended_at=None, user__is_active=True).exclude(expires_on__lt=today)

    def who_may(self, permission: str) -> Self:
        return self.filter(role__in=[role for role in Role.values if roles.may(role, permission)])


class Membership(Noun):
    user = models.ForeignKey("invoicing_site.User", models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()
    objects: ClassVar[Any] = MembershipQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company", "user"], condition=models.Q(ended_at=None), name="membership_once_per_company"
            ),
            History(name="membership_history"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Invitation(Noun):
    """An open door for one e-mail address. The link is the row's uuid plus an HMAC; nothing secret is stored."""

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    membership_expires_on = models.DateField(_("last day of the membership"), null=True, blank=True)
    invited_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()

    class Meta(Noun.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                "company",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
            ),
            History(name="invitation_history"),
        ]

    def __str__(self) -> str:
        return self.email
