-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_CONS_COLUMNS.html
select c.column_name
from all_constraints k
join all_cons_columns c on c.owner = k.owner and c.constraint_name = k.constraint_name
where k.owner = ? and k.table_name = ? and k.constraint_type = 'P' and k.status = 'ENABLED'
order by c.position
