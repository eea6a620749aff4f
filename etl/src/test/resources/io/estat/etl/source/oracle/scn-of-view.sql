-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/V-DATABASE.html
select current_scn from v$database
