-- One script for H2, PostgreSQL and MariaDB; what differs stands in the placeholders (Vendor).
-- Times are UTC. A deleted transport keeps its row: its id, and with it its versions, never come again.
create table estat_transport (
  id varchar(16) not null primary key,
  name varchar(255) not null,
  description ${text} not null,
  source varchar(255) not null,
  table_names ${text} not null,
  table_options ${text} not null,
  enabled boolean not null,
  schedule_expression varchar(255),
  schedule_zone varchar(64),
  -- Null: not computed since the schedule was changed.
  next_fire_at ${timestamp},
  status varchar(10) not null,
  revision bigint not null,
  last_version int not null,
  created_at ${timestamp} not null,
  updated_at ${timestamp} not null,
  deleted_at ${timestamp}
) ${table_options};

create index estat_transport_due on estat_transport (next_fire_at);

create table estat_job (
  id varchar(40) not null primary key,
  transport_id varchar(16) not null,
  version int not null,
  started_by varchar(10) not null,
  status varchar(10) not null,
  started_at ${timestamp},
  completed_at ${timestamp},
  error ${text},
  total_rows bigint not null,
  total_bytes bigint not null,
  created_at ${timestamp} not null,
  -- The transport while the job is pending or running, then null: two such jobs cannot be.
  active_of varchar(16),
  instance varchar(255),
  fence bigint not null,
  beat bigint not null,
  cancel_requested_at ${timestamp},
  last_seq bigint not null,
  -- Its process ended without ending its uploads.
  uploads_open boolean not null,
  constraint estat_job_version unique (transport_id, version),
  constraint estat_job_active unique (active_of)
) ${table_options};

create index estat_job_newest on estat_job (created_at, id);
create index estat_job_status on estat_job (status, created_at);

create table estat_extraction (
  id varchar(24) not null primary key,
  job_id varchar(40) not null,
  ordinal int not null,
  table_name varchar(1000) not null,
  status varchar(10) not null,
  row_count bigint not null,
  byte_count bigint not null,
  objects ${text} not null,
  started_at ${timestamp},
  completed_at ${timestamp},
  error ${text},
  constraint estat_extraction_ordinal unique (job_id, ordinal),
  constraint estat_extraction_job foreign key (job_id) references estat_job (id)
) ${table_options};

create table estat_job_event (
  job_id varchar(40) not null,
  seq bigint not null,
  name varchar(40) not null,
  happened_at ${timestamp} not null,
  body ${text} not null,
  constraint estat_job_event_key primary key (job_id, seq),
  constraint estat_job_event_job foreign key (job_id) references estat_job (id)
) ${table_options};

create index estat_job_event_age on estat_job_event (happened_at);

create table estat_idempotency (
  key_hash varchar(64) not null primary key,
  request_hash varchar(64) not null,
  result_id varchar(40) not null,
  created_at ${timestamp} not null
) ${table_options};

create index estat_idempotency_age on estat_idempotency (created_at);

-- What became of each time that a schedule named: the row is what makes it happen once.
create table estat_schedule_run (
  transport_id varchar(16) not null,
  scheduled_at ${timestamp} not null,
  outcome varchar(10) not null,
  reason ${text},
  job_id varchar(40),
  recorded_at ${timestamp} not null,
  constraint estat_schedule_run_key primary key (transport_id, scheduled_at)
) ${table_options};

create index estat_schedule_run_age on estat_schedule_run (recorded_at);
