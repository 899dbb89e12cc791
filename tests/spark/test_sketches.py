"""Spark's sketches of distinct listeners and ours are of one kind: either can be merged with the other."""

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from etl.audience.sketches import distinct, merged, sketch


def test_what_spark_sketches_is_read_and_merged_here_and_what_we_sketch_is_read_there(spark: SparkSession) -> None:
    listeners = spark.range(40_000).select((f.col("id") % 20_000).alias("listener_id"))
    [row] = listeners.agg(f.hll_sketch_agg("listener_id").alias("seen")).collect()
    [few] = listeners.where("listener_id < 50").agg(f.hll_sketch_agg("listener_id").alias("seen")).collect()
    assert distinct([few.seen]) == distinct([few.seen, sketch(range(50))]) == 50
    ours = sketch(range(20_000))
    assert distinct([row.seen, ours]) == distinct([row.seen, row.seen]) == distinct([ours, ours])
    both = spark.createDataFrame([(bytearray(ours),), (bytearray(merged([few.seen])),)], "seen binary")
    [[said]] = both.agg(f.hll_sketch_estimate(f.hll_union_agg("seen"))).collect()
    assert said == distinct([ours, few.seen])
