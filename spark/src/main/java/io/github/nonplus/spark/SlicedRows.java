package io.github.nonplus.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/// The rows of an input, each of its partitions shared out to several tasks without a shuffle: of
/// `n` slices, slice `s` has the rows `s`, `s + n`, `s + 2n`, … of the partition. Every slice reads
/// the whole partition, which costs far less than scoring a row of it; a group of rows of a Parquet
/// file, which nobody can read in parts, is hours of work for one task.
final class SlicedRows extends RDD<Row> {
  private final transient RDD<Row> whole;
  private final int[] slices;

  /// @param slices of each partition, at least 1
  SlicedRows(RDD<Row> whole, int[] slices) {
    super(whole.context(), dependency(whole, slices), ClassTag$.MODULE$.apply(Row.class));
    this.whole = whole;
    this.slices = slices.clone();
  }

  /// A slice of a partition.
  private record Slice(int index, Partition whole, int slice, int of) implements Partition {
    @Override
    public int hashCode() {
      return index;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Slice slice && slice.index == index;
    }
  }

  private static Seq<Dependency<?>> dependency(RDD<Row> whole, int[] slices) {
    int[] parents =
        IntStream.range(0, slices.length)
            .flatMap(p -> IntStream.generate(() -> p).limit(slices[p]))
            .toArray();
    List<Dependency<?>> one = List.of(new OnOne(whole, parents));
    return CollectionConverters.asScala(one).toSeq();
  }

  /// Each slice needs one partition.
  private static final class OnOne extends NarrowDependency<Row> {
    private final int[] parents;

    OnOne(RDD<Row> whole, int[] parents) {
      super(whole);
      this.parents = parents;
    }

    @Override
    public Seq<Object> getParents(int partition) {
      return CollectionConverters.asScala(List.<Object>of(parents[partition])).toSeq();
    }
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] wholes = whole.partitions();
    List<Partition> all = new ArrayList<>(Arrays.stream(slices).sum());
    for (int p = 0; p < wholes.length; p++) {
      for (int s = 0; s < slices[p]; s++) {
        all.add(new Slice(all.size(), wholes[p], s, slices[p]));
      }
    }
    return all.toArray(Partition[]::new);
  }

  @Override
  public scala.collection.Iterator<Row> compute(Partition partition, TaskContext context) {
    Slice slice = (Slice) partition;
    Iterator<Row> rows =
        CollectionConverters.asJava(
            firstParent(ClassTag$.MODULE$.<Row>apply(Row.class)).iterator(slice.whole, context));
    return CollectionConverters.asScala(slice.of == 1 ? rows : new EveryNth(rows, slice));
  }

  /// The rows of a slice.
  private static final class EveryNth implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final int of;
    private int skip;

    EveryNth(Iterator<Row> rows, Slice slice) {
      this.rows = rows;
      this.of = slice.of;
      this.skip = slice.slice;
    }

    @Override
    public boolean hasNext() {
      for (; skip > 0 && rows.hasNext(); skip--) {
        rows.next();
      }
      return rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      skip = of - 1;
      return rows.next();
    }
  }
}
