-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select "ID" from "SELECT"."FROM$#" as of scn 281474976710655 where rowid >= dbms_rowid.rowid_create(1, 70000, 5, 8, 0) and rowid < dbms_rowid.rowid_create(1, 70000, 5, 108, 0)
