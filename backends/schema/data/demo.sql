-- A call centre in the middle of its day: the fifty people of 2015, thirty of them logged in,
-- twelve queues, and thirty days of calls. Wants the tables of wazo.sql.
--
-- Nothing is random: every choice comes from roll(), and every time is counted back from `anchor`
-- (psql -v anchor=TIMESTAMP; now without it), cut to the hour.
--
-- Each day ends at the anchor's hour of the day. An early shift of twenty agents works from 13.5 to
-- 7 hours before it, a late shift of thirty from 6.75 hours before it; the late shift of the last
-- day is the one that is logged in now. A shift is seven slots of 50 minutes, and an agent answers
-- at most one call in a slot, so that nobody is ever in two calls at once.

SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
\if :{?anchor}
\else
\set anchor now
\endif
\ir people.sql

-- A fair die with that many sides, 0 to sides - 1: the same for the same number and purpose.
CREATE FUNCTION pg_temp.roll(n bigint, purpose text, sides integer) RETURNS integer
LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || left(md5(n || purpose), 7))::bit(28)::integer % sides) $$;

CREATE TEMPORARY TABLE day AS
SELECT d AS back, date_trunc('hour', timestamptz :'anchor') - d * interval '1 day' AS ends
FROM generate_series(0, 29) d;

-- The agents.

INSERT INTO call_logd_tenant VALUES ('2c34c282-433e-4bb8-8d56-fec14ff7e1e9');

INSERT INTO agentfeatures (id, tenant_uuid, firstname, lastname, number, passwd, context, language,
                           autologoff, "group", description, preprocess_subroutine)
SELECT id, '2c34c282-433e-4bb8-8d56-fec14ff7e1e9', firstname, lastname, number, 'secret-' || id,
       'default', language, 0, "group",
       CASE WHEN id % 10 = 4 THEN 'Speaks "' || language || '" only' END, NULL
FROM people
ORDER BY id;
SELECT setval('agentfeatures_id_seq', 50);

CREATE TEMPORARY TABLE crew AS
SELECT id, number, firstname || ' ' || lastname AS name, (1000 + id)::text AS extension,
       id % 5 NOT IN (0, 3) AS late,
       id % 5 NOT IN (0, 3) AND id % 4 = 1 AS paused
FROM people;

CREATE TEMPORARY TABLE shift AS
SELECT c.id, c.number, c.extension, d.back,
       d.ends - CASE WHEN c.late THEN interval '6 h 45 min' ELSE interval '13 h 30 min' END
         + roll.seconds * interval '1 s' AS starts,
       d.ends - CASE WHEN c.late THEN interval '6 h 30 min' ELSE interval '13 h 15 min' END AS slots,
       CASE WHEN NOT (c.late AND d.back = 0)
            THEN d.ends - CASE WHEN c.late THEN interval '15 min' ELSE interval '7 h' END END AS ends
FROM crew c
CROSS JOIN day d
CROSS JOIN LATERAL (SELECT pg_temp.roll(c.id * 100 + d.back, 'login', 900) AS seconds) roll;

INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,
                                state_interface, paused, paused_reason, login_at)
SELECT c.id, c.number, c.extension, 'default', 'Local/id-' || c.id || '@agentcallback',
       'PJSIP/' || left(md5('phone ' || c.id), 8), c.paused,
       CASE WHEN c.paused
            THEN (ARRAY['Lunch', 'Training', 'Pause café', NULL, 'Doctor''s visit'])[c.id / 8 % 5 + 1]
       END,
       s.starts AT TIME ZONE 'utc'
FROM crew c
JOIN shift s ON s.id = c.id AND s.back = 0
WHERE c.late
ORDER BY c.id;

-- The queues. The last is disabled and has nobody.

INSERT INTO queuefeatures (id, tenant_uuid, name, displayname, number, context, timeout, waittime,
                           waitratio)
