-- https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_PARALLEL_EXECUTE.html
begin dbms_parallel_execute.create_chunks_by_rowid(?, ?, ?, true, ?); end;
