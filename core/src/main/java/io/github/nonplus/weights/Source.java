package io.github.nonplus.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// How a parameter of a model is made of the tensors that a checkpoint stores:
/// `Source.stored("h.0.attn.c_attn.weight", 768, 2304).transposed().rows(0, 768)`.
///
/// Everything is a matrix of `rows` by `columns`; a vector has one column, and a stored tensor of
/// more than two dimensions has as columns its last. A source whose parts do not fit each other is
/// an [IllegalArgumentException]: shapes follow from a configuration, not from files.
public sealed interface Source {
  int rows();

  int columns();

  /// A tensor of the checkpoint by its name, in exactly that shape.
  record Stored(String name, List<Integer> shape) implements Source {
    public Stored {
      shape = List.copyOf(shape);
      if (shape.stream().anyMatch(dimension -> dimension < 1)) {
        throw new IllegalArgumentException("%s of shape %s".formatted(name, shape));
      }
    }

    @Override
    public int rows() {
      int rows = 1;
      for (int dimension : shape.size() < 2 ? shape : shape.subList(0, shape.size() - 1)) {
        rows = Math.multiplyExact(rows, dimension);
      }
      return rows;
    }

    @Override
    public int columns() {
      return shape.size() < 2 ? 1 : shape.getLast();
    }
  }

  /// The rows `from` (inclusive) to `to` (exclusive).
  record Rows(Source of, int from, int to) implements Source {
    public Rows {
      Objects.checkFromToIndex(from, to, of.rows());
    }

    @Override
    public int rows() {
      return to - from;
    }

    @Override
    public int columns() {
      return of.columns();
    }
  }

  /// Rows in another order.
  record Gathered(Source of, RowOrder order) implements Source {
    public Gathered {
      Objects.checkFromToIndex(0, order.end(), of.rows());
    }

    @Override
    public int rows() {
      return order.count();
    }

    @Override
    public int columns() {
      return of.columns();
    }
  }

  /// Columns as rows.
  record Transposed(Source of) implements Source {
    @Override
    public int rows() {
      return of.columns();
    }

    @Override
    public int columns() {
      return of.rows();
    }
  }

  /// The rows of one after those of another.
  record Concatenated(List<Source> parts) implements Source {
    public Concatenated {
      parts = List.copyOf(parts);
      if (parts.stream().map(Source::columns).distinct().count() != 1) {
        throw new IllegalArgumentException(
            "columns of " + parts.stream().map(Source::columns).toList());
      }
    }

    @Override
    public int rows() {
      return parts.stream().mapToInt(Source::rows).reduce(0, Math::addExact);
    }

    @Override
    public int columns() {
      return parts.getFirst().columns();
    }
  }

  /// All numbers, row by row, as a vector.
  record Flattened(Source of) implements Source {
    @Override
    public int rows() {
      return Math.multiplyExact(of.rows(), of.columns());
    }

    @Override
    public int columns() {
      return 1;
    }
  }

  /// Positions as waves, which no checkpoint stores: row p holds the sines of p · 10000^(−i / (n −
  /// 1)) for i below n, half of the columns, and then their cosines; each rounded once.
  ///
  /// @param zero the row that is 0 instead; −1 for none
  record Sinusoids(int rows, int columns, int zero) implements Source {
    public Sinusoids {
      if (rows < 1 || columns < 4 || columns % 2 != 0) {
        throw new IllegalArgumentException("%d waves of %d positions".formatted(columns, rows));
      }
    }

    /// All numbers, row by row.
    public float[] values() {
      float[] values = new float[Math.multiplyExact(rows, columns)];
      int half = columns / 2;
      for (int i = 0; i < half; i++) {
        double speed = StrictMath.exp(-i * StrictMath.log(10_000) / (half - 1));
        for (int p = 0; p < rows; p++) {
          if (p != zero) {
            values[p * columns + i] = (float) StrictMath.sin(p * speed);
            values[p * columns + half + i] = (float) StrictMath.cos(p * speed);
          }
        }
      }
      return values;
    }
  }