SELECT id, '2c34c282-433e-4bb8-8d56-fec14ff7e1e9', name, displayname, (3000 + id)::text, 'default',
       300, CASE WHEN id % 4 = 0 THEN 240 END, CASE WHEN id % 6 = 0 THEN 2.5 END
FROM (VALUES
  (1, 'reception', 'Réception'), (2, 'sales', 'Sales'), (3, 'support', 'Support'),
  (4, 'billing', 'Billing'), (5, 'orders', 'Orders'), (6, 'returns', 'Returns & refunds'),
  (7, 'technical', 'Technical'), (8, 'vip', 'VIP'), (9, 'complaints', 'Complaints'),
  (10, 'klantendienst', 'Klantendienst'), (11, 'oncall', 'On call'), (12, 'archive', 'Archive')
) q (id, name, displayname);
SELECT setval('queuefeatures_id_seq', 12);

INSERT INTO queue (name, timeout, retry, wrapuptime, maxlen, servicelevel, strategy, joinempty,
                   leavewhenempty, ringinuse, weight, autopause, commented, category)
SELECT name, 15, 5, (ARRAY[0, 10, 20])[id % 3 + 1], 50, (ARRAY[20, 30, 60])[id % 3 + 1],
       (ARRAY['ringall', 'leastrecent', 'fewestcalls', 'rrmemory', 'linear'])[id % 5 + 1],
       'unavailable,invalid,unknown', 'unavailable,invalid,unknown', 0,
       CASE name WHEN 'vip' THEN 10 ELSE 0 END, CASE WHEN id % 4 = 3 THEN 'yes' ELSE 'no' END,
       CASE name WHEN 'archive' THEN 1 ELSE 0 END, 'queue'
FROM queuefeatures
ORDER BY id;

CREATE TEMPORARY TABLE membership AS
SELECT DISTINCT c.id AS agent_id, c.number, c.late, q.id AS queue_id, q.name AS queue_name,
       (c.id + q.id) % 3 AS penalty
FROM crew c
JOIN queuefeatures q ON q.id IN (c.id % 11 + 1, c.id * 7 % 11 + 1, (c.id * 5 + 3) % 11 + 1);

INSERT INTO queuemember (queue_name, interface, penalty, usertype, userid, channel, category,
                         position)
SELECT queue_name, 'Agent/' || number, penalty, 'agent', agent_id, 'Agent', 'queue',
       row_number() OVER (PARTITION BY queue_id ORDER BY agent_id) - 1
FROM membership
ORDER BY queue_id, agent_id;

-- Those who are here take the calls of their queues, but for a few who left one of them.
INSERT INTO agent_membership_status (agent_id, queue_id, queue_name, penalty)
SELECT agent_id, queue_id, queue_name, penalty
FROM membership
WHERE late AND (agent_id + queue_id) % 9 <> 0
ORDER BY agent_id, queue_id;

-- The calls to queues: 320 answered a day, and 80 that were not.

CREATE TEMPORARY TABLE answered AS
SELECT n, s.id AS agent_id, s.number AS agent_number, s.extension AS agent_extension,
       s.slots + (n % 320 / 50) * interval '50 min'
         + pg_temp.roll(n, 'start', 900) * interval '1 s' AS enters,
       (SELECT array_agg(m.queue_id ORDER BY m.queue_id) FROM membership m WHERE m.agent_id = s.id)
         AS queues,
       2 + pg_temp.roll(n, 'ring', 12) AS ring,
       pg_temp.roll(n, 'wait', 100) * pg_temp.roll(n, 'patience', 100) / 50 AS extra_wait,
       30 + pg_temp.roll(n, 'talk', 300) + pg_temp.roll(n, 'chat', 300) AS talk
FROM generate_series(0, 9599) n
JOIN shift s ON s.back = n / 320 AND s.id = n % 50 + 1;

