-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SELECT.html
select "ID" from "SELECT"."FROM$#" subpartition ("SYS_P42") as of scn 281474976710655
