-- https://docs.oracle.com/en/database/oracle/oracle-database/23/refrn/DBA_EXTENTS.html
select o.data_object_id, e.relative_fno, e.block_id, e.blocks
from dba_extents e
join all_objects o on o.owner = e.owner and o.object_name = e.segment_name
  and o.object_type = e.segment_type
  and (o.subobject_name = e.partition_name
    or (o.subobject_name is null and e.partition_name is null))
where e.owner = ? and e.segment_name = ?
  and e.segment_type in ('TABLE', 'TABLE PARTITION', 'TABLE SUBPARTITION')
  and o.data_object_id is not null
order by dbms_rowid.rowid_create(1, o.data_object_id, e.relative_fno, e.block_id, 0)
