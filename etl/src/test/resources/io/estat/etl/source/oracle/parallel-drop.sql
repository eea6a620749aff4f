-- https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_PARALLEL_EXECUTE.html
begin dbms_parallel_execute.drop_task(?); end;
