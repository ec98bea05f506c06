"""A company's account at a payment provider. Secrets stay outside: the row only names where they are (DESIGN §2)."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import History
from invoicing_site.models.base import Noun, OwnedQuerySet, history


class Provider(models.TextChoices):
    STRIPE = "stripe", "Stripe"


class Mode(models.TextChoices):
    LIVE = "live", _("live")
    TEST = "test", _("test")


class GatewayAccount(Noun):
    """The webhook's address names `uuid`. `api_key` and `webhook_secret` are references: ``env:NAME`` or ``file:/path``."""

    provider = models.CharField(_("provider"), max_length=20, choices=Provider.choices)
    label = models.CharField(_("name"), max_length=60)
    mode = models.CharField(_("mode"), max_length=4, choices=Mode.choices)
    account_id = models.CharField(_("account at the provider"), max_length=80, blank=True)
    api_key = models.CharField(_("where the secret key is"), max_length=200)
    webhook_secret = models.CharField(_("where the webhook's secret is"), max_length=200)
    part_payments = models.BooleanField(_("customers may pay in part"), default=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    history = history()
    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta(Noun.Meta):
        verbose_name = _("payment provider")
        verbose_name_plural = _("payment providers")
        constraints = [
            *Noun.Meta.constraints,
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(archived_at=None), name="gatewayaccount_one_active"
            ),
            History(name="gatewayaccount_history"),
        ]

    def __str__(self) -> str:
        return self.label
