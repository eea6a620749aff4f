"""Reads a landed table as its users do, and prints what it counts: readers.py python|duckdb|spark OBJECT SCHEMA.

The types of DuckDB and Spark come from the schema file, by the same tables as in docs/etl.md.
"""

import decimal
import gzip
import json
import sys


def by_python(path, schema):
    rows = ids = characters = notes = true = numbers = 0
    amounts = decimal.Decimal(0)
    doubles = 0.0
    last = ""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            row = json.loads(line, parse_float=decimal.Decimal)
            rows += 1
            ids += int(row["id"])
            amounts += decimal.Decimal(row["amount"])
            if row["note"] is not None:
                notes += 1
                characters += len(row["note"])
            last = max(last, row["at"])
            true += row["ok"] is True
            doubles += float(row["share"])
            numbers += row["doc"]["n"]
    return rows, ids, amounts, notes, characters, last.replace("T", " "), true, doubles, numbers


def by_duckdb(path, schema):
    import duckdb

    types = {
        "INT64": "BIGINT",
        "FLOAT64": "DOUBLE",
        "BOOL": "BOOLEAN",
        "NUMERIC": "DECIMAL(38, 9)",
        "DATE": "DATE",
        "DATETIME": "TIMESTAMP",
        "TIMESTAMP": "TIMESTAMPTZ",
        "JSON": "JSON",
    }
    columns = ", ".join(f"\"{field['name']}\": '{types.get(field['type'], 'VARCHAR')}'" for field in schema)
    return duckdb.execute(
        f"""select count(*), sum(id), sum(amount), count(note), sum(length(note)), max("at"),
              count(*) filter (where ok), sum(share), sum(cast(doc->>'n' as bigint))
            from read_json([?], format = 'newline_delimited', columns = {{{columns}}})""",
        [path],
    ).fetchone()


def by_spark(path, schema):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "512m")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    types = {"FLOAT64": "double", "BOOL": "boolean", "DATE": "date", "DATETIME": "timestamp_ntz", "TIMESTAMP": "timestamp"}
    exact = {"INT64": "bigint", "NUMERIC": "decimal(38, 9)"}
    columns = ", ".join(f"`{field['name']}` {types.get(field['type'], 'string')}" for field in schema)
    casts = [f"cast(`{field['name']}` as {exact[field['type']]})" if field["type"] in exact else f"`{field['name']}`" for field in schema]
    landed = spark.read.schema(columns).option("mode", "FAILFAST").json([path]).selectExpr(*casts)
    landed.toDF(*[field["name"] for field in schema]).createOrReplaceTempView("landed")
    row = spark.sql(
        """select count(*), sum(cast(id as decimal(20, 0))), sum(amount), count(note), sum(length(note)),
             max(`at`), count_if(ok), sum(share), sum(cast(get_json_object(doc, '$.n') as bigint)) from landed"""
    ).first()
    return tuple(row)


def text(value):
    if isinstance(value, decimal.Decimal) and value == value.to_integral_value() and value.as_tuple().exponent == 0:
        return str(value)
    if isinstance(value, (float, decimal.Decimal)):
        return format(decimal.Decimal(value).quantize(decimal.Decimal("0.01")), "f")
    return str(value)


reader, path, schema = sys.argv[1:]
with open(schema, encoding="utf-8") as file:
    fields = json.load(file)
found = {"python": by_python, "duckdb": by_duckdb, "spark": by_spark}[reader](path, fields)
print("found " + "|".join(text(value) for value in found))
