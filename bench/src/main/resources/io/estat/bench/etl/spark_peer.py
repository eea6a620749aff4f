# Lands one table with Spark's JDBC source, as often as it is asked to: a line on standard input is a folder.
# The session is made once, so what is timed is warm.
import sys

from pyspark.sql import SparkSession

url, user, password, table, rows, driver = sys.argv[1:]
spark = (
    SparkSession.builder.master("local[*]")
    .config("spark.jars", driver)
    .config("spark.driver.extraClassPath", driver)
    .config("spark.driver.memory", "3g")
    .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.ui.enabled", "false")
    # The level of the others; Hadoop's own default is slower.
    .config("spark.hadoop.zlib.compress.level", "BEST_SPEED")
    .getOrCreate()
)
options = {"user": user, "password": password, "fetchsize": "10000", "driver": "org.postgresql.Driver"}
print("ready " + spark.version, flush=True)
for line in sys.stdin:
    frame = spark.read.jdbc(
        url, table, column="id", lowerBound=1, upperBound=int(rows), numPartitions=4, properties=options
    )
    frame.write.mode("overwrite").option("compression", "gzip").json("file://" + line.strip())
    print("landed", flush=True)
