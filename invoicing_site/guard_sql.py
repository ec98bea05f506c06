"""PL/pgSQL behind guards.py: one generic function per promise, parameters come from the trigger."""

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
    "guard_transitions": f"""
CREATE OR REPLACE FUNCTION guard_transitions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE target text := to_jsonb(NEW) ->> TG_ARGV[0]; origin text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF target <> TG_ARGV[1] THEN
      RAISE EXCEPTION '%: a new row starts as %, not %', TG_TABLE_NAME, TG_ARGV[1], target {_REFUSE};
    END IF;
    RETURN NEW;
  END IF;
  origin := to_jsonb(OLD) ->> TG_ARGV[0];
  IF origin <> target AND NOT (origin || '>' || target) = ANY (string_to_array(TG_ARGV[2], ',')) THEN
    RAISE EXCEPTION '%: % cannot become %', TG_TABLE_NAME, origin, target {_REFUSE};
  END IF;
  RETURN NEW;
END $$""",
    "guard_balanced": f"""
CREATE OR REPLACE FUNCTION guard_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE uneven text;
BEGIN
  EXECUTE format('SELECT string_agg(currency, '','') FROM (SELECT currency, sum(sum(base_amount)) OVER () AS base, sum(amount) AS amount '
    'FROM %I WHERE entry_id = $1 GROUP BY currency) s WHERE amount <> 0 OR base <> 0', TG_TABLE_NAME) INTO uneven USING NEW.entry_id;
  IF uneven IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not balance in %', NEW.entry_id, uneven {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    # Arguments: parent table, child tables, their column, total, open.
    "guard_tally": f"""
CREATE OR REPLACE FUNCTION guard_tally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE parent bigint; child text; part numeric; used numeric := 0; wrong numeric;
BEGIN
  parent := CASE WHEN TG_TABLE_NAME = TG_ARGV[0] THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> TG_ARGV[2] END;
  FOREACH child IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
    EXECUTE format('SELECT sum(CASE WHEN reverses_id IS NULL THEN amount ELSE -amount END) FROM %I WHERE %I = $1', child, TG_ARGV[2])
      INTO part USING parent;
    used := used + coalesce(part, 0);
  END LOOP;
  EXECUTE format('SELECT %I - (%I - $2) FROM %I WHERE id = $1', TG_ARGV[4], TG_ARGV[3], TG_ARGV[0]) INTO wrong USING parent, used;
  IF wrong <> 0 THEN
    RAISE EXCEPTION '%: % of row % is off by %', TG_ARGV[0], TG_ARGV[4], parent, wrong {_REFUSE};
  END IF;
  RETURN NULL;
END $$""",
    # SECURITY DEFINER: the application role may not insert into history tables itself.
    "guard_history": """
CREATE OR REPLACE FUNCTION guard_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE content jsonb;
BEGIN
  IF TG_OP = 'DELETE' THEN content := to_jsonb(OLD); ELSE content := to_jsonb(NEW); END IF;
  IF TG_OP = 'UPDATE' AND content = to_jsonb(OLD) THEN RETURN NULL; END IF;
  EXECUTE format('INSERT INTO %1$I SELECT (jsonb_populate_record(NULL::%1$I, $1)).*', TG_ARGV[0]) USING content || jsonb_build_object(
    'history_id', nextval(pg_get_serial_sequence(quote_ident(TG_ARGV[0]), 'history_id')),
    'history_date', clock_timestamp(),
    'history_type', CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END,
    'history_user_id', nullif(current_setting('app.actor', true), ''),
    'history_change_reason', nullif(current_setting('app.reason', true), ''),
    'request_id', coalesce(current_setting('app.request', true), ''),
    'occurred_at', nullif(current_setting('app.at', true), ''),
    'database_role', session_user);
  RETURN NULL;
END $$""",
    # The head row is the last lock a transaction takes, so events written between other locks cannot deadlock.
    "guard_sealed": """
CREATE OR REPLACE FUNCTION event_content(e invoicing_site_event) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_array(e.uuid, e.company_id, e.type, e.version, e.subject_kind, e.subject, e.data, e.actor_id,
    extract(epoch FROM e.occurred_at), extract(epoch FROM e.recorded_at))::text
$$;
CREATE OR REPLACE FUNCTION guard_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE chain_id bigint := coalesce(NEW.company_id, 0); next_seq bigint; next_hash bytea;
BEGIN
  LOOP
    UPDATE invoicing_site_sealhead SET seq = seq + 1, hash = sha256(hash || convert_to(event_content(NEW), 'UTF8'))
      WHERE chain = chain_id RETURNING seq, hash INTO next_seq, next_hash;
    EXIT WHEN FOUND;
    INSERT INTO invoicing_site_sealhead (chain, seq, hash) VALUES (chain_id, 0, sha256('')) ON CONFLICT (chain) DO NOTHING;
  END LOOP;
  INSERT INTO invoicing_site_seal (chain, seq, event_id, hash) VALUES (chain_id, next_seq, NEW.id, next_hash);
  RETURN NULL;
END $$""",
}
