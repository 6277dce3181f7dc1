package io.github.nonplus.weights.safetensors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Writes a safetensors file of float32 tensors, one after the other as they are announced.
public final class SinglesWriter {
  private static final int ALIGNMENT = 8;

  private final OutputStream out;

  private SinglesWriter(OutputStream out) {
    this.out = out;
  }

  /// Writes the header.
  ///
  /// @param shapes by name, in the order in which the tensors will come
  public static SinglesWriter begin(OutputStream out, Map<String, List<Integer>> shapes)
      throws IOException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    long at = 0;
    for (Map.Entry<String, List<Integer>> tensor : shapes.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      long bytes = Float.BYTES;
      for (int dimension : tensor.getValue()) {
        shape.add(dimension);
        bytes = Math.multiplyExact(bytes, (long) dimension);
      }
      entry.putArray("data_offsets").add(at).add(at + bytes);
      at += bytes;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-text.length, ALIGNMENT);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(text.length + padding).array());
    out.write(text);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    return new SinglesWriter(out);
  }

  /// Writes the next numbers, of one tensor or of several.
  public void add(float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    out.write(bytes.array());
  }
}
