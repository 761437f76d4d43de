-- The data of the 2015 benchmark: fifty agents, nobody logged in. Wants the tables of 2015.sql.

SET LOCAL client_min_messages = warning;
\ir people.sql

INSERT INTO agentfeatures (id, numgroup, firstname, lastname, number, passwd, context, language,
                           autologoff, "group", description, preprocess_subroutine)
SELECT id, 1, firstname, lastname, number, 'secret-' || id, 'default', language, 0, "group", '', ''
FROM people
ORDER BY id;

SELECT setval('agentfeatures_id_seq', 50);
DROP TABLE people;
