package io.github.nonplus.spark;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.execution.datasources.FilePartition;
import org.apache.spark.sql.execution.datasources.FileScanRDD;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import scala.jdk.javaapi.CollectionConverters;

/// How Spark divides the files of an input, and how many tasks share each part.
///
/// @param slices of each partition
/// @param digest of all parts: files, ranges of bytes, times of last change. Where it is equal,
///   partition `i` is what it was
record InputDivision(int[] slices, String digest) {
  /// More would read a part too often.
  private static final int MOST_SLICES = 256;

  /// @param rows of files, that nothing has shuffled
  /// @param bytes of the files that one task should score
  static InputDivision of(RDD<?> rows, long bytes) {
    FilePartition[] partitions =
        CollectionConverters.asJava(scan(rows).filePartitions()).toArray(FilePartition[]::new);
    Digest digest = Digest.sha256();
    int[] slices = new int[partitions.length];
    for (int p = 0; p < partitions.length; p++) {
      long length = 0;
      for (PartitionedFile file : partitions[p].files()) {
        length += file.length();
        digest.add(line(p, file).getBytes(StandardCharsets.UTF_8));
      }
      slices[p] = Math.clamp((length + bytes - 1) / bytes, 1, MOST_SLICES);
    }
    digest.add(Arrays.toString(slices).getBytes(StandardCharsets.UTF_8));
    return new InputDivision(slices, digest.hex());
  }

  private static String line(int partition, PartitionedFile file) {
    return "%d %s %d %d %d\n"
        .formatted(
            partition, file.filePath(), file.start(), file.length(), file.modificationTime());
  }

  private static FileScanRDD scan(RDD<?> rows) {
    RDD<?> at = rows;
    while (!(at instanceof FileScanRDD)) {
      var dependencies = CollectionConverters.asJava(at.dependencies());
      if (dependencies.size() != 1) {
        throw new CorpusException("the input holds no file with rows; give another with --input");
      }
      Dependency<?> only = dependencies.getFirst();
      at = only.rdd();
    }
    return (FileScanRDD) at;
  }

  /// How many tasks there are.
  int tasks() {
    return IntStream.of(slices).sum();
  }
}
