package io.github.nonplus.weights.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes safetensors files for tests: well-formed ones tensor by tensor, malformed ones from a
/// header and a length.
public final class SafetensorsBytes {
  private final List<String> entries = new ArrayList<>();
  private ByteBuffer data = ByteBuffer.allocate(0);

  /// Adds a tensor of type F32.
  public SafetensorsBytes float32(String name, List<Integer> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return raw(name, "F32", shape, bytes.array());
  }

  /// Adds a tensor of 16-bit elements, given as bits.
  public SafetensorsBytes bits16(String name, String type, List<Integer> shape, int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : bits) {
      bytes.putShort((short) value);
    }
    return raw(name, type, shape, bytes.array());
  }

  /// Adds a tensor of any type.
  public SafetensorsBytes raw(String name, String type, List<Integer> shape, byte[] bytes) {
    int from = data.capacity();
    entries.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, type, shape, from, from + bytes.length));
    data = ByteBuffer.allocate(from + bytes.length).put(data.array()).put(bytes);
    return this;
  }

  /// Writes what was added.
  public Path write(Path file) {
    return write(file, "{" + String.join(",", entries) + "}", data.array());
  }

  /// Writes a header as it is, and the data behind it.
  public static Path write(Path file, String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text).put(data);
    try {
      return Files.write(file, all.array());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
