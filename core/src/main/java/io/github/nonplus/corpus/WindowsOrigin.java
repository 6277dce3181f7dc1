package io.github.nonplus.corpus;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.files.JsonFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where the windows of a file come from: a small JSON file beside it, because the file of windows
/// itself is byte for byte the original's. It counts only as long as the digest in it is that of
/// the windows.
///
/// @param text name of the text
/// @param window ids of a full window
/// @param stride tokens from one window to the next
/// @param tokens of the whole text
/// @param leftOut how many of them are in no window
/// @param letters whether special tokens that the text spells out were taken as letters
public record WindowsOrigin(
    String windowsSha256,
    String text,
    String textSha256,
    String tokenizerSha256,
    int window,
    int stride,
    int tokens,
    int leftOut,
    boolean letters) {
  private static final String ENDING = ".origin.json";
  private static final String LETTERS = "letters";

  /// The same of a tokenizer that makes special tokens in texts their ids.
  public WindowsOrigin(
      String windowsSha256,
      String text,
      String textSha256,
      String tokenizerSha256,
      int window,
      int stride,
      int tokens,
      int leftOut) {
    this(windowsSha256, text, textSha256, tokenizerSha256, window, stride, tokens, leftOut, false);
  }

  /// The file beside a file of windows.
  public static Path path(Path windows) {
    return windows.resolveSibling(windows.getFileName() + ENDING);
  }

  /// Writes it beside the windows of the original's protocol.
  ///
  /// @return the file
  public Path write(Path windows) {
    return write(windows, "qualcomm-mlc");
  }

  /// Writes it beside the windows.
  ///
  /// @param protocol for readers; what counts is the header of the windows' own file
  /// @return the file
  public Path write(Path windows, String protocol) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("windows_sha256", windowsSha256);
    json.put("protocol", protocol);
    json.put("window", window);
    json.put("stride", stride);
    json.put("tokens", tokens);
    json.put("tokens_in_no_window", leftOut);
    json.put("text", Section.written(text));
    json.put("text_sha256", textSha256);
    json.put("tokenizer_sha256", tokenizerSha256);
    if (letters) {
      json.put("spelled_tokens", LETTERS);
    }
    Path file = path(windows);
    AtomicFile.write(
        file, out -> out.write((IndentedJson.of(json) + "\n").getBytes(StandardCharsets.UTF_8)));
    return file;
  }

  /// What stands beside a file of windows, if it is about these very windows.
  public static Optional<WindowsOrigin> beside(WindowsFile windows) {
    Path file = path(windows.path());
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ObjectNode json = JsonFile.read(file, CorpusException::new);
    if (!windows.sha256().equals(json.path("windows_sha256").asText())) {
      return Optional.empty();
    }
    return Optional.of(
        new WindowsOrigin(
            windows.sha256(),
            text(file, json, "text"),
            text(file, json, "text_sha256"),
            text(file, json, "tokenizer_sha256"),
            number(file, json, "window", 1),
            number(file, json, "stride", 1),
            number(file, json, "tokens", 1),
            json.has("tokens_in_no_window") ? number(file, json, "tokens_in_no_window", 0) : 0,
            letters(file, json)));
  }

  private static String text(Path file, ObjectNode json, String key) {
    if (!json.path(key).isTextual()) {
      throw damaged(file, key, "a text");
    }
    return json.get(key).textValue();
  }

  private static boolean letters(Path file, ObjectNode json) {
    if (json.has("spelled_tokens") && !json.path("spelled_tokens").asText().equals(LETTERS)) {
      throw damaged(file, "spelled_tokens", "the word " + LETTERS);
    }
    return json.has("spelled_tokens");
  }

  private static int number(Path file, ObjectNode json, String key, int least) {
    if (!json.path(key).canConvertToInt() || json.get(key).intValue() < least) {
      throw damaged(file, key, "a number above " + (least - 1));
    }
    return json.get(key).intValue();
  }

  private static CorpusException damaged(Path file, String key, String expected) {
    return new CorpusException(
        "%s: %s is missing or not %s; make the windows again, or remove this file"
            .formatted(file, key, expected));
  }
}
