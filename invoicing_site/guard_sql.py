"""PL/pgSQL behind guards.py, one text per promise.

Where a promise is checked on every write, each table gets a function of its own with its names (``<table>``) filled in: PostgreSQL plans static
SQL once per session, an EXECUTE of built text each time (issuing a document took half as long again). The others take their parameters from
the trigger.
"""

_REFUSE = "USING ERRCODE = 'restrict_violation'"

FUNCTIONS = {
    "guard_append_only": f"""
CREATE OR REPLACE FUNCTION guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: rows are never changed or removed', TG_TABLE_NAME {_REFUSE};
END $$""",
    "guard_frozen": f"""
CREATE OR REPLACE FUNCTION guard_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE free text[] := string_to_array(TG_ARGV[0], ',');
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '%: row % is frozen and cannot be deleted', TG_TABLE_NAME, OLD.id {_REFUSE};
  END IF;
  IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
    RAISE EXCEPTION '%: row % is frozen', TG_TABLE_NAME, OLD.id {_REFUSE};
  END IF;
  RETURN NEW;
END $$""",
    "guard_frozen_with": f"""
CREATE OR REPLACE FUNCTION guard_frozen_with() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[]; taken bigint[]; closed bigint;
BEGIN
  IF TG_OP <> 'DELETE' THEN EXECUTE format('SELECT array_agg(DISTINCT %I) FROM after', TG_ARGV[1]) INTO ids; END IF;
  IF TG_OP <> 'INSERT' THEN EXECUTE format('SELECT array_agg(DISTINCT %I) FROM before', TG_ARGV[1]) INTO taken; END IF;
  EXECUTE format('SELECT max(id) FILTER (WHERE state <> ''draft'') FROM '
    '(SELECT id, state FROM %I WHERE id = ANY($1) ORDER BY id FOR SHARE) parents', TG_ARGV[0]) INTO closed USING ids || taken;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION '%: % % is no longer a draft', TG_TABLE_NAME, TG_ARGV[0], closed {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    # Called only where the trigger's WHEN found a step that is not allowed.
    "guard_transitions": f"""
CREATE OR REPLACE FUNCTION guard_transitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    RAISE EXCEPTION '%: a new row starts as %, not %', TG_TABLE_NAME, TG_ARGV[1], to_jsonb(NEW) ->> TG_ARGV[0] {_REFUSE};
  END IF;
  RAISE EXCEPTION '%: % cannot become %', TG_TABLE_NAME, to_jsonb(OLD) ->> TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[0] {_REFUSE};
END $$""",
    # Postings are only ever added, so an entry that was even stays even by even additions: what is added now says enough.
    "guard_balanced": f"""
CREATE OR REPLACE FUNCTION guard_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE uneven record;
BEGIN
  SELECT entry_id, string_agg(currency, ',') AS currencies INTO uneven FROM (
    SELECT entry_id, currency, sum(sum(base_amount)) OVER (PARTITION BY entry_id) AS base, sum(amount) AS amount
    FROM added GROUP BY entry_id, currency
  ) sums WHERE amount <> 0 OR base <> 0 GROUP BY entry_id LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % does not balance in %', uneven.entry_id, uneven.currencies {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    # `uses`: one sum for each table whose rows use the parent's total up.
    "guard_tally": f"""
CREATE OR REPLACE FUNCTION <function>() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent bigint; wrong numeric;
BEGIN
  IF TG_TABLE_NAME = '<parent>' THEN parent := NEW.id; ELSE parent := NEW.<child>; END IF;
  SELECT p.<open> - (<total> - (<uses>)) INTO wrong FROM <parent> p WHERE p.id = parent;
  IF wrong <> 0 THEN
    RAISE EXCEPTION '<parent>: <open> of row % is off by %', parent, wrong {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    "guard_tally_use": """
coalesce((SELECT sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END) FROM <table> WHERE <child> = p.id), 0)""",
    # The parent is locked before the rows are added up: two that are added at once wait for each other.
    "guard_capped": f"""
