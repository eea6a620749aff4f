-- https://docs.oracle.com/en/database/oracle/oracle-database/23/arpls/DBMS_FLASHBACK.html
select dbms_flashback.get_system_change_number from dual
