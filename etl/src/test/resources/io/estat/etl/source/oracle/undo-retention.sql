-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/V-UNDOSTAT.html
select min(tuned_undoretention) from v$undostat
