"""What the database refuses of credit notes and write-offs, whoever writes the SQL (FAULTS I7, docs/adr/0018)."""

# The document is locked first: two notes that are issued at once wait for each other, and the second sees the first.
CREDIT_CAPS = """
DECLARE o billing_document; taken numeric; wrong bigint;
BEGIN
  SELECT * INTO o FROM billing_document WHERE id = CASE WHEN NEW.kind = 'credit_note' THEN NEW.corrects_id ELSE NEW.id END FOR NO KEY UPDATE;
  SELECT coalesce(sum(total), 0) INTO taken FROM billing_document WHERE corrects_id = o.id AND kind = 'credit_note' AND state = 'issued';
  IF taken <> o.credited THEN
    RAISE EXCEPTION 'billing_document: credited of row % is %, its notes are %', o.id, o.credited, taken USING ERRCODE = 'restrict_violation';
  END IF;
  WITH lines AS (
    SELECT l.id, l.document_id, l.corrects_id, l.net + CASE WHEN o.prices_include_tax THEN
      coalesce((SELECT sum(t.amount) FROM billing_linetax t WHERE t.line_id = l.id), 0) ELSE 0 END AS amount
    FROM billing_line l JOIN billing_document d ON d.id = l.document_id
    WHERE d.id = o.id OR d.corrects_id = o.id AND d.kind = 'credit_note' AND d.state = 'issued'
  ), notes AS (SELECT corrects_id, sum(amount) AS amount FROM lines WHERE document_id <> o.id GROUP BY corrects_id)
  SELECT coalesce(n.corrects_id, 0) INTO wrong FROM notes n LEFT JOIN lines l ON l.id = n.corrects_id AND l.document_id = o.id
  WHERE l.id IS NULL OR n.amount NOT BETWEEN least(l.amount, 0) AND greatest(l.amount, 0) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'billing_line: more is credited of row % than was billed', wrong USING ERRCODE = 'restrict_violation';
  END IF;
  WITH taxes AS (
    SELECT d.id = o.id AS billed, t.tax_code_id, t.rate, sum(t.base) AS base, sum(t.amount) AS amount
    FROM billing_linetax t JOIN billing_document d ON d.id = t.document_id
    WHERE d.id = o.id OR d.corrects_id = o.id AND d.kind = 'credit_note' AND d.state = 'issued' GROUP BY 1, 2, 3
  )
  SELECT n.tax_code_id INTO wrong FROM taxes n LEFT JOIN taxes b ON b.billed AND b.tax_code_id = n.tax_code_id AND b.rate = n.rate
  WHERE NOT n.billed AND (b.tax_code_id IS NULL OR n.amount NOT BETWEEN least(b.amount, 0) AND greatest(b.amount, 0)
    OR n.base NOT BETWEEN least(b.base, 0) AND greatest(b.base, 0)) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'billing_linetax: more of tax % is credited than was billed', wrong USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""
CREDIT_WHEN = "NEW.kind = 'credit_note' AND NEW.state <> OLD.state OR NEW.credited <> OLD.credited"

_WRITTEN_OFF = """
DECLARE stored numeric; found numeric;
BEGIN
  SELECT written_off INTO stored FROM billing_document WHERE id = NEW.{id} FOR NO KEY UPDATE;
  SELECT coalesce(sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END), 0) INTO found FROM billing_settlement
    WHERE document_id = NEW.{id} AND kind = 'write_off';
  IF stored <> found THEN
    RAISE EXCEPTION 'billing_document: written_off of row % is %, its settlements are %', NEW.{id}, stored, found
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END"""
WRITTEN_OFF_OF_DOCUMENT = _WRITTEN_OFF.format(id="id")
WRITTEN_OFF_OF_SETTLEMENT = _WRITTEN_OFF.format(id="document_id")
