-- A big site: 5,000 agents, three in five of them logged in, and 200 queues. No calls. Wants the
-- tables of wazo.sql. Nothing is random; logins are counted back from `anchor` (psql -v anchor=
-- TIMESTAMP; now without it), cut to the hour.

SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
\if :{?anchor}
\else
\set anchor now
\endif

INSERT INTO call_logd_tenant VALUES ('2c34c282-433e-4bb8-8d56-fec14ff7e1e9');

INSERT INTO agentfeatures (id, tenant_uuid, firstname, lastname, number, passwd, context, language,
                           autologoff, "group", description)
SELECT i, '2c34c282-433e-4bb8-8d56-fec14ff7e1e9',
       (ARRAY['Anna', 'Benoît', 'Carla', 'Daan', 'Eléa', 'Farid', 'Gaëlle', 'Hans', 'Ilaria', 'José',
              'Karin', 'Luc', 'Māra', 'Nils', 'Oona', 'Pierre', 'Qiu', 'Renée', 'Sven', 'Tess',
              'Ugo', 'Věra', 'Wout', 'Xavier', 'Yara'])[i % 25 + 1],
       (ARRAY['Aerts', 'Blanc', 'Cools', 'D''Hondt', 'Evrard', 'Faure', 'Guérin', 'Huber', 'Ivanova',
              'Jansen', 'König', 'Leroy', 'Möller', 'Nyström', 'O''Connor', 'Pauwels', 'Quintin',
              'Roux', 'Silva', 'Thys', 'Urbain', 'Vidal', 'Weber', 'Zając'])[i / 25 % 24 + 1],
       (10000 + i)::text, 'secret-' || i, 'default',
       (ARRAY['fr_FR', 'nl_BE', 'en_GB', 'de_DE'])[i % 4 + 1], 0, 'site ' || i % 20, NULL
FROM generate_series(1, 5000) i;
SELECT setval('agentfeatures_id_seq', 5000);

INSERT INTO agent_login_status (agent_id, agent_number, extension, context, interface,
                                state_interface, paused, paused_reason, login_at)
SELECT i, (10000 + i)::text, (20000 + i)::text, 'default', 'Local/id-' || i || '@agentcallback',
       'PJSIP/' || left(md5('phone ' || i), 8), i % 9 = 0,
       CASE WHEN i % 9 = 0 THEN (ARRAY['Lunch', 'Break', 'Training'])[i / 9 % 3 + 1] END,
       (date_trunc('hour', timestamptz :'anchor') - (i * 37 % 28000 + 300) * interval '1 s')
         AT TIME ZONE 'utc'
FROM generate_series(1, 5000) i
WHERE i % 5 < 3;

INSERT INTO queuefeatures (id, tenant_uuid, name, displayname, number, context, timeout)
SELECT q, '2c34c282-433e-4bb8-8d56-fec14ff7e1e9', 'queue' || lpad(q::text, 3, '0'), 'Queue ' || q,
       (3000 + q)::text, 'default', 300
FROM generate_series(1, 200) q;
SELECT setval('queuefeatures_id_seq', 200);

INSERT INTO queue (name, timeout, retry, wrapuptime, maxlen, servicelevel, strategy, weight,
                   category)
SELECT name, 15, 5, (ARRAY[0, 10, 20])[id % 3 + 1], 50, (ARRAY[20, 30, 60])[id % 3 + 1],
       (ARRAY['ringall', 'leastrecent', 'fewestcalls', 'rrmemory', 'linear'])[id % 5 + 1], 0,
       'queue'
FROM queuefeatures
ORDER BY id;

-- Three queues each.
INSERT INTO queuemember (queue_name, interface, penalty, usertype, userid, channel, category,
                         position)
SELECT q.name, 'Agent/' || a.number, (a.id + q.id) % 3, 'agent', a.id, 'Agent', 'queue',
       row_number() OVER (PARTITION BY q.id ORDER BY a.id) - 1
FROM agentfeatures a
CROSS JOIN generate_series(0, 2) k
JOIN queuefeatures q ON q.id = (a.id + k * 67) % 200 + 1;

INSERT INTO agent_membership_status (agent_id, queue_id, queue_name, penalty)
SELECT m.userid, q.id, m.queue_name, m.penalty
FROM queuemember m
JOIN queuefeatures q ON q.name = m.queue_name
JOIN agent_login_status l ON l.agent_id = m.userid;

INSERT INTO stat_queue (id, name, tenant_uuid, queue_id)
SELECT id, name, tenant_uuid, id FROM queuefeatures;
SELECT setval('stat_queue_id_seq', 200);
INSERT INTO stat_agent (id, name, tenant_uuid, agent_id)
SELECT id, 'Agent/' || number, tenant_uuid, id FROM agentfeatures;
SELECT setval('stat_agent_id_seq', 5000);
