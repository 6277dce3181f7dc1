package io.github.nonplus.weights.ggml;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Little-endian numbers in an array.
final class Bytes {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  /// The float16 number at byte `at`.
  static float half(byte[] data, int at) {
    return Float.float16ToFloat((short) SHORT.get(data, at));
  }

  /// The 16 bits at byte `at`, 0 to 65535.
  static int unsigned16(byte[] data, int at) {
    return (short) SHORT.get(data, at) & 0xFFFF;
  }

  /// The 32 bits at byte `at`.
  static int word(byte[] data, int at) {
    return (int) INT.get(data, at);
  }

  /// The byte at `at`, 0 to 255.
  static int unsigned(byte[] data, int at) {
    return data[at] & 0xFF;
  }
}
