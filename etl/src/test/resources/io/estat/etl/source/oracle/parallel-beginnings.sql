-- https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_PARALLEL_EXECUTE.html
select rowidtochar(start_rowid) from user_parallel_execute_chunks where task_name = ? order by start_rowid
