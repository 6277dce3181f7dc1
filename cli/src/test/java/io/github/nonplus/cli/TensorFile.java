package io.github.nonplus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// A safetensors file taken apart, to be changed and put together again.
final class TensorFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  /// One tensor: `header` is its dtype and shape.
  record Entry(ObjectNode header, byte[] bytes) {}

  private TensorFile(Path path) {
    this.path = path;
  }

  static TensorFile read(Path path) throws IOException {
    TensorFile file = new TensorFile(path);
    byte[] all = Files.readAllBytes(path);
    int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JSON.readTree(all, 8, length).properties().stream()
        .filter(entry -> !entry.getKey().equals("__metadata__"))
        .forEach(entry -> file.put(entry.getKey(), (ObjectNode) entry.getValue(), all, 8 + length));
    return file;
  }

  private void put(String name, ObjectNode header, byte[] all, int data) {
    JsonNode offsets = header.remove("data_offsets");
    byte[] bytes =
        Arrays.copyOfRange(all, data + offsets.get(0).asInt(), data + offsets.get(1).asInt());
    tensors.put(name, new Entry(header, bytes));
  }

  Entry get(String name) {
    return tensors.get(name);
  }

  TensorFile remove(String name) {
    tensors.remove(name);
    return this;
  }

  TensorFile copy(String from, String to) {
    Entry entry = tensors.get(from);
    tensors.put(to, new Entry(entry.header().deepCopy(), entry.bytes().clone()));
    return this;
  }

  /// Puts a float32 in the place of element `index` of a tensor of such.
  TensorFile set(String name, int index, float value) {
    ByteBuffer.wrap(tensors.get(name).bytes())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(4 * index, value);
    return this;
  }

  TensorFile shape(String name, int... shape) {
    tensors.get(name).header().set("shape", JSON.valueToTree(shape));
    return this;
  }

  /// Writes it back, its tensors one after another.
  void write() throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
      int from = data.size();
      data.write(tensor.getValue().bytes());
      header.set(tensor.getKey(), tensor.getValue().header().deepCopy());
      ((ObjectNode) header.get(tensor.getKey()))
          .putArray("data_offsets")
          .add(from)
          .add(data.size());
    }
    write(path, header.toString(), data.toByteArray());
  }

  /// Writes a header as it is, and the data behind it.
  static void write(Path path, String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    Files.write(
        path,
        ByteBuffer.allocate(8 + text.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(data)
            .array());
  }
}
