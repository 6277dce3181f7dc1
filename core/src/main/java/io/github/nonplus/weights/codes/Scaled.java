package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Grouped;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Codes row by row, and a scale for each block of rows and columns; the last blocks may be
/// partial. What integers of compressed-tensors, MLX and torchao are stored in, FP8 in tensors,
/// channels and blocks, NVFP4, MXFP4 and MXFP8.
///
/// A weight is (code − zero) · scale, then multiplied or divided by the second scale of the whole
/// matrix, then rounded, then, where there is one, a bias is added and the sum rounded again.
///
/// @param codes the first plane
/// @param scales the second plane
/// @param second the third plane, if it is there
/// @param zeros the last plane, if it is there
/// @param rounding what every step is rounded to: float32, or the type in which a library computes
public record Scaled(
    CodeRows codes, Scales scales, Second second, Zeros zeros, ElementType rounding)
    implements Format {
  static final int CODES = 0;
  static final int SCALES = 1;
  static final int SECOND = 2;

  /// Rows of codes.
  ///
  /// @param bits of one
  /// @param unit bytes, of which a row has a whole number: those of a word
  public record CodeRows(CodeType type, int bits, int unit) {
    public CodeRows {
      if (bits < 1 || bits > 8 || (unit != 1 && unit != 4)) {
        throw new IllegalArgumentException("codes of %d bits in %d bytes".formatted(bits, unit));
      }
    }

    /// Bytes of a row of so many.
    public long rowBytes(int columns) {
      return Math.ceilDiv((long) columns * bits, 8L * unit) * unit;
    }

    String label() {
      return type == CodeType.UNSIGNED
          ? "uint" + bits
          : type == CodeType.SIGNED ? "int8" : type.name().toLowerCase(Locale.ROOT);
    }
  }

  /// One scale for each block.
  ///
  /// @param rows of a block, 0 for all
  /// @param columns of a block, 0 for all
  public record Scales(ScaleType type, int rows, int columns) {
    public Scales {
      if (rows < 0 || columns < 0) {
        throw new IllegalArgumentException("blocks of %d x %d".formatted(rows, columns));
      }
    }

    /// Blocks one below the other.
    public int down(int stored) {
      return rows == 0 ? 1 : Math.ceilDiv(stored, rows);
    }

    /// Blocks side by side.
    public int across(int stored) {
      return columns == 0 ? 1 : Math.ceilDiv(stored, columns);
    }

    int row(int row) {
      return rows == 0 ? 0 : row / rows;
    }

    int column(int column) {
      return columns == 0 ? 0 : column / columns;
    }

    /// One more than the last column of a block.
    int end(int block, int stored) {
      return columns == 0 ? stored : (int) Math.min(stored, (block + 1L) * columns);
    }

    String label() {
      return "%s %sx%s".formatted(type.label(), all(rows), all(columns));
    }

    private static String all(int size) {
      return size == 0 ? "all" : Integer.toString(size);
    }
  }

  /// What becomes of a second scale, one float32.
  public enum Second {
    NONE,
    MULTIPLIES,
    DIVIDES
  }

  /// What moves the codes of a block.
  public enum Zeros {
    /// Nothing.
    NONE,

    /// Half the codes: the middle one means 0.
    MIDDLE,

    /// A byte for each scale, subtracted.
    BYTES,

    /// A code for each scale, subtracted; those of a column of scales are a stream down the rows,
    /// in words one below the other.
    CODES_DOWN,

    /// A number of the scales' type for each scale, added in the end.
    BIASES
  }

  public Scaled {
    boolean floating = codes.type() != CodeType.UNSIGNED && codes.type() != CodeType.SIGNED;
    if (floating && zeros != Zeros.NONE) {
      throw new IllegalArgumentException("%s codes with %s".formatted(codes.type(), zeros));
    }
  }

  @Override
  public String name() {
    StringBuilder name = new StringBuilder(codes.label() + " " + scales.label());
    if (codes.unit() > 1) {
      name.append(" words");
    }
    if (second != Second.NONE) {
      name.append(" second ").append(second.name().toLowerCase(Locale.ROOT));
    }
    if (zeros != Zeros.NONE) {
      name.append(" zero ").append(zeros.name().toLowerCase(Locale.ROOT));
    }
    return name + Rounding.label(rounding);
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "scaled",
        2 + (second == Second.NONE ? 0 : 1) + (hasZeroPlane() ? 1 : 0),
        Map.of(
            "CODE_TYPE", codes.type().code(),
            "CODE_BITS", codes.bits(),
            "UNIT", codes.unit(),
            "SCALE_TYPE", scales.type().code(),
            "BLOCK_ROWS", scales.rows(),
            "BLOCK_COLUMNS", scales.columns(),
            "SECOND", second.ordinal(),
            "ZEROS", zeros.ordinal(),
            "ROUNDING", rounding.code()));
  }

  private boolean hasZeroPlane() {
    return zeros != Zeros.NONE && zeros != Zeros.MIDDLE;
  }

  int zeroPlane() {
    return second == Second.NONE ? 2 : 3;
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    long down = scales.down(rows);
    long count = down * scales.across(columns);
    List<Long> bytes = new ArrayList<>();
    bytes.add(Math.multiplyExact(rows, codes.rowBytes(columns)));
    bytes.add(Math.multiplyExact(count, scales.type().bytes()));
    if (second != Second.NONE) {
      bytes.add((long) Float.BYTES);
    }
    switch (zeros) {
      case NONE, MIDDLE -> {}
      case BYTES -> bytes.add(count);
      case CODES_DOWN ->
          bytes.add(
              Math.multiplyExact(
                  4L * Math.ceilDiv(down * codes.bits(), 32L), scales.across(columns)));
      case BIASES -> bytes.add(Math.multiplyExact(count, scales.type().bytes()));
    }
    return bytes;
  }

  /// Looks at scales, and at codes that may be no numbers, unless a scale is so large that a weight
  /// might not be finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    return isFinite(planes, row) ? -1 : Format.super.firstNonFinite(planes, row);
  }

  private boolean isFinite(Planes planes, int row) {
    int across = scales.across(planes.columns());
    float factor = second == Second.NONE ? 1 : planes.number(SECOND, ElementType.FLOAT32, 0);
    float largest =
        codes.type().largest()
            * Math.max(1, Math.abs(second == Second.DIVIDES ? 1 / factor : factor));
    boolean finite = Float.isFinite(factor);
    for (int block = 0; finite && block < across; block++) {
      long index = (long) scales.row(row) * across + block;
      float scale = scales.type().get(planes, SCALES, index);
      float bias = zeros == Zeros.BIASES ? scales.type().get(planes, zeroPlane(), index) : 0;
      finite =
          Rounding.staysFinite(rounding, scale, largest)
              && Rounding.staysFinite(rounding, Math.abs(scale * largest) + Math.abs(bias), 1);
    }
    return finite
        && codes
            .type()
            .areNumbers(planes, CODES, row * codes.rowBytes(planes.columns()), planes.columns());
  }

  @Override
  public Optional<Grouped> grouped() {
    return ScaledGroups.of(this);
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    long at = row * codes.rowBytes(planes.columns());
    CodeStream stream = CodeStream.of(planes, CODES, at, codes.bits(), column, count);
    float[] numbers = codes.type().numbers();
    float factor = second == Second.NONE ? 1 : planes.number(SECOND, ElementType.FLOAT32, 0);
    int down = scales.row(row);
    for (int k = column; k < column + count; ) {
      int block = scales.column(k);
      int end = Math.min(column + count, scales.end(block, planes.columns()));
      long index = (long) down * scales.across(planes.columns()) + block;
      float scale = scales.type().get(planes, SCALES, index);
      float zero = zero(planes, down, block, index);
      int out = offset + k - column;
      stream.values(numbers, k - column, end - k, target, out);
      for (int i = out; i < out + end - k; i++) {
        target[i] = (target[i] - zero) * scale;
      }
      switch (second) {
        case NONE -> {}
        case MULTIPLIES -> {
          for (int i = out; i < out + end - k; i++) {
            target[i] *= factor;
          }
        }
        case DIVIDES -> {
          for (int i = out; i < out + end - k; i++) {
            target[i] /= factor;
          }
        }
      }
      Rounding.round(rounding, target, out, end - k);
      if (zeros == Zeros.BIASES) {
        float bias = scales.type().get(planes, zeroPlane(), index);
        for (int i = out; i < out + end - k; i++) {
          target[i] += bias;
        }
        Rounding.round(rounding, target, out, end - k);
      }
      k = end;
    }
  }

  /// What is subtracted from the codes of a block, exactly.
  float zero(Planes planes, int down, int block, long index) {
    return switch (zeros) {
      case NONE, BIASES -> 0;
      case MIDDLE -> 1 << codes.bits() - 1;
      case BYTES -> planes.signed(zeroPlane(), index);
      case CODES_DOWN -> {
        int across = scales.across(planes.columns());
        yield Words.code(planes, zeroPlane(), codes.bits(), down, block, across);
      }
    };
  }
}
