-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_PARTITIONS.html
select partition_name, num_rows from all_tab_partitions
where table_owner = ? and table_name = ?
order by partition_position
