package io.github.nonplus.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The parameters of a model, made of what a checkpoint stores. A parameter without a [Source] is
/// the stored tensor of its very name. Slices, gathers and transposes are not copied; what is
/// concatenated is, once, as float32.
public final class AssembledWeights implements ModelWeights {
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Dense SINGLES = new Dense(ElementType.FLOAT32);

  private final StoredWeights stored;
  private final Map<String, Source> sources;
  private final Arena arena = Arena.ofShared();
  private final Map<Source, Matrix> matrices = new HashMap<>();

  /// @param stored is closed together with this
  /// @param sources by the name of the parameter
  public AssembledWeights(StoredWeights stored, Map<String, Source> sources) {
    this.stored = stored;
    Map<String, Source> resolved = new HashMap<>(sources);
    resolved.replaceAll(
        (_, source) ->
            source.resolved(
                stored::contains, tensor -> stored.isShaped(tensor.name(), tensor.shape())));
    this.sources = Map.copyOf(resolved);
  }

  @Override
  public Path path() {
    return stored.path();
  }

  @Override
  public boolean contains(String name) {
    Source source = sources.get(name);
    return source == null
        ? stored.contains(name)
        : source.tensors().allMatch(tensor -> stored.contains(tensor.name()));
  }

  @Override
  public synchronized Matrix matrix(String name, int rows, int columns) {
    Source source = sources.get(name);
    if (source == null) {
      return matrix(Source.stored(name, rows, columns));
    }
    require(name, source, rows, columns);
    return matrix(source);
  }

  @Override
  public synchronized float[] vector(String name, int length) {
    Source source = sources.get(name);
    if (source == null) {
      return stored.vector(name, length);
    }
    require(name, source, length, 1);
    return values(source);
  }

  /// How that matrix will be stored and read. Looks at headers, not at values.
  public MatrixForm form(String name, int rows, int columns) {
    Source source = sources.getOrDefault(name, Source.stored(name, rows, columns));
    require(name, source, rows, columns);
    return unread(source).form();
  }

  private Matrix unread(Source source) {
    return switch (source) {
      case Source.Stored tensor -> stored.unread(tensor.name(), tensor.shape());
      case Source.Rows rows -> unread(rows.of()).slice(rows.from(), rows.to());
      case Source.Gathered gathered -> unread(gathered.of()).gather(gathered.order());
      case Source.Transposed transposed -> unread(transposed.of()).transpose();
      case Source.Concatenated _, Source.Flattened _, Source.Sinusoids _ ->
          matrix(source); // small, and copied
      case Source.Either _ -> throw unresolved(source);
    };
  }

  private static void require(String name, Source source, int rows, int columns) {
    if (source.rows() != rows || source.columns() != columns) {
      throw new IllegalArgumentException(
          "'%s' is %d x %d, its source %d x %d"
              .formatted(name, rows, columns, source.rows(), source.columns()));
    }
  }

  private Matrix matrix(Source source) {
    Matrix known = matrices.get(source);
    if (known == null) {
      known = made(source);
      matrices.put(source, known);
    }
    return known;
  }

  private Matrix made(Source source) {
    return switch (source) {
      case Source.Stored tensor -> stored.matrix(tensor.name(), tensor.shape());
      case Source.Rows rows -> matrix(rows.of()).slice(rows.from(), rows.to());
      case Source.Gathered gathered -> matrix(gathered.of()).gather(gathered.order());
      case Source.Transposed transposed -> matrix(transposed.of()).transpose();
      case Source.Concatenated _, Source.Flattened _, Source.Sinusoids _ -> singles(source);
      case Source.Either _ -> throw unresolved(source);
    };
  }

  private static IllegalStateException unresolved(Source source) {
    return new IllegalStateException("a choice within a parameter: " + source);
  }

  /// A copy.
  private Matrix singles(Source source) {
    float[] values = values(source);
    MemorySegment data = arena.allocate(4L * values.length);
    MemorySegment.copy(values, 0, data, SINGLE, 0, values.length);
    return SINGLES.matrix(source.rows(), source.columns(), data);
  }

  /// All numbers, row by row.
  private float[] values(Source source) {
    return switch (source) {
      case Source.Stored tensor when tensor.shape().size() == 1 ->
          stored.vector(tensor.name(), tensor.rows());
      case Source.Flattened flattened -> values(flattened.of());
      case Source.Sinusoids waves -> waves.values();
      case Source.Concatenated concatenated -> {
        float[] all = new float[Math.multiplyExact(source.rows(), source.columns())];
        int at = 0;
        for (Source part : concatenated.parts()) {
          float[] values = values(part);
          System.arraycopy(values, 0, all, at, values.length);
          at += values.length;
        }
        yield all;
      }
      case Source.Rows rows when rows.columns() == 1 ->
          Arrays.copyOfRange(values(rows.of()), rows.from(), rows.to());
      case Source.Either _ -> throw unresolved(source);
      case Source.Stored _, Source.Rows _, Source.Gathered _, Source.Transposed _ -> {
        float[] all = new float[Math.multiplyExact(source.rows(), source.columns())];
        matrix(source).decode(0, source.rows(), all, 0);
        yield all;
      }
    };
  }

  @Override
  public String digest() {
    return stored.digest();
  }

  @Override
  public long bytes() {
    return stored.bytes();
  }

  @Override
  public synchronized void close() {
    stored.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