  /// One of two ways to store the same: the first, if all its tensors are there. Only as a whole
  /// parameter.
  record Either(Source first, Source second) implements Source {
    public Either {
      if (first.rows() != second.rows() || first.columns() != second.columns()) {
        throw new IllegalArgumentException("%s is not as large as %s".formatted(first, second));
      }
    }

    @Override
    public int rows() {
      return first.rows();
    }

    @Override
    public int columns() {
      return first.columns();
    }
  }

  /// The stored tensor of that name and shape.
  static Source stored(String name, int... shape) {
    List<Integer> dimensions = new ArrayList<>();
    for (int dimension : shape) {
      dimensions.add(dimension);
    }
    return new Stored(name, dimensions);
  }

  /// The rows of one after those of another.
  static Source concatenated(List<Source> parts) {
    return new Concatenated(parts);
  }

  /// This way of storing it, or where that is not there, another.
  default Source or(Source other) {
    return new Either(this, other);
  }

  /// The way that is there of several; the first if none is.
  default Source resolved(Predicate<String> isStored) {
    return resolved(isStored, _ -> true);
  }

  /// The same, where ways may differ in nothing but the shape of their tensors.
  ///
  /// @param fits whether a tensor that is there has that shape
  default Source resolved(Predicate<String> isStored, Predicate<Stored> fits) {
    if (this instanceof Either(Source first, Source second)) {
      boolean isSecond =
          second.isThere(tensor -> isStored.test(tensor.name()))
              && (!first.isThere(tensor -> isStored.test(tensor.name()))
                  || !first.isThere(fits) && second.isThere(fits));
      return (isSecond ? second : first).resolved(isStored, fits);
    }
    return this;
  }

  /// Whether all tensors of one way are.
  private boolean isThere(Predicate<Stored> stored) {
    return this instanceof Either(Source first, Source second)
        ? first.isThere(stored) || second.isThere(stored)
        : tensors().allMatch(stored);
  }

  /// The rows `from` (inclusive) to `to` (exclusive).
  default Source rows(int from, int to) {
    return new Rows(this, from, to);
  }

  /// Rows in another order, possibly not all.
  default Source gathered(RowOrder order) {
    return new Gathered(this, order);
  }

  /// Columns as rows: what is stored inputs × outputs.
  default Source transposed() {
    return new Transposed(this);
  }

  /// All numbers, row by row, as a vector.
  default Source flattened() {
    return new Flattened(this);
  }

  /// The same made of other tensors.
  ///
  /// @param others what stands in the place of each stored one, of the same rows and columns
  default Source with(Function<Stored, Source> others) {
    return switch (this) {
      case Stored stored -> others.apply(stored);
      case Rows rows -> rows.of().with(others).rows(rows.from(), rows.to());
      case Gathered gathered -> gathered.of().with(others).gathered(gathered.order());
      case Transposed transposed -> transposed.of().with(others).transposed();
      case Concatenated concatenated ->
          concatenated(concatenated.parts().stream().map(part -> part.with(others)).toList());
      case Flattened flattened -> flattened.of().with(others).flattened();
      case Sinusoids waves -> waves;
      case Either either -> new Either(either.first().with(others), either.second().with(others));
    };
  }

  /// The stored tensors that it is made of.
  default Stream<Stored> tensors() {
    return switch (this) {
      case Stored stored -> Stream.of(stored);
      case Rows rows -> rows.of().tensors();
      case Gathered gathered -> gathered.of().tensors();
      case Transposed transposed -> transposed.of().tensors();
      case Concatenated concatenated -> concatenated.parts().stream().flatMap(Source::tensors);
      case Flattened flattened -> flattened.of().tensors();
      case Sinusoids _ -> Stream.empty();
      case Either either -> Stream.concat(either.first().tensors(), either.second().tensors());
    };
  }
}
