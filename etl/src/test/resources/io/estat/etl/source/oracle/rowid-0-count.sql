-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select count(*) from "SHOP"."ORDERS" as of scn 281474976710655 where rowid < dbms_rowid.rowid_create(1, 70000, 5, 8, 0) and ("QTY" > 1 or "NOTE" = 'it''s; -- so')
