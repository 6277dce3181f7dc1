package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a damaged or malicious safetensors file is told.
class HostileSafetensorsTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = directory.resolve("model.safetensors");
  }

  private void isRefused(String... words) {
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContainingAll(words);
  }

  private void header(String header, int dataLength) {
    SafetensorsBytes.write(file, header, new byte[dataLength]);
  }

  private static String tensor(String name, String type, String shape, String from, String to) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}"
        .formatted(name, type, shape, from, to);
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    Files.createFile(file);
    isRefused("0 bytes");
  }

  /// UTF-16 and UTF-32 are JSON's to some parsers, which tell them by zeros.
  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "ISO-8859-1"})
  void aHeaderThatIsNotUtf8IsRefused(String charset) throws IOException {
    byte[] header = "{\"ä\":{}}".getBytes(Charset.forName(charset));
    Files.write(file, file(header));
    isRefused("header");
    header[header.length - 1] = (byte) 0xff;
    Files.write(file, file(header));
    isRefused("header");
  }

  private static byte[] file(byte[] header) {
    return ByteBuffer.allocate(8 + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    new SafetensorsBytes().float32("w", List.of(2, 2), 1, 2, 3, 4).write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    isRefused("'w'", "bytes 0 to 16", "15 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {9, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void aHeaderLengthBeyondTheFileIsRefused(long length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Files.write(file, bytes.array());
    isRefused("header", Long.toUnsignedString(length), "8 bytes follow");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"w\":{}}{}",
        "{\"w\":3}",
        "not json",
        "{\"w\":{\"dtype\":"
      })
  void aHeaderThatIsNoJsonObjectIsRefused(String header) {
    header(header, 0);
    isRefused("model.safetensors");
  }

  @Test
  void aDeeplyNestedHeaderIsRefused() {
    header("{\"__metadata__\":" + "[".repeat(1_000_000), 0);
    isRefused("not valid JSON");
  }

  @Test
  void aNameGivenTwiceIsRefused() {
    String w = tensor("w", "F32", "[1]", "0", "4");
    header("{" + w + "," + w + "}", 4);
    isRefused("Duplicate", "'w'");
  }

  @Test
  void overlappingTensorsAreRefused() {
    header(
        "{%s,%s}"
            .formatted(tensor("a", "F32", "[2]", "0", "8"), tensor("b", "F32", "[2]", "4", "12")),
        12);
    isRefused("'b'", "overlapping", "'a'");
  }

  @Test
  void aGapBetweenTensorsIsRefused() {
    header(
        "{%s,%s}"
            .formatted(tensor("a", "F32", "[1]", "0", "4"), tensor("b", "F32", "[1]", "8", "12")),
        12);
    isRefused("'b'", "gap");
  }

  @Test
  void bytesAfterTheLastTensorAreRefused() {
    header("{" + tensor("a", "F32", "[1]", "0", "4") + "}", 5);
    isRefused("1 bytes follow the last tensor");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[3]", "[2,2]", "[]", "[4294967296,4294967296]", "[9223372036854775807,2]", "[0]"})
  void aShapeThatDoesNotFillTheBytesIsRefused(String shape) {
    header("{" + tensor("w", "F32", shape, "0", "8") + "}", 8);
    isRefused("'w'", "8 bytes", "shape");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "99999999999999999999999", "\"2\"", "null", "[2]"})
  void aDimensionThatIsNoWholeNumberIsRefused(String dimension) {
    header("{" + tensor("w", "F32", "[" + dimension + "]", "0", "8") + "}", 8);
    isRefused("shape", "'w'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0,9223372036854775807", "8,4", "-4,4", "0,18446744073709551616", "0", ""})
  void offsetsOutOfRangeAreRefused(String offsets) {
    header("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + offsets + "]}}", 8);
    isRefused("'w'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.safetensors",
        "/etc/model.safetensors",
        "a/b.safetensors",
        "a\\\\b.safetensors",
        "a\\u0000.safetensors",
        "weights.bin",
        ""
      })
  void aShardNameThatLeavesTheDirectoryIsRefused(String shard) throws IOException {
    index("{\"weight_map\":{\"w\":\"" + shard + "\"}}");
    isRefused("'w'", ".safetensors file beside it");
  }

  @Test
  void aMissingShardIsRefused() throws IOException {
    index("{\"weight_map\":{\"w\":\"model-00001-of-00002.safetensors\"}}");
    isRefused("model-00001-of-00002.safetensors", "missing");
  }

  @Test
  void aTensorThatTheIndexPromisesButTheShardLacksIsRefused() throws IOException {
    new SafetensorsBytes().float32("v", List.of(1), 1).write(directory.resolve("a.safetensors"));
    index("{\"weight_map\":{\"w\":\"a.safetensors\"}}");
    isRefused("a.safetensors", "'w'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "[]", "{\"weight_map\":[]}", "{\"weight_map\":{}}", "{\"a\":1}}"})
  void anIndexWithoutTensorsIsRefused(String json) throws IOException {
    index(json);
    isRefused(ShardIndex.FILE_NAME);
  }

  @Test
  void aDirectoryInPlaceOfAShardIsRefused() throws IOException {
    Files.createDirectory(directory.resolve("a.safetensors"));
    index("{\"weight_map\":{\"w\":\"a.safetensors\"}}");
    isRefused("a.safetensors is a directory");
  }

  private void index(String json) throws IOException {
    Files.writeString(directory.resolve(ShardIndex.FILE_NAME), json);
  }
}
