package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A text to be tokenized.
///
/// @param name says where it came from
/// @param content its characters, exactly: line ends and byte order marks are not touched
/// @param bytes its length in UTF-8
/// @param sha256 digest of its UTF-8 bytes
public record Text(String name, String content, int bytes, String sha256) implements TextSource {
  /// The largest text that is held in memory, twenty-five times WikiText-2's test text; larger ones
  /// are a [TextFile].
  public static final int MAX_BYTES = 32 << 20;

  @Override
  public Extent extent() {
    return Extent.of(content);
  }

  @Override
  public Marks marks() {
    Marks.Counter counter = new Marks.Counter();
    counter.add(content);
    return counter.marks();
  }

  @Override
  public void read(Consumer<String> sink) {
    sink.accept(content);
  }

  /// A text at hand.
  public static Text of(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return new Text(name, content, bytes.length, Sha256.of(bytes));
  }

  /// A file of UTF-8 text, verbatim.
  ///
  /// @throws CorpusException if it is empty, too large, or not UTF-8 (naming line and byte)
  public static Text read(Path file) {
    return read(file, file.toString());
  }

  /// The same under another name.
  static Text read(Path file, String name) {
    byte[] bytes = bytes(file);
    if (bytes.length == 0) {
      throw new CorpusException(name + " is empty, expected a text; give another file");
    }
    StringBuilder content = new StringBuilder();
    try {
      new Utf8Text(name).read(new ByteArrayInputStream(bytes), content::append);
    } catch (IOException e) {
      throw new IllegalStateException(e); // an array is always there
    }
    return new Text(name, content.toString(), bytes.length, Sha256.of(bytes));
  }

  private static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new CorpusException(file + " is a directory; give a file of text");
    }
    try (InputStream in = InputFile.stream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new CorpusException(
            "%s is larger than %d MiB, the most that is held in memory; split it"
                .formatted(file, MAX_BYTES >> 20));
      }
      return bytes;
    } catch (IOException e) {
      throw new CorpusException(
          "the text %s cannot be read: %s; give a file of text".formatted(file, Reason.of(e)), e);
    }
  }
}
