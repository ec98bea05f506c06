"""What a client said to a quote or a pro forma invoice."""

from django.db import models
from django.db.models.functions import Mod
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from billing.models.document import Document
from billing.states import OFFERS
from invoicing_site.guards import AppendOnly, Judged, SameCompany
from invoicing_site.models.base import Owned

# The offer is locked: whoever voids it at the same moment waits, or is seen here.
_OF_AN_OFFER = f"""
BEGIN
  PERFORM 1 FROM billing_document WHERE id = NEW.document_id AND kind IN {OFFERS} AND state = 'issued' FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'billing_offeranswer: document % is not an issued offer', NEW.document_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""


class Said(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Via(models.TextChoices):
    PORTAL = "portal", _("in the portal")
    LINK = "link", _("behind the link")
    OFFICE = "office", _("told to the office")


class OfferAnswer(Owned):
    """The newest row of a document (`place`) counts. Answers and withdrawals take turns, so an answer is given once until it is taken back."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="answers", db_constraint=False, db_index=False)
    place = models.PositiveSmallIntegerField()
    said = models.CharField(max_length=10, choices=Said.choices)
    said_by = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    via = models.CharField(max_length=10, choices=Via.choices)
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    recorded_by = models.ForeignKey("invoicing_site.User", models.PROTECT, null=True, related_name="+")

    class Meta(Owned.Meta):
        ordering = ["place"]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["document", "place"], name="offeranswer_once"),
            models.CheckConstraint(
                condition=models.Q(Exact(Mod("place", 2), 1), said__in=[Said.ACCEPTED, Said.DECLINED])
                | models.Q(Exact(Mod("place", 2), 0), said=Said.WITHDRAWN),
                name="offeranswer_takes_turns",
            ),
            models.CheckConstraint(condition=~models.Q(said_by=""), name="offeranswer_signed"),
            SameCompany("document", name="offeranswer_document"),
            Judged(name="offeranswer_of_an_offer", on="INSERT", when="TRUE", body=_OF_AN_OFFER),
            AppendOnly(name="offeranswer_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.said}: {self.said_by}"
