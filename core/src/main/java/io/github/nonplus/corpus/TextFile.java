package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A text that stays in its file, because it may be larger than memory: it is read once to be
/// checked and measured, and again each time that somebody wants it.
///
/// @param path where it lies
/// @param name says where it came from
/// @param extent its length
/// @param marks what in it is no part of what was written
/// @param sha256 digest of its bytes
public record TextFile(Path path, String name, Extent extent, Marks marks, String sha256)
    implements TextSource {
  /// Reads through a file.
  ///
  /// @throws CorpusException if it is empty or not UTF-8 (naming line and byte)
  public static TextFile scan(Path path, String name) {
    Digest digest = Digest.sha256();
    Extent.Counter counter = new Extent.Counter();
    Marks.Counter marks = new Marks.Counter();
    read(
        path,
        name,
        digest,
        part -> {
          counter.add(part);
          marks.add(part);
        });
    Extent extent = counter.extent();
    if (extent.bytes() == 0) {
      throw new CorpusException(name + " is empty, expected a text; give another file");
    }
    return new TextFile(path, name, extent, marks.marks(), digest.hex());
  }

  @Override
  public void read(Consumer<String> sink) {
    Digest digest = Digest.sha256();
    read(path, name, digest, sink);
    if (!digest.hex().equals(sha256)) {
      throw new CorpusException(name + " changed while it was read; try again");
    }
  }

  private static void read(Path path, String name, Digest digest, Consumer<String> sink) {
    try (InputStream in = new Digested(InputFile.stream(path), digest)) {
      new Utf8Text(name).read(in, sink);
    } catch (IOException e) {
      throw new CorpusException(
          "the text %s cannot be read: %s; give a file of text".formatted(name, Reason.of(e)), e);
    }
  }

  /// Adds what is read to a digest.
  private static final class Digested extends FilterInputStream {
    private final Digest digest;

    Digested(InputStream in, Digest digest) {
      super(in);
      this.digest = digest;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = super.read(into, offset, length);
      if (n > 0) {
        digest.add(java.util.Arrays.copyOfRange(into, offset, offset + n));
      }
      return n;
    }
  }
}
