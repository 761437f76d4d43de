-- Tells listeners which collections may have changed: a notification on the channel `trunkline` for
-- each argument of the trigger. PostgreSQL sends equal ones of a transaction once, after its commit.
CREATE FUNCTION trunkline.tell() RETURNS trigger
LANGUAGE plpgsql AS
$$
BEGIN
  FOR i IN 0 .. TG_NARGS - 1 LOOP
    PERFORM pg_catalog.pg_notify('trunkline', TG_ARGV[i]);
  END LOOP;
  RETURN NULL;
END
$$;