CREATE OR REPLACE FUNCTION <function>() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE least numeric; used numeric;
BEGIN
  SELECT <most> INTO least FROM <parent> WHERE id = NEW.<child> FOR NO KEY UPDATE;
  SELECT sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END) INTO used FROM <table> WHERE <child> = NEW.<child>;
  IF used < 0 OR used > least THEN
    RAISE EXCEPTION '<table>: % of row % is beyond %', used, NEW.<child>, least {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    "guard_judged": """
CREATE OR REPLACE FUNCTION <function>() RETURNS trigger LANGUAGE plpgsql AS $$
<body>
$$""",
    # SECURITY DEFINER: the application role may not insert into history tables itself. By way of jsonb, so that the function need
    # not know the columns: tables gain columns, and a trigger that names them would go on without the new ones.
    "guard_history": """
CREATE OR REPLACE FUNCTION <function>() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE content jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM OLD THEN RETURN NULL; END IF;
  IF TG_OP = 'DELETE' THEN content := to_jsonb(OLD); ELSE content := to_jsonb(NEW); END IF;
  INSERT INTO <past> SELECT r.* FROM jsonb_populate_record(NULL::<past>, content || jsonb_build_object(
    'history_id', nextval('<past>_history_id_seq'),
    'history_date', clock_timestamp(),
    'history_type', CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END,
    'history_user_id', nullif(current_setting('app.actor', true), ''),
    'history_change_reason', nullif(current_setting('app.reason', true), ''),
    'request_id', coalesce(current_setting('app.request', true), ''),
    'occurred_at', nullif(current_setting('app.at', true), ''),
    'database_role', session_user)) r;
  RETURN NULL;
END $$""",
    # The head row is the last lock a transaction takes, so events written between other locks cannot deadlock. The first event's
    # trigger seals them all: five hundred updates of one row in one transaction each walk past all the ones before.
    # Only rows from this event on are read, by index: a plan made for any event would hash the whole table.
    "guard_sealed": """
CREATE OR REPLACE FUNCTION event_content(e invoicing_site_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(e.uuid, e.company_id, e.type, e.version, e.subject_kind, e.subject, e.data, e.actor_id,
    extract(epoch FROM e.occurred_at), extract(epoch FROM e.recorded_at))::text
$$;
CREATE OR REPLACE FUNCTION guard_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE chain_id bigint := coalesce(NEW.company_id, 0); at_seq bigint; link bytea; told invoicing_site_event;
  ids bigint[] := '{}'; seqs bigint[] := '{}'; links bytea[] := '{}';
BEGIN
  IF EXISTS (SELECT 1 FROM invoicing_site_seal WHERE event_id = NEW.id) THEN RETURN NULL; END IF;
  LOOP
    SELECT seq, hash INTO at_seq, link FROM invoicing_site_sealhead WHERE chain = chain_id FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO invoicing_site_sealhead (chain, seq, hash) VALUES (chain_id, 0, sha256('')) ON CONFLICT (chain) DO NOTHING;
  END LOOP;
  -- The other transactions' events are sealed before they can be seen: what has no seal is this transaction's own.
  FOR told IN SELECT e.* FROM invoicing_site_event e WHERE e.id >= NEW.id AND coalesce(e.company_id, 0) = chain_id
    AND NOT EXISTS (SELECT 1 FROM invoicing_site_seal s WHERE s.event_id = e.id) ORDER BY e.id
  LOOP
    at_seq := at_seq + 1;
    link := sha256(link || convert_to(event_content(told), 'UTF8'));
    ids := ids || told.id; seqs := seqs || at_seq; links := links || link;
  END LOOP;
  UPDATE invoicing_site_sealhead SET seq = at_seq, hash = link WHERE chain = chain_id;
  INSERT INTO invoicing_site_seal (chain, seq, event_id, hash) SELECT chain_id, u.seq, u.id, u.hash FROM unnest(seqs, ids, links) AS u(seq, id, hash);
  RETURN NULL;
END $$""",
    "guard_only_forward": f"""
CREATE OR REPLACE FUNCTION guard_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: % only moves forward', TG_TABLE_NAME, TG_ARGV[0] {_REFUSE};
END $$""",
    # The row is locked before its day is compared: a WHERE on the day would not wait for a closing that is not committed yet.
    "guard_open_books": f"""
CREATE OR REPLACE FUNCTION <function>() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE books record;
BEGIN
  FOR books IN SELECT p.closed_through, a.first FROM (SELECT company_id, min("<day>") AS first FROM added GROUP BY company_id) a
    JOIN invoicing_site_period p ON p.company_id = a.company_id FOR SHARE OF p
  LOOP
    IF books.first <= books.closed_through THEN
      RAISE EXCEPTION '<table>: the books are closed on that day' {_REFUSE};
    END IF;
  END LOOP;
  RETURN NULL;
END $$""",
}
