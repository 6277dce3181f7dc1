package io.github.nonplus.storage;

import io.github.nonplus.weights.safetensors.RawTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Small tensors of whole numbers, which say something of others.
final class Numbers {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// More are none that say something.
  private static final int MOST = 16;

  private Numbers() {}

  /// All numbers of a tensor of bytes or of 32 or 64 bits, at most 16 of them.
  static long[] whole(RawTensor tensor) {
    MemorySegment data = tensor.data();
    int bytes =
        switch (tensor.type()) {
          case "I64", "U64" -> 8;
          case "I32", "U32" -> 4;
          default -> 1;
        };
    long[] numbers = new long[(int) Math.min(MOST, data.byteSize() / bytes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (bytes) {
            case 8 -> data.get(LONG, 8L * i);
            case 4 -> data.get(INT, 4L * i);
            default -> data.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
          };
    }
    return numbers;
  }
}
