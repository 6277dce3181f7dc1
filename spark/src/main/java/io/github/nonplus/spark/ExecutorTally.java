package io.github.nonplus.spark;

import io.github.nonplus.perplexity.PeakMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/// What executors did, by executor: brought to the driver with each task that ends.
final class ExecutorTally
    extends AccumulatorV2<ExecutorTally.Entry, Map<String, ExecutorTally.Entry>> {
  /// One executor.
  ///
  /// @param models that its JVM opened
  /// @param memory peak resident bytes, 0 where the system does not tell
  record Entry(String executor, int models, long memory) implements java.io.Serializable {
    Entry larger(Entry other) {
      return new Entry(executor, Math.max(models, other.models), Math.max(memory, other.memory));
    }
  }

  private final Map<String, Entry> entries;

  ExecutorTally() {
    this(Map.of());
  }

  private ExecutorTally(Map<String, Entry> entries) {
    this.entries = new HashMap<>(entries);
  }

  /// This executor, now.
  static Entry here() {
    Long peak = PeakMemory.bytes();
    return new Entry(ExecutorModel.where(), ExecutorModel.opened(), peak == null ? 0 : peak);
  }

  @Override
  public boolean isZero() {
    return entries.isEmpty();
  }

  @Override
  public AccumulatorV2<Entry, Map<String, Entry>> copy() {
    return new ExecutorTally(entries);
  }

  @Override
  public void reset() {
    entries.clear();
  }

  @Override
  public void add(Entry entry) {
    entries.merge(entry.executor(), entry, Entry::larger);
  }

  @Override
  public void merge(AccumulatorV2<Entry, Map<String, Entry>> other) {
    other.value().values().forEach(this::add);
  }

  @Override
  public Map<String, Entry> value() {
    return new TreeMap<>(entries);
  }
}
