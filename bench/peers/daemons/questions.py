"""What PostgreSQL is asked, by the daemons and by pgbench."""

# As the benchmark of 2015 asked it.
LIST = ("SELECT af.number AS number, als.extension AS extension, als.context AS context,"
        " als.state_interface AS state_interface, 'offline' AS status, '-1' AS extension_status,"
        " '0' AS paused FROM agentfeatures af"
        " LEFT JOIN agent_login_status als ON (af.id = als.agent_id)")
# One agent, with what ours asks of this shape of the database.
ONE = ("SELECT af.id, af.number, af.firstname, af.lastname, af.context, af.language, af.\"group\","
       " af.description, als.agent_id IS NOT NULL AS logged_in FROM agentfeatures af"
       " LEFT JOIN agent_login_status als ON (af.id = als.agent_id) WHERE af.id = $1")