CREATE TEMPORARY TABLE queue_call AS
SELECT n, enters, queues[1 + pg_temp.roll(n, 'queue', array_length(queues, 1))] AS queue_id,
       agent_id, agent_number, agent_extension, ring, ring + extra_wait AS wait, talk,
       'answered'::call_exit_type AS status
FROM answered
UNION ALL
SELECT n, d.ends - (600 + pg_temp.roll(n, 'start', 47400)) * interval '1 s',
       1 + pg_temp.roll(n, 'queue', 11), NULL, NULL, NULL, 0,
       CASE WHEN fate < 60 THEN 3 + pg_temp.roll(n, 'wait', 150)
            WHEN fate < 75 THEN 300
            WHEN fate < 80 THEN 20 + pg_temp.roll(n, 'wait', 60)
            ELSE 0 END,
       0,
       CASE WHEN fate < 60 THEN 'abandoned'
            WHEN fate < 75 THEN 'timeout'
            WHEN fate < 80 THEN 'leaveempty'
            WHEN fate < 88 THEN 'joinempty'
            WHEN fate < 92 THEN 'closed'
            WHEN fate < 95 THEN 'full'
            WHEN fate < 98 THEN 'divert_waittime'
            ELSE 'divert_ca_ratio' END::call_exit_type
FROM generate_series(10000, 12399) n
JOIN day d ON d.back = (n - 10000) / 80
CROSS JOIN LATERAL (SELECT pg_temp.roll(n, 'fate', 100) AS fate) die;

-- And 8,000 that have nothing to do with queues: half of them outbound, a quarter internal.

CREATE TEMPORARY TABLE other_call AS
SELECT n, d.ends - (1200 + pg_temp.roll(n, 'start', 46800)) * interval '1 s' AS starts,
       (ARRAY['outbound', 'internal', 'outbound', 'inbound'])[n % 4 + 1] AS direction,
       (2001 + pg_temp.roll(n, 'colleague', 120))::text AS here,
       (2121 + pg_temp.roll(n, 'other colleague', 60))::text AS there,
       4 + pg_temp.roll(n, 'ring', 20) AS ring,
       CASE WHEN pg_temp.roll(n, 'luck', 100) < 82
            THEN 10 + pg_temp.roll(n, 'talk', 400) + pg_temp.roll(n, 'chat', 400) END AS talk
FROM generate_series(20000, 27999) n
JOIN day d ON d.back = (n - 20000) % 30;

-- The world outside: a number, and often a name.
CREATE TEMPORARY TABLE caller AS
SELECT n, (ARRAY['+3247', '+3368', '+3161', '+4477'])[n % 4 + 1]
            || lpad(pg_temp.roll(n, 'number', 10000000)::text, 7, '0') AS exten,
       CASE WHEN n % 3 > 0
            THEN (ARRAY['Alice', 'Émile', 'Bob', 'Ingrid', 'Paul', 'Léa', 'Chen', 'Rosa', 'Ahmed',
                        'Greta', 'Victor', 'Maëlle'])[1 + pg_temp.roll(n, 'first', 12)]
              || ' '
              || (ARRAY['Martin', 'O''Brien', 'Petit', 'Schmidt', 'Jensen', 'Bauer', 'Lopez',
                        'Legrand', 'Novák', 'Wilson', 'Haddad'])[1 + pg_temp.roll(n, 'last', 11)]
       END AS name
FROM generate_series(0, 1999) n;

CREATE TEMPORARY TABLE call AS
SELECT row_number() OVER (ORDER BY starts, n)::integer AS id, *
FROM (
  SELECT n, enters AS starts, 'inbound' AS direction FROM queue_call
  UNION ALL
  SELECT n, starts, direction FROM other_call
) every;
ALTER TABLE call ADD PRIMARY KEY (n);
ALTER TABLE call ADD COLUMN callid varchar(32);
UPDATE call SET callid = extract(epoch FROM starts)::bigint || '.' || id;
ANALYZE call, queue_call, other_call;

