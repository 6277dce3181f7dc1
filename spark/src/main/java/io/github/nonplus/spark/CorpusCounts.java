package io.github.nonplus.spark;

import io.github.nonplus.report.page.CorpusSummary;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/// What the scores of a corpus add up to. The sum of losses is exact before it is rounded once, so
/// that it does not depend on how documents are divided.
final class CorpusCounts implements java.io.Serializable {
  private static final long serialVersionUID = 1;

  private long documents;
  private long failed;
  private long truncated;
  private long tokens;
  private BigDecimal nll = BigDecimal.ZERO;
  private boolean infinite;
  private final TreeMap<Integer, Long> histogram = new TreeMap<>();

  /// Of scored documents.
  static CorpusCounts of(Dataset<Row> scored, String prefix) {
    Dataset<Row> columns =
        scored.select(
            functions.col(prefix + "nll"),
            functions.col(prefix + "tokens"),
            functions.col(prefix + "perplexity"),
            functions.col(prefix + "truncated"));
    List<CorpusCounts> parts = columns.javaRDD().mapPartitions(CorpusCounts::ofPartition).collect();
    CorpusCounts all = new CorpusCounts();
    parts.forEach(all::add);
    return all;
  }

  private static Iterator<CorpusCounts> ofPartition(Iterator<Row> rows) {
    CorpusCounts counts = new CorpusCounts();
    rows.forEachRemaining(counts::add);
    return List.of(counts).iterator();
  }

  private void add(Row row) {
    documents++;
    if (row.isNullAt(0)) {
      failed++;
      return;
    }
    double sum = row.getDouble(0);
    if (Double.isInfinite(sum)) {
      infinite = true;
    } else {
      nll = nll.add(new BigDecimal(sum));
    }
    tokens += row.getLong(1);
    truncated += row.getBoolean(3) ? 1 : 0;
    histogram.merge(CorpusSummary.bin(row.getDouble(2)), 1L, Long::sum);
  }

  private void add(CorpusCounts other) {
    documents += other.documents;
    failed += other.failed;
    truncated += other.truncated;
    tokens += other.tokens;
    nll = nll.add(other.nll);
    infinite |= other.infinite;
    other.histogram.forEach((bin, count) -> histogram.merge(bin, count, Long::sum));
  }

  long documents() {
    return documents;
  }

  long failed() {
    return failed;
  }

  long truncated() {
    return truncated;
  }

  long tokens() {
    return tokens;
  }

  /// Sum of all losses, in nats.
  double nll() {
    return infinite ? Double.POSITIVE_INFINITY : nll.doubleValue();
  }

  /// Documents by the bin of their perplexity.
  Map<Integer, Long> histogram() {
    return histogram;
  }
}
