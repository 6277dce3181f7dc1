package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.codes.Scaled.CodeRows;
import io.github.nonplus.weights.codes.Scaled.Scales;
import io.github.nonplus.weights.codes.Scaled.Second;
import io.github.nonplus.weights.codes.Scaled.Zeros;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Formats of codes in each of their settings, with random matrices: rows and columns that fill no
/// block, where a format has such.
public record FormatCases(Format format, int rows, int columns) {
  /// All of them.
  public static List<FormatCases> all() {
    List<FormatCases> cases = new ArrayList<>();
    for (int bits : new int[] {2, 3, 4, 5, 6, 8}) {
      CodeRows words = new CodeRows(CodeType.UNSIGNED, bits, 4);
      add(cases, words, new Scales(ScaleType.FLOAT16, 1, 32), Second.NONE, Zeros.BIASES, 7, 96);
      add(cases, words, new Scales(ScaleType.BFLOAT16, 1, 32), Second.NONE, Zeros.MIDDLE, 5, 70);
      add(cases, words, new Scales(ScaleType.FLOAT32, 1, 0), Second.NONE, Zeros.CODES_DOWN, 37, 40);
    }
    CodeRows int8 = new CodeRows(CodeType.SIGNED, 8, 1);
    CodeRows e4m3 = new CodeRows(CodeType.E4M3, 8, 1);
    CodeRows e5m2 = new CodeRows(CodeType.E5M2, 8, 1);
    CodeRows e2m1 = new CodeRows(CodeType.E2M1, 4, 1);
    add(cases, int8, new Scales(ScaleType.FLOAT32, 1, 0), Second.MULTIPLIES, Zeros.NONE, 6, 33);
    add(cases, int8, new Scales(ScaleType.BFLOAT16, 1, 16), Second.NONE, Zeros.BYTES, 6, 33);
    add(cases, e4m3, new Scales(ScaleType.FLOAT32, 16, 16), Second.NONE, Zeros.NONE, 21, 37);
    add(cases, e4m3, new Scales(ScaleType.BFLOAT16, 0, 0), Second.NONE, Zeros.NONE, 6, 33);
    add(cases, e4m3, new Scales(ScaleType.E8M0, 1, 32), Second.NONE, Zeros.NONE, 6, 64);
    add(cases, e5m2, new Scales(ScaleType.FLOAT16, 1, 0), Second.NONE, Zeros.NONE, 6, 64);
    add(cases, e2m1, new Scales(ScaleType.E4M3, 1, 16), Second.DIVIDES, Zeros.NONE, 6, 64);
    add(cases, e2m1, new Scales(ScaleType.E4M3, 1, 16), Second.MULTIPLIES, Zeros.NONE, 6, 64);
    add(cases, e2m1, new Scales(ScaleType.E8M0, 1, 32), Second.NONE, Zeros.NONE, 6, 96);
    ElementType half = ElementType.FLOAT16;
    ElementType brain = ElementType.BFLOAT16;
    ElementType exact = ElementType.FLOAT32;
    for (int bits : new int[] {2, 3, 4, 8}) {
      ElementType rounding = bits == 3 ? half : exact;
      cases.add(new FormatCases(new Gptq(bits, 32, false, 1, half, rounding), 40, 96));
      cases.add(new FormatCases(new Gptq(bits, 32, true, 0, half, exact), 32, 80));
    }
    cases.add(new FormatCases(new Float8(CodeType.E5M2, Optional.empty(), half), 6, 33));
    for (ElementType scale : List.of(exact, half, brain)) {
      cases.add(new FormatCases(new Float8(CodeType.E4M3, Optional.of(scale), half), 6, 33));
    }
    cases.add(new FormatCases(new Gptq(4, 0, false, 1, brain, brain), 9, 64));
    cases.add(new FormatCases(new Awq(32, half, exact), 40, 80));
    cases.add(new FormatCases(new Awq(0, half, half), 16, 33));
    cases.add(new FormatCases(new TableBlocks(64, 0, exact), 5, 45));
    cases.add(new FormatCases(new TableBlocks(64, 4, half), 15, 67));
    for (int bits : new int[] {1, 2, 3, 4, 8}) {
      cases.add(new FormatCases(new Hqq(bits, 16, false, half, bits < 3 ? exact : half), 16, 40));
      cases.add(new FormatCases(new Hqq(bits, 16, true, brain, bits < 3 ? brain : exact), 16, 40));
    }
    return cases;
  }

