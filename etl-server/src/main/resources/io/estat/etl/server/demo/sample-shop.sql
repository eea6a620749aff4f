-- The sample database of `estat demo`: a small shop, written with Oracle's type names for H2's Oracle mode.
create schema SHOP;

create table SHOP.CUSTOMERS (
  ID          number(10) primary key,
  NAME        varchar2(100) not null,
  EMAIL       varchar2(200),
  COUNTRY     char(2) not null,
  CREDIT      number(12, 2),
  MEMBER      number(1) not null,
  CREATED_AT  timestamp(6) with time zone not null
);

create table SHOP.PRODUCTS (
  ID           number(10) primary key,
  SKU          varchar2(20) not null,
  TITLE        nvarchar2(200) not null,
  DESCRIPTION  clob,
  PRICE        number(10, 2) not null,
  WEIGHT_KG    binary_double,
  THUMBNAIL    raw(64)
);

create table SHOP.ORDERS (
  ID           number(19) primary key,
  CUSTOMER_ID  number(10) not null references SHOP.CUSTOMERS (ID),
  STATUS       varchar2(10) not null,
  ORDERED_ON   date not null,
  SHIPPED_AT   timestamp(3),
  TOTAL        number(14, 2) not null,
  NOTE         varchar2(400)
);

create table SHOP.ORDER_ITEMS (
  ORDER_ID    number(19) not null references SHOP.ORDERS (ID),
  LINE        number(3) not null,
  PRODUCT_ID  number(10) not null references SHOP.PRODUCTS (ID),
  QUANTITY    number(6) not null,
  DISCOUNT    binary_float,
  primary key (ORDER_ID, LINE)
);

-- Nobody has ever returned anything: an empty table lands, too.
create table SHOP.RETURNS (
  ORDER_ID  number(19) not null references SHOP.ORDERS (ID),
  REASON    varchar2(400)
);

insert into SHOP.CUSTOMERS
select X,
  case mod(X, 4) when 0 then '김하늘 ' when 1 then 'Zoë "Zo" Müller ' when 2 then 'Ada\Babbage ' else 'Юлия ' end || X,
  case when mod(X, 7) = 0 then null else 'customer' || X || '@example.com' end,
  case mod(X, 3) when 0 then 'KR' when 1 then 'DE' else 'US' end,
  cast(mod(X * 7919, 1000000) as decimal(12, 2)) / 100,
  mod(X, 2),
  timestamp with time zone '2024-01-01 09:00:00.123456+09:00' + X * interval '17' minute
from system_range(1, 2000);

insert into SHOP.PRODUCTS
select X,
  'SKU-' || lpad(cast(X as varchar), 6, '0'),
  'Product ' || X || case when mod(X, 5) = 0 then ' 🎁' else '' end,
  case when mod(X, 10) = 0 then null else repeat('All you need to know about product ' || X || '. ', 20) end,
  cast(mod(X * 104729, 50000) as decimal(10, 2)) / 100,
  X / 7e0,
  hash('SHA-256', X)
from system_range(1, 300);

insert into SHOP.ORDERS
select X,
  mod(X * 31, 2000) + 1,
  case mod(X, 4) when 0 then 'NEW' when 1 then 'PAID' when 2 then 'SHIPPED' else 'DONE' end,
  timestamp '2024-01-01 00:00:00' + X * interval '11' minute,
  case when mod(X, 4) < 2 then null else timestamp '2024-01-02 08:30:00.5' + X * interval '11' minute end,
  cast(mod(X * 15485863, 9999999) as decimal(14, 2)) / 100,
  case when mod(X, 50) = 0 then 'gift wrap, line' || char(10) || 'two' end
from system_range(1, 10000);

insert into SHOP.ORDER_ITEMS
select O.X, L.X, mod(O.X * 7 + L.X, 300) + 1, mod(O.X, 9) + 1, case when mod(O.X, 6) = 0 then 0.1 end
from system_range(1, 10000) O, system_range(1, 3) L;

-- The ETL server reads as this user and can do nothing else.
create user ESTAT_READER password 'reader';
grant select on schema SHOP to ESTAT_READER;
