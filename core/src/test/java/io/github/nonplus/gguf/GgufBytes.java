package io.github.nonplus.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file in GGUF, written number by number, right or wrong.
final class GgufBytes {
  static final int UINT8 = 0;
  static final int UINT32 = 4;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Begins a file of the newest version.
  static GgufBytes of(long tensors, long values) {
    return new GgufBytes().word(GgufHeader.MAGIC).word(3).number(tensors).number(values);
  }

  GgufBytes word(int value) {
    return bytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  GgufBytes number(long value) {
    return bytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  GgufBytes text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return number(bytes.length).bytes(bytes);
  }

  GgufBytes bytes(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  /// A value's key and type.
  GgufBytes key(String key, int type) {
    return text(key).word(type);
  }

  GgufBytes tensor(String name, int type, long offset, long... dimensions) {
    text(name).word(dimensions.length);
    for (long dimension : dimensions) {
      number(dimension);
    }
    return word(type).number(offset);
  }

  /// Goes on at the next multiple, with as many zeros.
  GgufBytes data(int alignment, int length) {
    return bytes(new byte[Math.floorMod(-out.size(), alignment)]).bytes(new byte[length]);
  }

  Path write(Path file) throws IOException {
    return Files.write(file, out.toByteArray());
  }
}
