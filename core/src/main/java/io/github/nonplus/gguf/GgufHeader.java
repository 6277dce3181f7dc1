package io.github.nonplus.gguf;

import io.github.nonplus.failure.WeightsException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What stands before the tensors of one file, and where these lie.
///
/// ```
/// "GGUF"  version  tensors  values
/// a value:   key, type, value            a string: 64-bit length, bytes
/// a tensor:  name, dimensions, type, offset from the end of the header, which is aligned
/// ```
///
/// Every count and length is held against the bytes that follow before it is used, and everything
/// is passed once: reading takes time and memory in proportion to the header. Tensors are aligned,
/// lie in the file and do not overlap.
final class GgufHeader {
  static final int MAGIC = 0x46554747;

  private static final String ALIGNMENT = "general.alignment";
  private static final int USUAL_ALIGNMENT = 32;
  private static final int LARGEST_ALIGNMENT = 1 << 30;

  /// More than any model has.
  private static final int MOST_VALUES = 1 << 16;

  private static final int MOST_TENSORS = 1 << 17;
  private static final int LONGEST_KEY = 1 << 16;
  private static final int LONGEST_NAME = 256;
  private static final int MOST_DIMENSIONS = 4;
  private static final int DEEPEST = 4;

  /// A key of one byte, its type and a value of one byte; a tensor likewise.
  private static final int LEAST_VALUE = 8 + 1 + 4 + 1;

  private static final int LEAST_TENSOR = 8 + 1 + 4 + 8 + 4 + 8;

  private final Path path;
  private final MemorySegment bytes;
  private final Cursor cursor;

  private GgufHeader(Path path, MemorySegment bytes) {
    this.path = path;
    this.bytes = bytes;
    this.cursor = new Cursor(path, bytes);
  }

  /// @param bytes of the whole file
  static GgufFilePart read(Path path, MemorySegment bytes) {
    return new GgufHeader(path, bytes).read();
  }

  private GgufFilePart read() {
    if (cursor.word("its first word") != MAGIC) {
      throw new WeightsException(
          path + " does not begin with GGUF, so it is no GGUF file; get it again");
    }
    version(cursor.word("its version"));
    long tensors = cursor.count("the number of tensors", LEAST_TENSOR);
    long values = cursor.count("the number of metadata values", LEAST_VALUE);
    requireAtMost("tensors", tensors, MOST_TENSORS);
    requireAtMost("metadata values", values, MOST_VALUES);
    Metadata metadata = metadata((int) values);
    int alignment = alignment(metadata);
    List<Announced> announced = announced((int) tensors);
    long begin = Math.ceilDiv(cursor.at(), alignment) * alignment;
    return new GgufFilePart(path, bytes, metadata, placed(announced, begin, alignment));
  }

  private void version(int version) {
    if (version == 2 || version == 3) {
      return;
    }
    if (Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3) {
      throw new WeightsException(
          path
              + " is a big-endian GGUF file, which is not read (llama.cpp on this machine does not"
              + " either); convert it with gguf_convert_endian.py FILE little");
    }
    throw new WeightsException(
        "%s is of GGUF's version %s; 2 and 3 are read, so convert the model again"
            .formatted(path, Integer.toUnsignedString(version)));
  }

  private void requireAtMost(String what, long found, int most) {
    if (found > most) {
      throw cursor.failure("%d %s are more than any model has (%d)".formatted(found, what, most));
    }
  }

  private Metadata metadata(int count) {
    Map<String, Value> values = LinkedHashMap.newLinkedHashMap(count);
    for (int i = 0; i < count; i++) {
      String key = cursor.name("a key of the metadata", LONGEST_KEY);
      Value value = value("the value of '%s'".formatted(key), type(key));
      if (values.put(key, value) != null) {
        throw cursor.failure("it has the key '%s' twice".formatted(key));
      }
    }
    return new Metadata(path, values);
  }

  private ValueType type(String key) {
    int number = cursor.word("the type of '%s'".formatted(key));
    return ValueType.of(number)
        .orElseThrow(
            () ->
                cursor.failure(
                    "the value of '%s' is of the type %s, expected 0 to %d"
                        .formatted(
                            key, Integer.toUnsignedString(number), ValueType.values().length - 1)));
  }

  private Value value(String what, ValueType type) {
    if (type != ValueType.ARRAY) {
      long from = cursor.at();
      pass(what, type, 1, 0);
      return new Value(type, false, 1, slice(from));
    }
    ValueType element = type(what);
    long count = cursor.count("the length of " + what, element.bytes());
    long from = cursor.at();
    pass(what, element, count, 0);
    return new Value(element, true, count, slice(from));
  }

  private MemorySegment slice(long from) {
    return bytes.asSlice(from, cursor.at() - from);
  }

