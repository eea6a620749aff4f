-- The source of LandedEqualsSourceIT: a shop of two million rows, and every built-in type with values at its ends.
-- Zero dates are among them; statements end with a semicolon at the end of a line.
set sql_mode = 'NO_BACKSLASH_ESCAPES,NO_UNSIGNED_SUBTRACTION', time_zone = '+00:00';
set names utf8mb4;

create table customers (
  id int primary key, name varchar(100) not null, email varchar(200), country char(2) not null, credit decimal(12, 2),
  member boolean not null, joined timestamp(6) not null default '2024-01-01');
insert into customers
select seq, concat(elt(seq % 6 + 1, '김하늘 ', 'Zoë "Zo" Müller ', 'Ada\Babbage	', 'Юлия ', 'null ', concat('line', char(10), 'break ')), seq),
  if(seq % 7 > 0, concat('customer', seq, '@example.com'), null), elt(seq % 3 + 1, 'KR', 'DE', 'U'),
  if(seq % 11 > 0, (seq * 7919 % 1000000) / 100, null), seq % 2, timestampadd(second, seq * 1035, '2024-01-01 00:00:00.123456')
from seq_1_to_100000;

create table products (
  id int primary key, sku varchar(20) not null unique, title text not null, description mediumtext, price decimal(10, 2) not null,
  weight double, thumbnail blob, attributes json);
insert into products
select seq, concat('SKU-', lpad(seq, 6, '0')), concat('Product ', seq, if(seq % 5 = 0, ' 🎁', '')),
  if(seq % 10 > 0, repeat(concat('All there is to know of product ', seq, '. '), 20), null), (seq * 104729 % 50000) / 100, seq / 7e0,
  unhex(sha2(seq, 256)), json_object('n', seq / 3, 't', concat('é', char(10)), 'o', json_array(null, true, seq))
from seq_1_to_20000;

create table orders (
  id bigint primary key, customer_id int not null references customers (id), status enum('NEW', 'PAID', 'SHIPPED', 'DONE') not null, ordered date not null,
  shipped datetime(3), total decimal(14, 2) not null, note text);
insert into orders
select seq, seq * 31 % 100000 + 1, seq % 4 + 1, date_add('2024-01-01', interval seq % 400 day),
  if(seq % 4 > 1, timestampadd(microsecond, seq * 11010000, '2024-01-02 08:30:00.5'), null), (seq * 15485863 % 9999999) / 100,
  if(seq % 50 = 0, concat('gift wrap, line', char(10), 'two'), null)
from seq_1_to_200000;

create table order_items (
  order_id bigint not null references orders (id), line smallint not null, product_id int not null references products (id),
  quantity int not null, discount float, primary key (order_id, line));
insert into order_items
select o.seq, l.seq, (o.seq * 7 + l.seq) % 20000 + 1, o.seq % 9 + 1, if(o.seq % 6 = 0, 0.1, null) from seq_1_to_200000 o, seq_1_to_2 l;

create table stock (
  warehouse varchar(20), product_id int references products (id), shelf char(4), amount int not null, primary key (warehouse, product_id, shelf));
insert into stock
select elt(w.seq, 'Berlin', '서울', 'a b'), p.seq, elt(s.seq, 'A', 'B'), p.seq % 100 from seq_1_to_3 w, seq_1_to_20000 p, seq_1_to_2 s;

create table events (id bigint primary key, customer_id int, kind varchar(10) not null, at datetime(6) not null, amount decimal(12, 2), payload text);
insert into events
select seq, if(seq % 10 > 0, seq % 100000 + 1, null), elt(seq % 3 + 1, 'view', 'click', 'buy'),
  timestampadd(microsecond, seq * 1000001, '2023-01-01'), if(seq % 3 = 2, seq / 100, null), md5(seq)
from seq_1_to_1000000;

-- Nobody has ever returned anything.
create table returns (order_id bigint references orders (id), reason text);

-- Without a key, and each row three times.
create table log (level varchar(10), message text);
insert into log select 'info', concat('message ', m.seq) from seq_1_to_50000 m, seq_1_to_3 t;

create table `Odd "name" 한` (`select` int, `a.b` text, `Ünï` text);
insert into `Odd "name" 한` select seq, concat('x', seq), null from seq_1_to_1000;

create table parted (id bigint, part int not null, value varchar(20), primary key (id, part)) partition by hash (part) partitions 3;
insert into parted select seq, seq % 4, concat('v', seq) from seq_1_to_20000;

create table t_integers (a tinyint, b smallint, c mediumint, d int, e bigint, f year, g boolean);
insert into t_integers values (-128, -32768, -8388608, -2147483648, -9223372036854775808, 1901, false),
  (127, 32767, 8388607, 2147483647, 9223372036854775807, 2155, true), (null, null, null, null, null, 0, null);
insert into t_integers select seq % 256 - 128, seq, seq * 800, seq * 200003, seq * 922337203685477, 1901 + seq % 254, seq % 2 from seq_1_to_10000;

create table t_unsigned (a tinyint unsigned, b smallint unsigned, c mediumint unsigned, d int unsigned, e bigint unsigned, f int(10) zerofill, g bigint(20) zerofill);
insert into t_unsigned values (255, 65535, 16777215, 4294967295, 18446744073709551615, 4294967295, 18446744073709551615), (0, 0, 0, 0, 0, 0, 0);
insert into t_unsigned select seq % 256, seq, seq * 1600, seq * 400003, seq * 1844674407370955, seq, seq from seq_1_to_10000;

