package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.HubSnapshot;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.JsonReason;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The files of a model directory that say how it tokenizes.
final class TokenizerDirectory implements TokenizerFiles {
  /// Four times the largest in use, of a vocabulary of 256,000 tokens.
  private static final int MAX_BYTES = 128 << 20;

  /// Of two values under one key, the library takes the last or none.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /// With what a file of Git LFS begins that was not fetched.
  private static final byte[] POINTER =
      "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] BYTE_ORDER_MARK = "\ufeff".getBytes(StandardCharsets.UTF_8);

  private static final String NAME = "tokenizer.json";

  private final Path directory;

  TokenizerDirectory(Path directory) {
    this.directory = HubSnapshot.of(directory);
  }

  @Override
  public boolean exist() {
    return Files.isRegularFile(path());
  }

  @Override
  public Path path() {
    return directory.resolve(NAME);
  }

  @Override
  public byte[] bytes() {
    require();
    return read(path());
  }

  /// Says what is there instead.
  private void require() {
    if (exist()) {
      return;
    }
    if (!Files.isDirectory(directory)) {
      throw new CorpusException(
          directory
              + " is not a directory; give the directory of a model, with its tokenizer.json");
    }
    String instead =
        Files.exists(directory.resolve("tokenizer.model"))
            ? "only tokenizer.model (SentencePiece), which is not read; save the tokenizer as"
                + " tokenizer.json: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR) in"
                + " transformers"
            : "no tokenizer.json; get the model's tokenizer files";
    throw new CorpusException("%s has %s".formatted(directory, instead));
  }

  @Override
  public JsonNode configuration() {
    Path file = directory.resolve("tokenizer_config.json");
    return Files.exists(file) ? parse(file, read(file)) : JSON.createObjectNode();
  }

  /// The bytes of a JSON file, without the byte order mark that editors of Windows put before them.
  static byte[] read(Path file) {
    try (InputStream in = InputFile.stream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new CorpusException(
            "%s is larger than %d MiB, so it is no tokenizer; get the model's files anew"
                .formatted(file, MAX_BYTES >> 20));
      }
      return begins(bytes, BYTE_ORDER_MARK)
          ? Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length)
          : bytes;
    } catch (IOException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }

  static JsonNode parse(Path file, byte[] bytes) {
    if (begins(bytes, POINTER)) {
      throw new CorpusException(
          file + " is a pointer of Git LFS, not the file itself; get it with git lfs pull");
    }
    try {
      JsonNode json = JSON.readTree(bytes);
      if (!json.isObject()) {
        throw new CorpusException(
            file + " is not a JSON object; get the model's tokenizer files anew");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new CorpusException(
          "%s is not JSON: %s; get the model's tokenizer files anew"
              .formatted(file, JsonReason.of(e)),
          e);
    } catch (IOException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static boolean begins(byte[] bytes, byte[] with) {
    return bytes.length >= with.length
        && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
  }
}
