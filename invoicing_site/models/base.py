"""What every business row shares: its company, a public id, history columns, querysets that start from the tenant."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

REASON = 300


class OwnedQuerySet(models.QuerySet[Any]):
    """Every query of business rows starts here."""

    def for_company(self, company: Any) -> Self:
        return self.filter(company=company)


class Owned(models.Model):
    """A row of one company. The unique (company, id) is what SameCompany's composite foreign keys point at."""

    company = models.ForeignKey("invoicing_site.Company", models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[Any] = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["company", "id"], name="%(app_label)s_%(class)s_owned")]


class Noun(Owned):
    """An owned row with an id that may appear in URLs and API answers."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta(Owned.Meta):
        abstract = True


class Past(models.Model):
    """Columns the History trigger fills beside simple-history's own."""

    request_id = models.CharField(max_length=64, default="", blank=True)
    occurred_at = models.DateTimeField(null=True)
    database_role = models.CharField(max_length=63, default="", blank=True)

    class Meta:
        abstract = True


def history(**kwargs: Any) -> HistoricalRecords:
    """simple-history's table, admin and diffs; the rows come from the History guard."""
    reason = models.CharField(max_length=REASON, null=True)  # as long as the longest reason a form takes
    return HistoricalRecords(
        bases=[Past], user_model=settings.AUTH_USER_MODEL, history_change_reason_field=reason, **kwargs
    )