create table t_decimals (a decimal(65, 30), b decimal(38, 10), c decimal(15), d decimal(5, 2) unsigned, e decimal(10, 2) zerofill, f decimal(30, 30));
insert into t_decimals values (repeat('9', 35), -0.0000000001, 999999999999999, 999.99, 7, 0.5), (concat('-', repeat('9', 35), '.', repeat('9', 30)), 0, -1, 0, 0, -0.000000000000000000000000000001),
  (null, null, null, null, null, null);
insert into t_decimals select seq / 7, seq * 1e9 / 7, seq, seq % 1000, seq, seq / 1e9 from seq_1_to_10000;

create table t_floats (a float, b double, c float unsigned);
insert into t_floats values (3.4028235e38, 1.7976931348623157e308, 0.1), (-1.1754944e-38, 4.9e-324, 16777216), (0.1, 0.1, 0), (null, null, null);
insert into t_floats select (seq - 5000) / 7e0 * pow(10, seq % 60 - 30), (seq - 5000) / 7e0 * pow(10, seq % 600 - 300), seq / 3e0 from seq_1_to_10000;

create table t_texts (
  a text, b varchar(300), c char(5), d tinytext, e longtext, f varchar(20) character set latin1, g varchar(20) character set utf16,
  h varchar(20) character set sjis, i enum('a', 'b,(c)', ''), j set('x', 'y', 'z'));
insert into t_texts values ('', '', '', '', '', '', '', '', '', ''), ('\N', '\.', 'a', '"', '	', 'é€', 'é😀', 'ア', 'b,(c)', 'x,z'),
  (char(1, 31, 127, 13, 10 using utf8mb4), '😀', ' b', '''', repeat('x"\', 100000), 'ÿ', null, null, null, null),
  (null, 'null', null, null, null, null, null, null, null, null), ('trailing ', 'TRAILING', 'é', 'É', 'e', 'E', 'e ', ' ', 'a', 'y');
insert into t_texts
select concat(convert(char(19968 + seq using ucs2) using utf8mb4), md5(seq)), repeat('한', seq % 99), seq % 99999, md5(seq), repeat('y', seq % 999), 'ü', 'ü', 'イ', seq % 3 + 1, seq % 8
from seq_1_to_10000;

create table t_bytes (a binary(4), b varbinary(20), c tinyblob, d blob, e mediumblob, f longblob, g bit(1), h bit(10), i bit(64));
insert into t_bytes values (x'00ff', x'', x'00', x'0a0d5c22', x'', x'', b'0', b'101', x'ffffffffffffffff'), (null, null, null, null, null, null, null, null, null);
insert into t_bytes
select unhex(lpad(hex(seq), 8, '0')), unhex(md5(seq)), unhex(sha1(seq)), repeat(unhex('00ff'), seq % 99), unhex(md5(seq)), repeat(unhex('80'), seq % 999), seq % 2, seq % 1024, seq
from seq_1_to_10000;

create table t_dates (a date, b datetime, c datetime(6), d timestamp null, e timestamp(3) null);
insert into t_dates values ('0000-00-00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '0000-00-00 00:00:00'),
  ('2024-00-00', '1000-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1970-01-01 00:00:01', '2038-01-19 03:14:07.999'), ('9999-12-31', '0001-01-01', '1582-10-10', '2024-03-31 01:30:00', '2024-10-27 01:30:00'),
  (null, null, null, null, null);
insert into t_dates
select date_add('1000-01-01', interval seq * 300 day), date_add('1582-10-04', interval seq * 5 hour), timestampadd(microsecond, seq * 1000001, '2024-01-01'),
  timestampadd(hour, seq * 50, '1980-01-01'), timestampadd(microsecond, seq * 2345678000, '2024-03-01')
from seq_1_to_10000;

create table t_times (a time, b time(3), c time(6));
insert into t_times values ('-838:59:59', '838:59:59', '-838:59:59'), ('00:00', '-00:00:00.001', '23:59:59.999999'), (null, null, null);
insert into t_times select sec_to_time(seq * 300 - 1500000), sec_to_time(seq * 1.001), sec_to_time(seq * 8.000001) from seq_1_to_10000;

-- Without JSON's own null, which lands as NULL does.
create table t_json (a json, b json);
insert into t_json values ('true', '"x\u00e9\"\\"'), ('[1.10, 12345678901234567890, -0.0, 1e300]', '{"a": {"b": [{}, []]}, "": null}'), (concat('{', char(10), ' "a": 1', char(10), '}'), null);
insert into t_json select json_object('i', seq, 't', repeat('"', seq % 9)), json_array(seq / 7) from seq_1_to_10000;

create table t_networks (a uuid, b inet6, c inet4);
insert into t_networks select md5(seq), concat('2001:db8::', hex(seq)), inet_ntoa(167772160 + seq) from seq_1_to_10000;
insert into t_networks values (null, '::', '255.255.255.255'), ('00000000-0000-0000-0000-000000000000', '::ffff:1.2.3.4', '0.0.0.0');

create table t_shapes (a point, b linestring, c polygon, d multipoint, e multilinestring, f multipolygon, g geometrycollection, h geometry);
insert into t_shapes
select point(seq, -seq / 3e0), linestring(point(0, 0), point(1, seq)), polygon(linestring(point(0, 0), point(1, 1), point(1, 0), point(0, 0))),
  multipoint(point(seq, 1), point(2, 2)), multilinestring(linestring(point(0, 0), point(1, seq))),
  multipolygon(polygon(linestring(point(0, 0), point(1, 1), point(1, 0), point(0, 0)))), geometrycollection(point(1, seq)), point(seq / 7e0, 1e-9)
from seq_1_to_10000;
analyze table customers, products, orders, order_items, stock, events;
