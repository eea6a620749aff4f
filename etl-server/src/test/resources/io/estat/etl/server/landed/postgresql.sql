-- The source of LandedEqualsSourceIT: a shop of two million rows, and every built-in type with values at its ends.
create schema shop;
set search_path = shop;
set time zone 'UTC';
select setseed(0.42);

create table customers (
  id int primary key, name text not null, email varchar(200), country char(2) not null, credit numeric(12, 2),
  member bool not null, joined timestamptz not null);
insert into customers
select i, (array['김하늘 ', 'Zoë "Zo" Müller ', E'Ada\\Babbage\t', 'Юлия ', 'null ', E'line\nbreak '])[i % 6 + 1] || i,
  case when i % 7 > 0 then 'customer' || i || '@example.com' end, (array['KR', 'DE', 'U'])[i % 3 + 1],
  case when i % 11 > 0 then (i * 7919 % 1000000) / 100.0 end, i % 2 = 0, timestamptz '2024-01-01Z' + i * interval '17.25 minutes'
from generate_series(1, 100000) i;

create table products (
  id int primary key, sku varchar(20) not null unique, title text not null, description text, price numeric(10, 2) not null,
  weight float8, thumbnail bytea, tags text[], attributes jsonb);
insert into products
select i, 'SKU-' || lpad(i::text, 6, '0'), 'Product ' || i || case when i % 5 = 0 then ' 🎁' else '' end,
  case when i % 10 > 0 then repeat('All there is to know of product ' || i || '. ', 20) end, (i * 104729 % 50000) / 100.0, i / 7e0,
  sha256(i::text::bytea), case when i % 4 > 0 then array['a', null, 'quote " and , and \', i::text] end,
  jsonb_build_object('n', i / 3.0, 't', E'\u00e9\n', 'o', jsonb_build_array(null, true, i))
from generate_series(1, 20000) i;

create table orders (
  id bigint primary key, customer_id int not null references customers, status text not null, ordered date not null,
  shipped timestamp(3), total numeric(14, 2) not null, note text);
insert into orders
select i, i * 31 % 100000 + 1, (array['NEW', 'PAID', 'SHIPPED', 'DONE'])[i % 4 + 1], date '2024-01-01' + (i % 400)::int,
  case when i % 4 > 1 then timestamp '2024-01-02 08:30:00.5' + i * interval '11.01 s' end, (i * 15485863 % 9999999) / 100.0,
  case when i % 50 = 0 then E'gift wrap, line\ntwo' end
from generate_series(1, 200000::bigint) i;

create table order_items (
  order_id bigint not null references orders, line smallint not null, product_id int not null references products,
  quantity int not null, discount real, primary key (order_id, line));
insert into order_items
select o, l, (o * 7 + l) % 20000 + 1, o % 9 + 1, case when o % 6 = 0 then 0.1 end
from generate_series(1, 200000::bigint) o, generate_series(1, 2) l;

create table stock (
  warehouse text, product_id int references products, shelf char(4), amount int not null, primary key (warehouse, product_id, shelf));
insert into stock
select w, p, s, p % 100 from unnest(array['Berlin', '서울', 'a b']) w, generate_series(1, 20000) p, unnest(array['A', 'B']) s;

create table events (id bigint primary key, customer_id int, kind text not null, at timestamptz not null, amount numeric(12, 2), payload text);
insert into events
select i, case when i % 10 > 0 then i % 100000 + 1 end, (array['view', 'click', 'buy'])[i % 3 + 1],
  timestamptz '2023-01-01Z' + i * interval '1.000001 s', case when i % 3 = 2 then i / 100.0 end, md5(i::text)
from generate_series(1, 1000000::bigint) i;

-- Nobody has ever returned anything.
create table returns (order_id bigint references orders, reason text);

-- Without a key, and each row three times.
create table log (level text, message text);
insert into log select 'info', 'message ' || i from generate_series(1, 50000) i, generate_series(1, 3);

create table "Odd ""name"" 한" ("select" int, "a.b" text, "Ünï" text);
insert into "Odd ""name"" 한" select i, 'x' || i, null from generate_series(1, 1000) i;

create table parted (id bigint, part int not null, value text) partition by list (part);
create table parted_1 partition of parted for values in (1);
create table parted_2 partition of parted for values in (2);
create table parted_rest partition of parted default;
insert into parted select i, i % 4, 'v' || i from generate_series(1, 20000::bigint) i;

create table t_integers (a int2, b int4, c int8, d oid, e bigserial);
insert into t_integers (a, b, c, d)
values (-32768, -2147483648, -9223372036854775808, 0), (32767, 2147483647, 9223372036854775807, 4294967295), (null, null, null, null);
insert into t_integers (a, b, c, d)
select i - 5000, i * 200003, (random() - 0.5) * 18e18, i from generate_series(1, 10000) i;

create table t_decimals (a numeric, b numeric(38, 10), c numeric(15), d numeric(5, -2), e numeric(3, 5), f money);
insert into t_decimals
values ('NaN', 'NaN', 'NaN', null, null, '-92233720368547758.08'), ('Infinity', null, null, 123456, 0.00123, '92233720368547758.07'),
  ('-Infinity', 9999999999999999999999999999.9999999999, 999999999999999, -99999, -0.00999, 0),
  (repeat('9', 1000)::numeric, -0.0000000001, -1, 0, 0, 1), (0.1 ^ 200, 0, 0, 0, 0, 0), (1.100, 1.1, 1, 100, 0.001, 1.1);
insert into t_decimals
select random()::numeric * 10::numeric ^ (i % 60 - 30), random() * 1e9, i, i, i / 1e7, i / 100.0::numeric from generate_series(1, 10000) i;

create table t_floats (a float4, b float8);
insert into t_floats
values ('NaN', 'NaN'), ('Infinity', '-Infinity'), ('-0', '-0'), (1.4e-45, 4.9e-324), (3.4028235e38, 1.7976931348623157e308), (0.1, 0.1);
insert into t_floats
select (random() - 0.5) * 10 ^ (i % 70 - 35), (random() - 0.5) * 10 ^ (i % 600 - 300) from generate_series(1, 10000) i;

create domain positive as int check (value > 0);
create type mood as enum ('sad', 'so "so"', 'happy, very');
create type pair as (x int, y text);
create table t_texts (a text, b varchar(100), c char(5), d "char", e name, f positive, g mood, h pair, i xml);
insert into t_texts
values ('', '', '', '', '', 1, 'sad', row(1, 'a,"b"'), '<a>&amp;</a>'), (E'\\N', E'\\.', 'a', 'a', 'b', 2, 'so "so"', row(null, null), null),
  (E'\x01\x1f\x7f\u0080\u2028\uffff', E'\r\n\t\b\f', ' b', '|', 'c', 3, 'happy, very', null, null),
  ('😀' || chr(1114111), 'null', null, null, null, null, null, null, null), (repeat('x"\', 100000), '{}', '', 'z', 'd', 9, null, null, null);
insert into t_texts
select (select string_agg(chr(1 + (random() * 55000)::int), '') from generate_series(1, i % 30)), md5(i::text), i % 99999, 'x', 'n' || i, i, 'sad',
  row(i, 'y')::pair, null
from generate_series(1, 10000) i;

create table t_bytes (a bytea, b bit(10), c varbit(70), d bit);
insert into t_bytes values ('', B'0000000000', B'', B'0'), ('\x00ff0a0d22', B'1010101010', B'111', B'1'), (null, null, null, null);
insert into t_bytes
select decode(md5(i::text), 'hex') || substr('\x0102'::bytea, 1, i % 3), (i % 1024)::bit(10), (i % 64)::bit(6)::varbit, (i % 2)::bit
from generate_series(1, 10000) i;

create table t_dates (a date, b timestamp, c timestamp(0), d timestamptz, e timestamptz(3));
insert into t_dates
values ('infinity', 'infinity', '-infinity', '-infinity', 'infinity'),
  ('0044-03-15 BC', '0044-03-15 12:00:00.000001 BC', '4713-01-01 BC', '4713-01-02 00:00:00 BC', '0001-01-01 00:00:00+00 BC'),
  ('5874897-12-31', '294276-12-31 23:59:59.999999', '10000-01-01', '10000-01-01 00:00:00Z', '9999-12-31 23:59:59.999Z'),
  ('0001-01-01', '1582-10-10', '2024-02-29 23:59:59', '1883-11-18 12:00:00Z', '2024-03-31 01:30:00Z'), (null, null, null, null, null);
insert into t_dates
select date '0001-01-01' + i * 365, timestamp '1582-10-04' + i * interval '5 h 0.000001 s', timestamp '1900-01-01' + i * interval '7777 s',
  timestamptz '1890-01-01Z' + i * interval '3 days 1.5 s', timestamptz '2024-03-01Z' + i * interval '2345.678 s'
from generate_series(1, 10000) i;

create table t_times (a time, b time(2), c timetz, d interval, e interval year to month, f interval day to second(3));
insert into t_times
values ('00:00', '23:59:59.99', '23:59:59.999999+15:59', '-178000000 years', '-1 year 2 months', '-1 day 2:03:04.005'),
  ('24:00', '24:00', '24:00-15:59', '1 mon -1 day 00:00:00.000001', '0', '0'), (null, null, null, null, null, null);
insert into t_times
select time '0:00' + i * interval '8.000001 s', time '0:00' + i * interval '8.01 s', (time '0:00' + i * interval '8 s')::text::timetz,
  make_interval(i % 9 - 4, i % 5 - 2, 0, i % 50 - 25, 0, 0, i / 7.0), make_interval(0, i), make_interval(0, 0, 0, i % 9, 0, 0, i)
from generate_series(1, 10000) i;

-- Without JSON's own null, which lands as NULL does.
create table t_json (a json, b jsonb);
insert into t_json
values ('"x\u00e9\"\\"', '"x\u00e9\"\\"'), ('[1.10, 12345678901234567890, -0.0, 1e300]', '[1.10, 12345678901234567890, 1e300]'),
  ('{"a": {"b": [{}, []]}, "": null}', '{"a": {"b": [{}, []]}, "": null}'), (E'{\n "a": 1\n}', E'{\n "a": 1\n}'), ('true', 'false');
insert into t_json select json_build_object('i', i, 't', repeat('"', i % 9)), jsonb_build_object('i', i / 7.0) from generate_series(1, 10000) i;

create table t_networks (a uuid, b inet, c cidr, d macaddr, e macaddr8, f pg_lsn, g xid8);
insert into t_networks
select md5(i::text)::uuid, inet '10.0.0.1/8' + i, cidr '2001:db8::/64', '08:00:2b:01:02:03', '08:00:2b:ff:fe:01:02:03', pg_lsn '0/1' + i, i::text::xid8
from generate_series(1, 10000) i;

create table t_shapes (a point, b line, c lseg, d box, e path, f polygon, g circle);
insert into t_shapes
select point(i, -i / 3e0), line(point(0, 0), point(1, i)), lseg(point(0, 0), point(i, 1e-9)), box(point(0, 0), point(i, 2)),
  path '[(0,0),(1,2)]', polygon '((0,0),(1,1),(1,0))', circle(point(i, 0), i / 7e0)
from generate_series(1, 10000) i;

create table t_ranges (a int4range, b int8range, c numrange, d tsrange, e tstzrange, f daterange, g int4multirange);
insert into t_ranges values ('empty', '(,)', '[1.5,)', '(,2024-01-01]', 'empty', '[infinity,)', '{}'), (null, null, null, null, null, null, null);
insert into t_ranges
select int4range(i, i + 5), int8range(i, null), numrange(i, i + 0.5, '()'), tsrange('2024-01-01', timestamp '2024-01-02' + i * interval '1 s'),
  tstzrange(null, timestamptz '2024-01-02Z' + i * interval '1 s'), daterange('2024-01-01', date '2024-01-02' + i), int4multirange(int4range(1, 2), int4range(5, i + 6))
from generate_series(1, 10000) i;

create table t_arrays (a int[], b text[], c int8[][], d timestamptz[], e bytea[], f bool[], g float8[], h jsonb[], i mood[]);
insert into t_arrays
values ('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  ('{null}', array['', 'null', null, '{}', '"', '\', ' '], '{{1,2},{3,-9223372036854775808}}', '{"2024-01-01Z",infinity}', array['\x00'::bytea, ''],
   '{t,f,null}', '{NaN,Infinity,0.1}', array['{"a": [1, "x"]}'::jsonb, '"t"', '1.10', null], '{"so \"so\"",null}'),
  (null, null, null, null, null, null, null, null, null);
insert into t_arrays
select array[i, null, -i], array[md5(i::text), 'x,y'], array[array[i::bigint]], array[timestamptz '2024-01-01Z' + i * interval '1.5 s'], array[sha256(i::text::bytea)],
  array[i % 2 = 0], array[i / 3e0], array[jsonb_build_object('i', i)], array['sad'::mood]
from generate_series(1, 10000) i;

create table t_search (a tsvector, b tsquery, c regclass);
insert into t_search
select to_tsvector('simple', 'the quick ''fox'' ' || i), to_tsquery('simple', 'quick & !fox' || i), 'pg_class'::regclass from generate_series(1, 5000) i;
analyze;
