package io.github.nonplus.journal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Which run a journal is of.
///
/// @param windows of the whole run
/// @param shard which of them are in this journal
/// @param run everything that the bits of a loss depend on, by name and in order: digests mostly.
///   Two journals whose `run` is equal can be joined; a run goes on only from one of its own
/// @param account what else the result will say; not compared
public record JournalHeader(int windows, Shard shard, Map<String, String> run, ObjectNode account) {
  private static final String ABSENT = "not said";

  public JournalHeader {
    run = Collections.unmodifiableMap(new LinkedHashMap<>(run));
    if (windows < shard.of()) {
      throw new IllegalArgumentException("%d windows in %d parts".formatted(windows, shard.of()));
    }
  }

  /// The first window of this journal, counted from 0.
  public int first() {
    return shard.first(windows);
  }

  /// The window after its last.
  public int end() {
    return shard.end(windows);
  }

  /// The first thing in which this run differs from another, as words that fit after a colon; null
  /// if they are the same.
  public String difference(Map<String, String> other) {
    TreeSet<String> more = new TreeSet<>(other.keySet());
    more.removeAll(run.keySet());
    for (String name : Stream.concat(run.keySet().stream(), more.stream()).toList()) {
      String mine = run.getOrDefault(name, ABSENT);
      String its = other.getOrDefault(name, ABSENT);
      if (!mine.equals(its)) {
        return "%s: %s here, %s there".formatted(name, mine, its);
      }
    }
    return null;
  }
}
