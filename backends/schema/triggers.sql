-- The triggers that are missing: the table, what is told of its changes, and the statement that
-- makes the trigger. A table or column that this database does not have wants none.
WITH tables (name, topics) AS (
  VALUES ('agentfeatures', ARRAY['agents']),
         ('agent_login_status', ARRAY['agents', 'queues']),
         ('agent_membership_status', ARRAY['agents', 'queues']),
         ('trunkline.live_state', ARRAY['agents']),
         ('trunkline.agent_pause', ARRAY['agents']),
         ('queuefeatures', ARRAY['queues']),
         ('queue', ARRAY['queues']),
         ('queuemember', ARRAY['queues']),
         ('queue_log', ARRAY['queues']),
         ('stat_call_on_queue', ARRAY['queues'])
),
wanted (name, topics, trigger, event, call) AS (
  SELECT name, topics, 'trunkline_tell',
         'AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE', 'FOR EACH STATEMENT EXECUTE FUNCTION '
           || 'trunkline.tell(' || (SELECT string_agg(quote_literal(t), ', ') FROM unnest(topics) t)
           || ')'
  FROM tables
  UNION ALL
  SELECT 'agent_login_status', ARRAY['agents'], 'trunkline_pause_' || lower(split_part(event, ' ', 1)),
         'AFTER ' || event, call || ' EXECUTE FUNCTION trunkline.keep_pause()'
  FROM (VALUES ('INSERT', 'FOR EACH ROW WHEN (NEW.paused)'),
               ('UPDATE', 'FOR EACH ROW WHEN ((OLD.agent_id, OLD.paused) IS DISTINCT FROM'
                          || ' (NEW.agent_id, NEW.paused))'),
               ('DELETE', 'FOR EACH ROW WHEN (OLD.paused)'),
               ('TRUNCATE', 'FOR EACH STATEMENT')) AS pause (event, call)
  WHERE EXISTS (SELECT FROM pg_catalog.pg_attribute
                WHERE attrelid = to_regclass('agent_login_status') AND attname = 'paused'
                  AND NOT attisdropped)
)
SELECT name, topics::text, format('CREATE TRIGGER %I %s ON %s %s', trigger, event, relation, call)
FROM wanted
CROSS JOIN LATERAL (SELECT to_regclass(name) AS relation) AS found
WHERE relation IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger
                  WHERE tgrelid = relation AND tgname = trigger AND tgenabled <> 'D')
ORDER BY name, trigger