  private static void add(
      List<FormatCases> cases,
      CodeRows codes,
      Scales scales,
      Second second,
      Zeros zeros,
      int rows,
      int columns) {
    Format format = new Scaled(codes, scales, second, zeros, ElementType.FLOAT32);
    cases.add(new FormatCases(format, rows, columns));
    if (codes.bits() == 4 || scales.type() == ScaleType.BFLOAT16) {
      ElementType rounding =
          zeros == Zeros.NONE || zeros == Zeros.BIASES ? ElementType.BFLOAT16 : ElementType.FLOAT16;
      Format rounded = new Scaled(codes, scales, second, zeros, rounding);
      cases.add(new FormatCases(rounded, rows, columns));
    }
  }

  /// Random codes and scales of about 1; the same each time.
  public Matrix matrix() {
    Random random = new Random(format.name().hashCode());
    List<Long> bytes = format.planeBytes(rows, columns);
    List<MemorySegment> planes = new ArrayList<>();
    for (int plane = 0; plane < bytes.size(); plane++) {
      byte[] data = new byte[Math.toIntExact(bytes.get(plane))];
      random.nextBytes(data);
      fill(plane, bytes.size(), data, random);
      planes.add(MemorySegment.ofArray(data));
    }
    return Matrix.of(format, rows, columns, planes);
  }

  /// Bytes of the plane that says where to look, of which not every change is a matrix; -1 if there
  /// is none.
  long indexPlane() {
    return format instanceof Gptq gptq && gptq.indexed() ? 4L * columns : -1;
  }

  /// Makes numbers of what are numbers; codes stay as they are.
  private void fill(int plane, int planes, byte[] data, Random random) {
    switch (format) {
      case Scaled scaled -> {
        boolean second = scaled.second() != Second.NONE && plane == 2;
        boolean biases = scaled.zeros() == Zeros.BIASES && plane == planes - 1;
        if (second) {
          numbers(ScaleType.FLOAT32, data, random);
        } else if (plane == 1 || biases) {
          numbers(scaled.scales().type(), data, random);
        } else if (plane == 0 && scaled.codes().type() != CodeType.UNSIGNED) {
          finite(scaled.codes().type(), data);
        }
      }
      case Gptq gptq -> {
        if (plane == 2) {
          numbers(ScaleType.of(gptq.scaleType()), data, random);
        } else if (plane == 3) {
          int groups = Math.ceilDiv(columns, gptq.group());
          ByteBuffer index = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
          while (index.hasRemaining()) {
            index.putInt(random.nextInt(groups));
          }
        }
      }
      case Float8 float8 when plane == 0 -> finite(float8.numbers(), data);
      case Float8 float8 -> numbers(ScaleType.of(float8.scale().orElseThrow()), data, random);
      case Awq awq when plane == 2 -> numbers(ScaleType.of(awq.scaleType()), data, random);
      case TableBlocks blocks when plane > 1 || (plane == 1 && blocks.nested() == 0) ->
          numbers(ScaleType.FLOAT32, data, random);
      case Hqq hqq when plane > 0 -> numbers(ScaleType.of(hqq.scaleType()), data, random);
      default -> {}
    }
  }

  private static void finite(CodeType type, byte[] data) {
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(type.value(data[i] & 0xFF))) {
        data[i] = 1;
      }
    }
  }

  private static void numbers(ScaleType type, byte[] data, Random random) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      float number = 0.5f + random.nextFloat();
      switch (type) {
        case FLOAT32 -> buffer.putFloat(number);
        case FLOAT16 -> buffer.putShort(ElementType.FLOAT16.halfBits(number));
        case BFLOAT16 -> buffer.putShort(ElementType.BFLOAT16.halfBits(number));
        case E4M3 -> buffer.put((byte) random.nextInt(127));
        case E8M0 -> buffer.put((byte) (120 + random.nextInt(14)));
      }
    }
  }

  @Override
  public String toString() {
    return "%s, %d x %d".formatted(format.name(), rows, columns);
  }
}
