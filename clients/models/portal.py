"""Who of a client may come into the portal, and the codes they sign in with (SPEC U2)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from invoicing_site.guards import History, SameCompany
from invoicing_site.models.base import Noun, Owned, OwnedQuerySet, history


class PortalAccount(Noun):
    """A person outside the company, known by their e-mail address; what they see is what their grants say."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=1)

    history = history(excluded_fields=["seen_at"])
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("portal account")
        verbose_name_plural = _("portal accounts")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                "company", Lower("email"), condition=models.Q(ended_at=None), name="portalaccount_once"
            ),
            History(name="portalaccount_history"),
        ]

    def __str__(self) -> str:
        return self.email


class PortalGrant(Owned):
    account = models.ForeignKey(
        PortalAccount, models.PROTECT, related_name="grants", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(Client, models.PROTECT, related_name="portal_grants", db_constraint=False)
    may_pay = models.BooleanField(_("may pay"), default=True)

    history = history()

    class Meta(Owned.Meta):
        verbose_name = _("portal right")
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["account", "client"], name="portalgrant_once"),
            SameCompany("account", name="portalgrant_account"),
            SameCompany("client", name="portalgrant_client"),
            History(name="portalgrant_history"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.client}"


class SignInCode(Noun):
    """Eight digits by mail; only their HMAC is kept. Used once, few tries, short life."""

    account = models.ForeignKey(PortalAccount, models.CASCADE, related_name="codes", db_constraint=False)
    digest = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Noun.Meta):
        constraints = [*Noun.Meta.constraints, SameCompany("account", name="signincode_account")]

    def __str__(self) -> str:
        return str(self.uuid)