  /// Passes `count` values.
  private void pass(String what, ValueType type, long count, int depth) {
    if (type == ValueType.BOOL) {
      booleans(what, cursor.skip(count, what));
    } else if (type.isFixed()) {
      cursor.skip(Math.multiplyExact(count, (long) type.bytes()), what);
    } else if (depth == DEEPEST) {
      throw cursor.failure("%s is nested deeper than %d".formatted(what, DEEPEST));
    } else {
      for (long i = 0; i < count; i++) {
        element(what, type, depth);
      }
    }
  }

  private void element(String what, ValueType type, int depth) {
    if (type == ValueType.STRING) {
      long length = cursor.count("the length of a string in " + what, 1);
      if (length > Integer.MAX_VALUE - 8) {
        throw cursor.failure("%s has a string of %d bytes".formatted(what, length));
      }
      cursor.skip(length, what);
    } else {
      ValueType inner = type(what);
      pass(what, inner, cursor.count("the length of " + what, inner.bytes()), depth + 1);
    }
  }

  private void booleans(String what, MemorySegment values) {
    for (long i = 0; i < values.byteSize(); i++) {
      byte value = values.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i);
      if (value != 0 && value != 1) {
        throw cursor.failure("%s is %d, expected 0 or 1".formatted(what, value & 0xFF));
      }
    }
  }

  private int alignment(Metadata metadata) {
    int alignment = metadata.size(ALIGNMENT).orElse(USUAL_ALIGNMENT);
    if (Integer.bitCount(alignment) != 1 || alignment > LARGEST_ALIGNMENT) {
      throw cursor.failure("%s is %d, expected a power of two".formatted(ALIGNMENT, alignment));
    }
    return alignment;
  }

  /// A tensor as the header announces it.
  private record Announced(String name, TensorType type, List<Long> shape, long offset, long size) {
    long end() {
      return offset + size;
    }
  }

  private List<Announced> announced(int count) {
    List<Announced> tensors = new ArrayList<>(count);
    Set<String> names = HashSet.newHashSet(count);
    for (int i = 0; i < count; i++) {
      Announced tensor = tensor();
      if (!names.add(tensor.name())) {
        throw cursor.failure("it has the tensor '%s' twice".formatted(tensor.name()));
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  private Announced tensor() {
    String name = cursor.name("the name of a tensor", LONGEST_NAME);
    String what = "tensor '%s'".formatted(name);
    int dimensions = cursor.word("the dimensions of " + what);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
      throw cursor.failure(
          "%s has %s dimensions, expected 1 to %d"
              .formatted(what, Integer.toUnsignedString(dimensions), MOST_DIMENSIONS));
    }
    List<Long> shape = new ArrayList<>(dimensions);
    for (int i = 0; i < dimensions; i++) {
      long dimension = cursor.longWord("the dimensions of " + what);
      if (dimension < 1) {
        throw cursor.failure(
            "%s has a dimension of %s".formatted(what, Long.toUnsignedString(dimension)));
      }
      shape.addFirst(dimension);
    }
    int number = cursor.word("the type of " + what);
    TensorType type =
        TensorType.of(number)
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s: %s is of the type %s"
                            .formatted(path, what, TensorType.stranger(number))));
    if (shape.getLast() % type.weights() != 0) {
      throw cursor.failure(
          "%s has rows of %d numbers, which are no whole blocks of %d (%s)"
              .formatted(what, shape.getLast(), type.weights(), type.name()));
    }
    return new Announced(
        name, type, shape, cursor.longWord("the offset of " + what), size(what, type, shape));
  }

  private long size(String what, TensorType type, List<Long> shape) {
    try {
      return type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
    } catch (ArithmeticException overflow) {
      throw cursor.failure("%s of shape %s has too many numbers".formatted(what, shape));
    }
  }

  private List<TensorEntry> placed(List<Announced> announced, long begin, int alignment) {
    long available = Math.max(0, bytes.byteSize() - begin);
    for (Announced tensor : announced) {
      if (tensor.offset() < 0
          || tensor.offset() % alignment != 0
          || tensor.size() > available
          || tensor.offset() > available - tensor.size()) {
        throw cursor.failure(
            "tensor '%s' should be the %d bytes from %s on, but there are %d bytes of tensors, aligned to %d"
                .formatted(
                    tensor.name(),
                    tensor.size(),
                    Long.toUnsignedString(tensor.offset()),
                    available,
                    alignment));
      }
    }
    requireApart(announced);
    return announced.stream()
        .map(
            tensor ->
                new TensorEntry(
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    bytes.asSlice(begin + tensor.offset(), tensor.size())))
        .toList();
  }

  private void requireApart(List<Announced> announced) {
    Announced before = null;
    for (Announced tensor :
        announced.stream().sorted(Comparator.comparingLong(Announced::offset)).toList()) {
      if (before != null && tensor.offset() < before.end()) {
        throw cursor.failure(
            "the tensors '%s' and '%s' overlap".formatted(before.name(), tensor.name()));
      }
      before = tensor;
    }
  }
}
