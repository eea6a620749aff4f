-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SYS_CONTEXT.html
select sys_context('USERENV', 'CURRENT_SCHEMA') from dual
