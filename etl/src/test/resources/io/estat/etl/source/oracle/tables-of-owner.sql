-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TABLES.html
select t.owner, t.table_name, t.table_rows, t.table_bytes,
  (select count(*) from all_tab_columns c
   where c.owner = t.owner and c.table_name = t.table_name)
from (
  select owner, table_name, num_rows table_rows, num_rows * avg_row_len table_bytes
  from all_tables
  where nested = 'NO' and secondary = 'N' and dropped = 'NO'
    and (iot_type is null or iot_type = 'IOT')
  union all
  select owner, view_name, null, null from all_views) t
where t.owner not in (select username from all_users where oracle_maintained = 'Y')
 and upper(t.table_name) like upper(?) escape '!' and t.owner = ? order by 1, 2