INSERT INTO call_logd_call_log (id, date, date_answer, date_end, tenant_uuid, source_name,
                                source_exten, requested_name, requested_exten, requested_context,
                                destination_name, destination_exten, direction, conversation_id)
SELECT c.id, c.starts, CASE WHEN q.status = 'answered' THEN c.starts + q.wait * interval '1 s' END,
       c.starts + (q.wait + q.talk) * interval '1 s', '2c34c282-433e-4bb8-8d56-fec14ff7e1e9'::uuid,
       w.name, w.exten, f.displayname, f.number, f.context,
       coalesce(a.name, f.displayname), coalesce(q.agent_extension, f.number), c.direction, c.callid
FROM queue_call q
JOIN call c USING (n)
JOIN queuefeatures f ON f.id = q.queue_id
JOIN caller w ON w.n = pg_temp.roll(q.n, 'caller', 2000)
LEFT JOIN crew a ON a.id = q.agent_id
UNION ALL
SELECT c.id, c.starts, CASE WHEN o.talk > 0 THEN c.starts + o.ring * interval '1 s' END,
       c.starts + (o.ring + coalesce(o.talk, 0)) * interval '1 s',
       '2c34c282-433e-4bb8-8d56-fec14ff7e1e9'::uuid,
       CASE c.direction WHEN 'inbound' THEN w.name ELSE 'Office ' || o.here END,
       CASE c.direction WHEN 'inbound' THEN w.exten ELSE o.here END,
       CASE c.direction WHEN 'outbound' THEN NULL WHEN 'inbound' THEN 'Office ' || o.here
                        ELSE 'Office ' || o.there END,
       CASE c.direction WHEN 'outbound' THEN w.exten WHEN 'inbound' THEN o.here ELSE o.there END,
       'default',
       CASE c.direction WHEN 'outbound' THEN w.name WHEN 'inbound' THEN 'Office ' || o.here
                        ELSE 'Office ' || o.there END,
       CASE c.direction WHEN 'outbound' THEN w.exten WHEN 'inbound' THEN o.here ELSE o.there END,
       c.direction, c.callid
FROM other_call o
JOIN call c USING (n)
JOIN caller w ON w.n = pg_temp.roll(o.n, 'caller', 2000)
ORDER BY 1;
SELECT setval('call_logd_call_log_id_seq', 20000);

INSERT INTO stat_queue (id, name, tenant_uuid, queue_id)
SELECT id, name, tenant_uuid, id FROM queuefeatures ORDER BY id;
SELECT setval('stat_queue_id_seq', 12);
INSERT INTO stat_agent (id, name, tenant_uuid, agent_id)
SELECT id, 'Agent/' || number, tenant_uuid, id FROM agentfeatures ORDER BY id;
SELECT setval('stat_agent_id_seq', 50);

INSERT INTO stat_call_on_queue (callid, time, ringtime, talktime, waittime, status, stat_queue_id,
                                stat_agent_id)
SELECT c.callid, q.enters, q.ring, q.talk, q.wait, q.status, q.queue_id, q.agent_id
FROM queue_call q
JOIN call c USING (n)
ORDER BY c.id;

-- The same as events, in the order in which they happened.

CREATE TEMPORARY TABLE event (
  at timestamptz, rank integer, callid text, queuename text, agent text, event text, data1 text,
  data2 text, data3 text
);

-- What ends before it entered the queue: one event, no agent.
INSERT INTO event
SELECT q.enters, 1, c.callid, f.name, 'NONE',
       CASE q.status WHEN 'divert_waittime' THEN 'DIVERT_HOLDTIME' ELSE upper(q.status::text) END
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
WHERE q.status IN ('full', 'closed', 'joinempty', 'divert_waittime', 'divert_ca_ratio');

