package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text file with one window a line: ids in decimal digits, one space between two ids, a line
/// feed at the end of each line.
///
/// The form is strict, so that equal windows have equal digests: no other white space, no signs, no
/// leading zeros, no empty line. Only the line feed of the last line may be missing.
///
/// @param path where it lies
/// @param sha256 digest of its bytes
/// @param windows its lines, in order
public record WindowsFile(Path path, String sha256, Windows windows) {
  /// The largest file that is read: about 190,000 windows of 256 ids, fifty times WikiText-2, which
  /// keeps the ids within 512 MiB of memory whatever the file says.
  static final long MAX_BYTES = 256L << 20;

  private static final int BUFFER = 1 << 16;

  /// Whether the file claims to be one: its first byte is a digit, or it is empty.
  public static boolean looksLikeOne(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      int first = in.read();
      return first < 0 || (first >= '0' && first <= '9');
    } catch (IOException e) {
      return true; // why it cannot be read is said by whoever reads it
    }
  }

  /// Reads and checks every line.
  ///
  /// @throws CorpusException naming the file and the first line that is wrong
  public static WindowsFile read(Path path) {
    return read(path, MAX_BYTES);
  }

  /// The same for a file of at most `limit` bytes.
  static WindowsFile read(Path path, long limit) {
    if (Files.isDirectory(path)) {
      throw new CorpusException(
          path + " is a directory; give the file of windows that preprocess-input wrote");
    }
    Digest digest = Digest.sha256();
    WindowsParser parser = new WindowsParser(path.toString());
    try (InputStream in = Files.newInputStream(path)) {
      byte[] buffer = new byte[BUFFER];
      long bytes = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
        if (bytes > limit) {
          throw new CorpusException(
              "%s is larger than %d bytes, the most that is read at once; split it"
                  .formatted(path, limit));
        }
        digest.add(buffer, n);
        parser.accept(buffer, n);
      }
    } catch (IOException e) {
      throw new CorpusException(
          "%s, the file of windows, cannot be read: %s; make one with preprocess-input"
              .formatted(path, Reason.of(e)),
          e);
    }
    return new WindowsFile(path, digest.hex(), parser.finish());
  }

  /// Writes `windows` to `path`, all or nothing.
  public static WindowsFile write(Path path, Windows windows) {
    Digest digest = Digest.sha256();
    AtomicFile.write(
        path,
        out -> {
          for (int i = 0; i < windows.count(); i++) {
            byte[] line = line(windows, i);
            digest.add(line);
            out.write(line);
          }
        });
    return new WindowsFile(path, digest.hex(), windows);
  }

  private static byte[] line(Windows windows, int i) {
    StringBuilder line = new StringBuilder(6 * windows.length(i));
    for (int position = 0; position < windows.length(i); position++) {
      line.append(windows.id(i, position)).append(' ');
    }
    line.setCharAt(line.length() - 1, '\n');
    return line.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Refuses ids that a vocabulary of `size` tokens does not have.
  ///
  /// @throws CorpusException naming the first such line
  public void checkVocabulary(int size) {
    for (int i = 0; i < windows.count(); i++) {
      for (int position = 0; position < windows.length(i); position++) {
        if (windows.id(i, position) >= size) {
          throw new CorpusException(
              ("%s: line %d holds the id %d, but the model's vocabulary ends at %d; "
                      + "make the windows with this model's tokenizer")
                  .formatted(path, i + 1, windows.id(i, position), size - 1));
        }
      }
    }
  }
}
