package io.github.nonplus.spark;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/// The perplexities that divide a corpus into parts of equal numbers of documents.
///
/// @param bounds ascending, one less than there are parts; a document at a bound is below it
/// @param law how they were found, in words
record Quantiles(List<Double> bounds, String law) {
  /// @param scored with a column of perplexities, null where there is none
  /// @param sketch how wrong a rank may be, as a share of all; exact if empty
  static Quantiles of(Dataset<Row> scored, String column, int parts, OptionalDouble sketch) {
    Column name = functions.col("`" + column + "`");
    Dataset<Double> values = scored.where(name.isNotNull()).select(name).as(Encoders.DOUBLE());
    return sketch.isPresent()
        ? sketched(values, parts, sketch.getAsDouble())
        : exact(values, parts);
  }

  private static Quantiles sketched(Dataset<Double> values, int parts, double error) {
    double[] shares = new double[parts - 1];
    for (int i = 1; i < parts; i++) {
      shares[i - 1] = (double) i / parts;
    }
    double[] found = values.stat().approxQuantile(values.columns()[0], shares, error);
    return new Quantiles(
        java.util.Arrays.stream(found).boxed().toList(),
        "by a sketch (Greenwald and Khanna): each rank is off by at most %s of all documents"
            .formatted(error));
  }

  /// The value of rank ⌈share · n⌉, by sorting all of them.
  private static Quantiles exact(Dataset<Double> values, int parts) {
    JavaPairRDD<Double, Long> ranked = values.sort(values.columns()[0]).javaRDD().zipWithIndex();
    long count = ranked.count();
    if (count == 0) {
      return new Quantiles(List.of(), "of no document");
    }
    List<Long> ranks = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      ranks.add(Math.max(0, (count * i + parts - 1) / parts - 1));
    }
    Set<Long> wanted = new HashSet<>(ranks);
    var byRank =
        ranked
            .filter(each -> wanted.contains(each._2()))
            .mapToPair(each -> each.swap())
            .collectAsMap();
    return new Quantiles(ranks.stream().map(byRank::get).toList(), "exact, by sorting");
  }
}
