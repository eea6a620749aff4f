-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select "ID" from "shop of ü"."a;b -- 'c' (d)" as of scn 281474976710655 where 1 = 0
