"""Which deposit invoices a final invoice takes off, and what the database refuses about it (docs/adr/0019)."""

from django.db import models

from billing.models.document import Document
from invoicing_site.guards import History, Judged, SameCompany
from invoicing_site.models.base import Owned, history

# A row is judged at commit as it then is, with both documents locked as every verb locks them: by their keys.
_USE = """
DECLARE final billing_document; deposit billing_document;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM billing_deposituse WHERE id = NEW.id AND is_live = NEW.is_live) THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM billing_document WHERE id IN (NEW.document_id, NEW.deposit_id) ORDER BY id FOR SHARE;
  SELECT * INTO final FROM billing_document WHERE id = NEW.document_id;
  SELECT * INTO deposit FROM billing_document WHERE id = NEW.deposit_id;
  IF TG_OP = 'UPDATE' THEN
    IF (OLD.document_id, OLD.deposit_id, OLD.is_live) IS DISTINCT FROM (NEW.document_id, NEW.deposit_id, TRUE)
       OR NEW.is_live OR final.state <> 'void' THEN
      RAISE EXCEPTION 'billing_deposituse: row % only ends with its final invoice', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
  END IF;
  IF NOT NEW.is_live OR final.kind <> 'invoice' OR deposit.kind <> 'deposit_invoice' OR deposit.state <> 'issued'
     OR deposit.credited > 0 OR deposit.open_amount > 0
     OR (final.client_id, final.currency) IS DISTINCT FROM (deposit.client_id, deposit.currency)
     OR final.state <> 'draft' AND final.prepaid <> (SELECT sum(d.total) FROM billing_deposituse u
       JOIN billing_document d ON d.id = u.deposit_id WHERE u.document_id = final.id AND u.is_live) THEN
    RAISE EXCEPTION 'billing_deposituse: document % cannot take off %', NEW.document_id, NEW.deposit_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""
# What is gone from an issued document: only drafts let go of their deposits, and deleted ones.
_GONE = """
BEGIN
  IF EXISTS (SELECT 1 FROM billing_document WHERE id = OLD.document_id AND state <> 'draft') THEN
    RAISE EXCEPTION 'billing_deposituse: document % is no longer a draft', OLD.document_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""


class DepositUse(Owned):
    """`deposit` is taken off `document`; live until that one is void, so no deposit is ever taken off twice."""

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="deposit_uses", db_constraint=False, db_index=False
    )
    deposit = models.ForeignKey(Document, models.PROTECT, related_name="used_by", db_constraint=False, db_index=False)
    is_live = models.BooleanField(default=True)

    history = history()

    class Meta(Owned.Meta):
        ordering = ["id"]
        indexes = [models.Index(fields=["document"], name="deposituse_of_document")]
        constraints = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(fields=["deposit"], condition=models.Q(is_live=True), name="deposituse_once"),
            SameCompany("document", name="deposituse_document"),
            SameCompany("deposit", name="deposituse_deposit"),
            Judged(name="deposituse_judged", on="INSERT OR UPDATE", when="TRUE", body=_USE),
            Judged(name="deposituse_gone", on="DELETE", when="TRUE", body=_GONE),
            History(name="deposituse_history"),
        ]

    def __str__(self) -> str:
        return f"{self.deposit_id} of {self.document_id}"
