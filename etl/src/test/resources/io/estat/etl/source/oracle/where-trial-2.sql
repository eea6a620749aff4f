-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select 1 from "SELECT"."FROM$#" where ("QTY" > 1 or "NOTE" = 'it''s; -- so') and 1 = 0
