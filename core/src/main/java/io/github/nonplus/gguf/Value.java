package io.github.nonplus.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A value of the metadata as it lies in the file: nothing of it is copied until it is asked for.
/// Its lengths have been checked.
///
/// @param type of the value, or of the elements of an array
/// @param isArray whether it is one
/// @param count of the elements; 1 for a single value
/// @param bytes of all of them, one behind the other
public record Value(ValueType type, boolean isArray, long count, MemorySegment bytes) {
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;

  /// A whole number, if it is a single one (unsigned 64 bits above the range of a long are none).
  public Optional<Long> integer() {
    return isArray ? Optional.empty() : integer(0);
  }

  /// A number, if it is a single one. A float32 is the decimal number that it was written as: the
  /// shortest that rounds to it.
  public Optional<Double> number() {
    return isArray ? Optional.empty() : number(0);
  }

  /// True or false, if it is that.
  public Optional<Boolean> flag() {
    return isArray || type != ValueType.BOOL
        ? Optional.empty()
        : Optional.of(bytes.get(JAVA_BYTE, 0) != 0);
  }

  /// Element `index` of an array of true and false, or of numbers of which 0 is false.
  public boolean flag(long index) {
    return type == ValueType.BOOL
        ? bytes.get(JAVA_BYTE, index) != 0
        : integer(index).orElse(0L) != 0;
  }

  /// A text, if it is one. What is not UTF-8 in it is replaced.
  public Optional<String> text() {
    return isArray || type != ValueType.STRING ? Optional.empty() : Optional.of(texts().getFirst());
  }

  /// All texts; none of another type. At most as many as a list can hold.
  public List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (type != ValueType.STRING) {
      return texts;
    }
    long at = 0;
    for (long i = 0; i < count; i++) {
      int length = (int) bytes.get(JAVA_LONG_UNALIGNED.withOrder(LITTLE), at);
      byte[] text = bytes.asSlice(at + Long.BYTES, length).toArray(JAVA_BYTE);
      texts.add(text.length == 0 ? "" : new String(text, StandardCharsets.UTF_8));
      at += Long.BYTES + length;
    }
    return texts;
  }

  /// Element `index` as a whole number.
  public Optional<Long> integer(long index) {
    return switch (type) {
      case UINT8 -> Optional.of(bytes.get(JAVA_BYTE, index) & 0xFFL);
      case INT8 -> Optional.of((long) bytes.get(JAVA_BYTE, index));
      case UINT16 ->
          Optional.of(bytes.get(JAVA_SHORT_UNALIGNED.withOrder(LITTLE), 2 * index) & 0xFFFFL);
      case INT16 ->
          Optional.of((long) bytes.get(JAVA_SHORT_UNALIGNED.withOrder(LITTLE), 2 * index));
      case UINT32 ->
          Optional.of(
              Integer.toUnsignedLong(bytes.get(JAVA_INT_UNALIGNED.withOrder(LITTLE), 4 * index)));
      case INT32 -> Optional.of((long) bytes.get(JAVA_INT_UNALIGNED.withOrder(LITTLE), 4 * index));
      case UINT64 ->
          Optional.of(bytes.get(JAVA_LONG_UNALIGNED.withOrder(LITTLE), 8 * index))
              .filter(value -> value >= 0);
      case INT64 -> Optional.of(bytes.get(JAVA_LONG_UNALIGNED.withOrder(LITTLE), 8 * index));
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> Optional.empty();
    };
  }

  /// Element `index` as a number.
  public Optional<Double> number(long index) {
    return switch (type) {
      case FLOAT32 ->
          Optional.of(
              Double.parseDouble(
                  Float.toString(bytes.get(JAVA_FLOAT_UNALIGNED.withOrder(LITTLE), 4 * index))));
      case FLOAT64 -> Optional.of(bytes.get(JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE), 8 * index));
      default -> integer(index).map(Long::doubleValue);
    };
  }

  /// What it is, in a word or two.
  public String kind() {
    String name = type.name().toLowerCase(java.util.Locale.ROOT);
    return isArray ? "an array of %d %s".formatted(count, name) : "a " + name;
  }

  /// The value in words; of an array its kind.
  public String shown() {
    if (isArray) {
      return kind();
    }
    return text()
        .map(text -> "'%s'".formatted(text))
        .or(() -> flag().map(String::valueOf))
        .or(() -> integer().map(String::valueOf))
        .or(() -> number().map(String::valueOf))
        .orElse(kind());
  }
}
