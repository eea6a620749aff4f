-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_COLUMNS.html
select column_name, data_type, data_type_owner,
  case when char_length > 0 then char_length when data_type = 'RAW' then data_length
    else data_precision end,
  data_scale, nullable
from all_tab_columns where owner = ? and table_name = ?
order by column_id
