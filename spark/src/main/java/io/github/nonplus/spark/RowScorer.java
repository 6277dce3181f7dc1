package io.github.nonplus.spark;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.NotFiniteException;
import io.github.nonplus.scoring.DocumentScore;
import io.github.nonplus.scoring.DocumentScorer;
import io.github.nonplus.scoring.PreparedDocument;
import io.github.nonplus.screen.OneLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/// The rows of a partition with their scores, as many at a time as make a batch of the device. What
/// is wrong with one row is a sentence in it; what is wrong with the machine ends the task, which
/// Spark then runs elsewhere.
final class RowScorer implements Iterator<Row> {
  private static final int MOST_ROWS = 1024;

  private final Iterator<Row> rows;
  private final DocumentScorer documents;
  private final TextPlace place;
  private final Runnable watcher;
  private final Deque<Row> done = new ArrayDeque<>();

  /// @param rows whose last column is the text's bytes, which scores take the place of
  /// @param watcher is called after each batch
  RowScorer(Iterator<Row> rows, DocumentScorer documents, TextPlace place, Runnable watcher) {
    this.rows = rows;
    this.documents = documents;
    this.place = place;
    this.watcher = watcher;
  }

  /// A row that waits to be scored; `prepared` is null if it cannot be.
  private record Waiting(Object[] values, PreparedDocument prepared) {}

  @Override
  public boolean hasNext() {
    return !done.isEmpty() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (done.isEmpty()) {
      fill();
    }
    return done.pop();
  }

  private void fill() {
    List<Waiting> waiting = new ArrayList<>();
    long tokens = 0;
    while (rows.hasNext() && waiting.size() < MOST_ROWS && tokens < documents.batchTokens()) {
      requireWanted();
      Waiting next = prepared(rows.next());
      tokens += next.prepared == null ? 0 : next.prepared.fed();
      waiting.add(next);
    }
    List<Waiting> scorable = waiting.stream().filter(each -> each.prepared != null).toList();
    score(scorable);
    watcher.run();
    waiting.forEach(each -> done.add(RowFactory.create(each.values)));
  }

  private Waiting prepared(Row row) {
    Object[] values = new Object[place.column() + ScoreColumns.COUNT];
    for (int i = 0; i < place.column(); i++) {
      values[i] = row.get(i);
    }
    try {
      return new Waiting(values, documents.prepare(place.of(row)));
    } catch (RuntimeException e) {
      ScoreColumns.fill(values, sentence(e));
      return new Waiting(values, null);
    }
  }

  private void score(List<Waiting> waiting) {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      List<DocumentScore> scores =
          documents.score(waiting.stream().map(Waiting::prepared).toList());
      for (int i = 0; i < scores.size(); i++) {
        ScoreColumns.fill(waiting.get(i).values, scores.get(i));
      }
    } catch (RuntimeException e) {
      String sentence = sentence(e);
      if (waiting.size() == 1) {
        ScoreColumns.fill(waiting.getFirst().values, sentence);
      } else {
        waiting.forEach(each -> score(List.of(each))); // so that only those at fault have none
      }
    }
  }

  /// What a row says of a failure that is its own.
  private static String sentence(RuntimeException failure) {
    requireWanted();
    return switch (failure) {
      case CorpusException e -> e.getMessage();
      case NotFiniteException e -> e.getMessage();
      case NonplusException e -> throw e;
      default -> OneLine.of("this is a bug in Nonplus, please report it: " + failure);
    };
  }

  /// Ends a task that Spark has given up: what fails then says nothing of the row.
  private static void requireWanted() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException("no longer wanted");
    }
  }
}
