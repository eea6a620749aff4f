-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select count(*) from "SHOP"."ORDERS" partition ("P;1") as of scn 281474976710655 where ("QTY" > 1 or "NOTE" = 'it''s; -- so')
