-- The telephony tables as a Wazo system has them, with its names, types and indexes: those that
-- tell about agents, queues and calls, and of the widest ones the columns that we have a use for.

-- Who the agents are. passwd never leaves the database.
CREATE TABLE agentfeatures (
  id serial PRIMARY KEY,
  tenant_uuid varchar(36) NOT NULL,
  firstname varchar(128),
  lastname varchar(128),
  number varchar(40) NOT NULL,
  passwd varchar(128),
  context varchar(79),
  language varchar(20),
  autologoff integer,
  "group" varchar(255),
  description text,
  preprocess_subroutine varchar(79),
  UNIQUE (number, tenant_uuid)
);
CREATE INDEX agentfeatures__idx__tenant_uuid ON agentfeatures (tenant_uuid);

-- Where they are logged in; a row exists only while the agent is. login_at is in UTC.
CREATE TABLE agent_login_status (
  agent_id integer PRIMARY KEY,
  agent_number varchar(40) NOT NULL,
  extension varchar(80) NOT NULL,
  context varchar(79) NOT NULL,
  interface varchar(128) NOT NULL UNIQUE,
  state_interface varchar(128) NOT NULL,
  paused boolean NOT NULL DEFAULT false,
  paused_reason varchar(80),
  login_at timestamp without time zone NOT NULL DEFAULT (current_timestamp AT TIME ZONE 'utc'),
  UNIQUE (extension, context)
);

-- The queues they are logged in to.
CREATE TABLE agent_membership_status (
  agent_id integer NOT NULL,
  queue_id integer NOT NULL,
  queue_name varchar(128) NOT NULL,
  penalty integer NOT NULL DEFAULT 0,
  PRIMARY KEY (agent_id, queue_id)
);
CREATE INDEX agent_membership_status__idx__agent_id ON agent_membership_status (agent_id);
CREATE INDEX agent_membership_status__idx__queue_id ON agent_membership_status (queue_id);

-- A queue as people know it.
CREATE TABLE queuefeatures (
  id serial PRIMARY KEY,
  tenant_uuid varchar(36) NOT NULL,
  name varchar(128) NOT NULL UNIQUE,
  displayname varchar(128) NOT NULL,
  number varchar(40),
  context varchar(79),
  timeout integer,
  waittime integer,
  waitratio double precision
);
CREATE INDEX queuefeatures__idx__context ON queuefeatures (context);
CREATE INDEX queuefeatures__idx__number ON queuefeatures (number);
CREATE INDEX queuefeatures__idx__tenant_uuid ON queuefeatures (tenant_uuid);

CREATE TYPE queue_category AS ENUM ('group', 'queue');

-- A queue as Asterisk knows it; commented = 0 says that it is enabled.
CREATE TABLE queue (
  name varchar(128) PRIMARY KEY,
  timeout integer DEFAULT 0,
  retry integer,
  wrapuptime integer,
  maxlen integer,
  servicelevel integer,
  strategy varchar(11),
  joinempty varchar(255),
  leavewhenempty varchar(255),
  ringinuse integer NOT NULL DEFAULT 0,
  weight integer,
  autopause varchar(3) NOT NULL DEFAULT 'no' CHECK (autopause IN ('no', 'yes', 'all')),
  commented integer NOT NULL DEFAULT 0,
  category queue_category NOT NULL
);
CREATE INDEX queue__idx__category ON queue (category);

CREATE TYPE queuemember_usertype AS ENUM ('agent', 'user');

-- Who may answer for a queue, by configuration.
CREATE TABLE queuemember (
  queue_name varchar(128) NOT NULL,
  interface varchar(128) NOT NULL,
  penalty integer NOT NULL DEFAULT 0,
  commented integer NOT NULL DEFAULT 0,
  usertype queuemember_usertype NOT NULL,
  userid integer NOT NULL,
  channel varchar(25) NOT NULL,
  category queue_category NOT NULL,
  position integer NOT NULL DEFAULT 0,
  PRIMARY KEY (queue_name, interface),
  UNIQUE (queue_name, channel, interface, usertype, userid, category, position)
);
CREATE INDEX queuemember__idx__category ON queuemember (category);
CREATE INDEX queuemember__idx__channel ON queuemember (channel);
CREATE INDEX queuemember__idx__userid ON queuemember (userid);
CREATE INDEX queuemember__idx__usertype ON queuemember (usertype);

