package io.github.nonplus.spark;

import io.github.nonplus.scoring.DocumentScorer;
import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/// Scores a partition.
///
/// @param finished partitions whose output is there already
/// @param tally takes what the executor did; null where nobody asks
record ScoreTask(
    ModelChoice model,
    DocumentChoice documents,
    Expected expected,
    TextPlace place,
    Set<Integer> finished,
    ExecutorTally tally)
    implements MapPartitionsFunction<Row, Row>, Function2<Integer, Iterator<Row>, Iterator<Row>> {
  @Override
  public Iterator<Row> call(Integer partition, Iterator<Row> rows) {
    return finished.contains(partition) ? Collections.emptyIterator() : call(rows);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    DocumentScorer scorer = ExecutorModel.of(model, expected).documents(documents);
    return new RowScorer(
        rows,
        scorer,
        place,
        () -> {
          if (tally != null) {
            tally.add(ExecutorTally.here());
          }
        });
  }
}
