-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select count(*) from "SELECT"."FROM$#" as of scn 281474976710655 where rowid < chartorowid('AAARJwAAEAAAADAAAA') and ("QTY" > 1 or "NOTE" = 'it''s; -- so')
