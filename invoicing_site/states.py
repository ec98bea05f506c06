"""States and roles of the ground floor, readable aloud."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """waiting → running → done; running → waiting again on failure, → dead after the last attempt; dead → waiting by replay."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("dead letter")


class Role(models.TextChoices):
    """What each may do stands in rules/roles.py."""

    OWNER = "owner", _("Company owner")
    ACCOUNTANT = "accountant", _("Accountant")
    CLERK = "clerk", _("Billing clerk")
    AUDITOR = "auditor", _("Auditor")
