package io.github.nonplus.reference.checkpoint;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// A tensor of a safetensors file: `shape` row-major, `data` exactly its bytes, mapped.
///
/// @param file that holds it, for messages
public record StoredTensor(
    String name, Type type, List<Long> shape, MemorySegment data, String file) {
  private static final ValueLayout.OfShort HALF =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int PIECE = 1 << 12;

  /// The types that a computation can begin with.
  public enum Type {
    F32(4),
    F16(2),
    BF16(2);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
      return bytes;
    }
  }

  /// Number of elements.
  public long elements() {
    return data.byteSize() / type.bytes();
  }

  /// Whether another tensor of that shape holds the same numbers, in whatever type.
  public boolean hasValuesOf(StoredTensor other) {
    float[] mine = new float[PIECE];
    float[] others = new float[PIECE];
    for (long from = 0; from < elements(); from += PIECE) {
      int count = (int) Math.min(PIECE, elements() - from);
      copy(from, count, mine);
      other.copy(from, count, others);
      for (int i = 0; i < count; i++) {
        if (mine[i] != others[i]) {
          return false;
        }
      }
    }
    return true;
  }

  /// Copies elements `from` to `from + count` to the start of `target`; exact for every type.
  public void copy(long from, int count, float[] target) {
    switch (type) {
      case F32 -> MemorySegment.copy(data, SINGLE, 4 * from, target, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.float16ToFloat(data.get(HALF, 2 * (from + i)));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.intBitsToFloat(data.get(HALF, 2 * (from + i)) << 16);
        }
      }
    }
  }
}
