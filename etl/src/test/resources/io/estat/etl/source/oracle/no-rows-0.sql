-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select "ID" from "SHOP"."ORDERS" as of scn 281474976710655 where 1 = 0
