package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Planes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How a scale is stored.
public enum ScaleType {
  FLOAT32(ElementType.FLOAT32),
  FLOAT16(ElementType.FLOAT16),
  BFLOAT16(ElementType.BFLOAT16),
  E4M3(CodeType.E4M3),
  E8M0(CodeType.E8M0);

  private final ElementType number;
  private final CodeType byteCode;

  ScaleType(ElementType number) {
    this.number = number;
    this.byteCode = null;
  }

  ScaleType(CodeType byteCode) {
    this.number = null;
    this.byteCode = byteCode;
  }

  /// Of a floating-point type.
  public static ScaleType of(ElementType type) {
    return valueOf(type.name());
  }

  int bytes() {
    return number == null ? 1 : number.bytes();
  }

  /// Its number in the kernels of GPUs (codes.cl).
  int code() {
    return number == null ? byteCode.code() : number.code();
  }

  /// Number `index` of a plane.
  float get(Planes planes, int plane, long index) {
    return number == null
        ? byteCode.value(planes.unsigned(plane, index))
        : planes.number(plane, number, index);
  }

  /// Writes numbers `index` to `index + count` of a plane to `target`, by way of bytes that have
  /// room for them.
  void get(Planes planes, int plane, long index, int count, float[] target, byte[] codes) {
    if (number != null) {
      planes.numbers(plane, number, index, count, target, 0);
      return;
    }
    MemorySegment.copy(planes.data().get(plane), ValueLayout.JAVA_BYTE, index, codes, 0, count);
    float[] numbers = byteCode.numbers();
    for (int i = 0; i < count; i++) {
      target[i] = numbers[codes[i] & 0xFF];
    }
  }

  /// As names of formats have it.
  String label() {
    return number == null ? byteCode.name().toLowerCase(java.util.Locale.ROOT) : number.mlcName();
  }
}
