"""What the database refuses of documents that take deposits off, and of deposits that were taken off (docs/adr/0019)."""

# Of a document that is issued: `prepaid` is what its deposits come to, all of its client and currency.
DEPOSITS_ADD_UP = """
DECLARE found numeric;
BEGIN
  SELECT coalesce(sum(d.total), 0) INTO found FROM billing_deposituse u JOIN billing_document d ON d.id = u.deposit_id
    WHERE u.document_id = NEW.id AND u.is_live AND d.client_id = NEW.client_id AND d.currency = NEW.currency;
  IF found <> NEW.prepaid THEN
    RAISE EXCEPTION 'billing_document: prepaid of row % is %, its deposits are %', NEW.id, NEW.prepaid, found USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""
DEPOSITS_WHEN = "OLD.state = 'draft' AND NEW.state = 'issued' AND NEW.prepaid > 0"

DEPOSIT_STANDS = """
BEGIN
  IF EXISTS (SELECT 1 FROM billing_deposituse WHERE deposit_id = NEW.id AND is_live) THEN
    RAISE EXCEPTION 'billing_document: deposit % was taken off another document', NEW.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""
DEPOSIT_WHEN = (
    "NEW.kind = 'deposit_invoice' AND (NEW.state = 'void' AND OLD.state <> 'void' OR NEW.credited > OLD.credited)"
)
