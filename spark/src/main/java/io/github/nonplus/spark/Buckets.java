package io.github.nonplus.spark;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/// Names of parts of a corpus, from the least perplexing documents to the most.
final class Buckets {
  /// The column that says which.
  static final String COLUMN = "bucket";

  /// Of documents without a score.
  static final String NONE = "none";

  private Buckets() {}

  /// Of three: head, middle, tail. Of others: 1, 2, 3, …
  static List<String> names(int count) {
    return count == 3
        ? List.of("head", "middle", "tail")
        : java.util.stream.IntStream.rangeClosed(1, count).mapToObj(Integer::toString).toList();
  }

  /// The column, of a perplexity.
  static Column of(Column perplexity, Quantiles quantiles, int count) {
    List<String> names = names(count);
    Column bucket = functions.when(perplexity.isNull(), NONE);
    for (int i = 0; i < quantiles.bounds().size(); i++) {
      bucket = bucket.when(perplexity.leq(quantiles.bounds().get(i)), names.get(i));
    }
    return bucket.otherwise(names.getLast());
  }
}
