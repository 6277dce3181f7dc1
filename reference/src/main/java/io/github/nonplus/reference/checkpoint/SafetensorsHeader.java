package io.github.nonplus.reference.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One safetensors file: eight bytes of length, a JSON object that gives each tensor's type, shape
/// and range of bytes, then the bytes. A tensor's numbers are checked when it is asked for.
///
/// @param bytes of the whole file, mapped
/// @param json the header
/// @param data what follows it
record SafetensorsHeader(Path path, MemorySegment bytes, ObjectNode json, MemorySegment data) {
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// What the reference implementation of the format allows.
  private static final long LONGEST = 100_000_000;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static SafetensorsHeader map(Path path, Arena arena) {
    try (FileChannel channel = InputFile.channel(path)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long length = bytes.byteSize() < 8 ? -1 : bytes.get(LENGTH, 0);
      if (length < 2 || length > Math.min(LONGEST, bytes.byteSize() - 8)) {
        throw new WeightsException(
            "%s has %d bytes, too few for its header; it is truncated, or no safetensors file"
                .formatted(path, bytes.byteSize()));
      }
      byte[] header = bytes.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
      if (!(MAPPER.readTree(header) instanceof ObjectNode json)) {
        throw new WeightsException(path + ": the header is no JSON object; download it again");
      }
      return new SafetensorsHeader(path, bytes, json, bytes.asSlice(8 + length));
    } catch (JsonProcessingException e) {
      throw new WeightsException(
          "%s: the header is not valid JSON (%s); download it again"
              .formatted(path, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new WeightsException("%s cannot be read: %s".formatted(path, Reason.of(e)), e);
    }
  }

  boolean holds(String name) {
    return json.has(name) && !name.equals("__metadata__");
  }

  Set<String> names() {
    Set<String> names = new HashSet<>();
    json.fieldNames().forEachRemaining(names::add);
    names.remove("__metadata__");
    return names;
  }

  StoredTensor tensor(String name) {
    JsonNode entry = json.get(name);
    StoredTensor.Type type;
    try {
      type = StoredTensor.Type.valueOf(entry.path("dtype").asText());
    } catch (IllegalArgumentException e) {
      throw failure(
          name, "is of type %s, only F32, F16 and BF16 are read".formatted(entry.path("dtype")));
    }
    List<Long> shape = sizes(name, entry.path("shape"));
    List<Long> range = sizes(name, entry.path("data_offsets"));
    if (range.size() != 2 || range.get(0) > range.get(1) || range.get(1) > data.byteSize()) {
      throw failure(
          name,
          "lies at bytes %s, but the file has %d; it is truncated or damaged, download it again"
              .formatted(range, data.byteSize()));
    }
    long length = range.get(1) - range.get(0);
    if (length != bytes(name, type, shape)) {
      throw failure(
          name,
          "of shape %s and type %s does not fill its %d bytes; download the file again"
              .formatted(shape, type, length));
    }
    return new StoredTensor(name, type, shape, data.asSlice(range.get(0), length), path.toString());
  }

  private long bytes(String name, StoredTensor.Type type, List<Long> shape) {
    long bytes = type.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw failure(name, "of shape %s is larger than any file".formatted(shape));
    }
  }

  private List<Long> sizes(String name, JsonNode list) {
    List<Long> sizes = new ArrayList<>();
    for (JsonNode size : list) {
      if (!size.canConvertToLong() || !size.isIntegralNumber() || size.longValue() < 0) {
        throw failure(name, "has the size or offset %s, expected a whole number".formatted(size));
      }
      sizes.add(size.longValue());
    }
    return sizes;
  }

  private WeightsException failure(String name, String what) {
    return new WeightsException("%s: tensor '%s' %s".formatted(path, name, what));
  }
}
