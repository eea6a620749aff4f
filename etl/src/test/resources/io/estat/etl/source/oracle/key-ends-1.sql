-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select min("ID"), max("ID") from "shop of ü"."a;b -- 'c' (d)"
