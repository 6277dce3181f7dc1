package io.github.nonplus.spark;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/// Spark in this JVM, two tasks at a time.
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession open(Path folder) {
    return SparkSession.builder()
        .master("local[2]")
        .appName("test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 3)
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toUri().toString())
        .config("spark.local.dir", folder.resolve("local").toString())
        .getOrCreate();
  }
}
