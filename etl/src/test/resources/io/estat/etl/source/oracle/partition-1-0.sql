-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select "ID" from "shop of ü"."a;b -- 'c' (d)" partition ("P;1") as of scn 281474976710655
