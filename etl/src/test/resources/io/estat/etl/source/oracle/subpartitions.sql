-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_SUBPARTITIONS.html
select subpartition_name, num_rows from all_tab_subpartitions
where table_owner = ? and table_name = ?
order by partition_name, subpartition_position
