-- Our own schema, and what the telephony system has no place for. Everybody may look up names in
-- the schema: a role that may read nothing in it is to find nothing, and not an error.

CREATE SCHEMA IF NOT EXISTS trunkline;
GRANT USAGE ON SCHEMA trunkline TO PUBLIC;

CREATE TABLE trunkline.schema_version (
  version integer PRIMARY KEY,
  applied_at timestamp with time zone NOT NULL DEFAULT now()
);

-- What the agents' phones tell. Fed by a bridge to Asterisk; null is unknown.
CREATE TABLE trunkline.live_state (
  agent_id integer PRIMARY KEY,
  device text CHECK (device IN ('reachable', 'ringing', 'unreachable')),
  device_since timestamp with time zone,
  call text CHECK (call IN ('none', 'talking', 'on_hold', 'wrap_up')),
  call_since timestamp with time zone
);

-- Since when agents are paused; a row exists only while they are. Of those who were paused before
-- this table was made, it is not known.
CREATE TABLE trunkline.agent_pause (
  agent_id integer PRIMARY KEY,
  since timestamp with time zone NOT NULL
);

-- Runs within the transactions of whoever writes agent_login_status, whose role need not be able to
-- write here.
CREATE FUNCTION trunkline.keep_pause() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
  IF TG_OP IN ('UPDATE', 'DELETE') THEN
    DELETE FROM trunkline.agent_pause WHERE agent_id = OLD.agent_id;
  ELSIF TG_OP = 'TRUNCATE' THEN
    DELETE FROM trunkline.agent_pause;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    IF NEW.paused THEN
      INSERT INTO trunkline.agent_pause VALUES (NEW.agent_id, now())
      ON CONFLICT (agent_id) DO UPDATE SET since = EXCLUDED.since;
    END IF;
  END IF;
  RETURN NULL;
END
$$;