INSERT INTO event
SELECT q.enters, 1, c.callid, f.name, 'NONE', 'ENTERQUEUE', '', w.exten, '1'
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
JOIN caller w ON w.n = pg_temp.roll(q.n, 'caller', 2000)
WHERE q.status IN ('answered', 'abandoned', 'timeout', 'leaveempty');

INSERT INTO event
SELECT q.enters + q.wait * interval '1 s', 3, c.callid, f.name, 'NONE',
       CASE q.status WHEN 'abandoned' THEN 'ABANDON' WHEN 'timeout' THEN 'EXITWITHTIMEOUT'
                     ELSE 'EXITEMPTY' END, '1', '1', q.wait::text
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
WHERE q.status IN ('abandoned', 'timeout', 'leaveempty');

-- Sometimes the phone rings in vain for 15 s first.
INSERT INTO event
SELECT q.enters + interval '16 s', 2, c.callid, f.name, 'Agent/' || q.agent_number, 'RINGNOANSWER',
       '15000'
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
WHERE q.status = 'answered' AND q.wait > 40 AND pg_temp.roll(q.n, 'deaf', 5) = 0;

INSERT INTO event
SELECT q.enters + q.wait * interval '1 s', 3, c.callid, f.name, 'Agent/' || q.agent_number,
       'CONNECT', q.wait::text, extract(epoch FROM q.enters)::bigint || '.' || 100000 + c.id,
       q.ring::text
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
WHERE q.status = 'answered';

INSERT INTO event
SELECT q.enters + (q.wait + q.talk) * interval '1 s', 4, c.callid, f.name,
       'Agent/' || q.agent_number,
       CASE WHEN pg_temp.roll(q.n, 'who', 5) < 2 THEN 'COMPLETEAGENT' ELSE 'COMPLETECALLER' END,
       q.wait::text, q.talk::text, '1'
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
WHERE q.status = 'answered';

INSERT INTO event
SELECT q.enters + (q.wait + q.talk) * interval '1 s', 5, c.callid, f.name,
       'Agent/' || q.agent_number, 'WRAPUPSTART', k.wrapuptime::text
FROM queue_call q JOIN call c USING (n) JOIN queuefeatures f ON f.id = q.queue_id
JOIN queue k ON k.name = f.name
WHERE q.status = 'answered' AND k.wrapuptime > 0;

-- Agents come, take a break of eight minutes at the end of their fourth slot, and go.
INSERT INTO event
SELECT starts, 0, 'NONE', 'NONE', 'Agent/' || number, 'AGENTCALLBACKLOGIN', extension || '@default'
FROM shift
UNION ALL
SELECT slots + interval '190 min', 0, 'NONE', 'NONE', 'Agent/' || number, 'PAUSEALL', 'Break'
FROM shift
UNION ALL
SELECT slots + interval '198 min', 0, 'NONE', 'NONE', 'Agent/' || number, 'UNPAUSEALL', 'Break'
FROM shift
UNION ALL
SELECT s.starts + interval '6 h 15 min', 0, 'NONE', 'NONE', 'Agent/' || number, 'PAUSEALL',
       coalesce(l.paused_reason, '')
FROM shift s
JOIN agent_login_status l ON l.agent_id = s.id AND l.paused
WHERE s.back = 0;
INSERT INTO event
SELECT ends, 9, 'NONE', 'NONE', 'Agent/' || number, 'AGENTCALLBACKLOGOFF', extension || '@default',
       extract(epoch FROM ends - starts)::integer::text
FROM shift
WHERE ends IS NOT NULL;

INSERT INTO queue_log (time, callid, queuename, agent, event, data1, data2, data3, data4, data5)
SELECT at, callid, queuename, agent, event, coalesce(data1, ''), coalesce(data2, ''),
       coalesce(data3, ''), '', ''
FROM event
ORDER BY at, rank, callid, agent;

DROP TABLE event, call, caller, other_call, queue_call, answered, membership, shift, crew, day,
  people;
