-- https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/JSON_SERIALIZE.html
select "C NUMBER", xmlserialize(content "C XMLTYPE" as clob), json_serialize("C JSON" returning clob), cast("C TIMESTAMP(6) WITH LOCAL TIME ZONE" as timestamp(6) with time zone), "C LONG RAW" from "SHOP"."ORDERS" as of scn 281474976710655