-- What happened in the queues, event by event.
CREATE TABLE queue_log (
  id serial PRIMARY KEY,
  time timestamp with time zone,
  callid varchar(80),
  queuename varchar(256),
  agent text,
  event varchar(20),
  data1 text,
  data2 text,
  data3 text,
  data4 text,
  data5 text
);
CREATE INDEX queue_log__idx_agent ON queue_log (agent);
CREATE INDEX queue_log__idx_callid ON queue_log (callid);
CREATE INDEX queue_log__idx_event ON queue_log (event);
CREATE INDEX queue_log__idx_time ON queue_log (time);

-- The queues and agents that statistics speak of; they outlive those they are named after.
CREATE TABLE stat_queue (
  id serial PRIMARY KEY,
  name varchar(128) NOT NULL,
  tenant_uuid varchar(36) NOT NULL,
  queue_id integer,
  deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX stat_queue__idx_name ON stat_queue (name);
CREATE INDEX stat_queue__idx_tenant_uuid ON stat_queue (tenant_uuid);

CREATE TABLE stat_agent (
  id serial PRIMARY KEY,
  name varchar(128) NOT NULL,
  tenant_uuid varchar(36) NOT NULL,
  agent_id integer,
  deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX stat_agent__idx_name ON stat_agent (name);
CREATE INDEX stat_agent__idx_tenant_uuid ON stat_agent (tenant_uuid);

CREATE TYPE call_exit_type AS ENUM (
  'full', 'closed', 'joinempty', 'leaveempty', 'divert_ca_ratio', 'divert_waittime', 'answered',
  'abandoned', 'timeout'
);

-- How each call to a queue went. Times are in seconds.
CREATE TABLE stat_call_on_queue (
  id serial PRIMARY KEY,
  callid varchar(32) NOT NULL,
  time timestamp with time zone NOT NULL,
  ringtime integer NOT NULL DEFAULT 0,
  talktime integer NOT NULL DEFAULT 0,
  waittime integer NOT NULL DEFAULT 0,
  status call_exit_type NOT NULL,
  stat_queue_id integer REFERENCES stat_queue (id),
  stat_agent_id integer REFERENCES stat_agent (id)
);
CREATE INDEX stat_call_on_queue__idx_callid ON stat_call_on_queue (callid);
CREATE INDEX stat_call_on_queue__idx__stat_agent_id ON stat_call_on_queue (stat_agent_id);
CREATE INDEX stat_call_on_queue__idx__stat_queue_id ON stat_call_on_queue (stat_queue_id);

CREATE TABLE call_logd_tenant (
  uuid uuid PRIMARY KEY
);

-- Every call, of a queue or not.
CREATE TABLE call_logd_call_log (
  id serial PRIMARY KEY,
  date timestamp with time zone NOT NULL,
  date_answer timestamp with time zone,
  date_end timestamp with time zone,
  tenant_uuid uuid NOT NULL REFERENCES call_logd_tenant (uuid) ON DELETE CASCADE,
  source_name varchar(255),
  source_exten varchar(255),
  requested_name text,
  requested_exten varchar(255),
  requested_context varchar(255),
  destination_name varchar(255),
  destination_exten varchar(255),
  direction varchar(255)
    CONSTRAINT call_logd_call_log_direction_check
    CHECK (direction IN ('inbound', 'internal', 'outbound')),
  user_field varchar(255),
  conversation_id varchar(255)
);
CREATE INDEX call_logd_call_log__idx__conversation_id ON call_logd_call_log (conversation_id);
