package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A text file with one window a line: ids in decimal digits, one space between two ids, a line
/// feed at the end of each line.
///
/// The form is strict, so that equal windows have equal digests: no other white space, no signs, no
/// leading zeros, no empty line. Only the line feed of the last line may be missing. Line ends and
/// a byte order mark of Windows, which nobody sees, are read as if they were not there.
///
/// Such a file is the original's, and scored as the original does: every id but the first of each
/// line. A file for any other protocol begins with a header that names it; then every window's line
/// says how many of its last ids are scored, and a line with `#document` stands before the windows
/// of each document:
///
/// ```
/// #nonplus-windows {"version":1,"protocol":"llamacpp","window":8,"stride":8,"last_id_is_fed":true}
/// #document {"name":"a.txt","words":12,"bytes":70}
/// 3:1 20 31 40 5 60 7 18
/// ```
///
/// @param path where it lies
/// @param sha256 digest of its bytes as Nonplus writes them, with line feeds alone
/// @param windows its windows, in order
/// @param header its header, if it has one
/// @param sections the documents that it names, in order; none if it has no header
public record WindowsFile(
    Path path,
    String sha256,
    Windows windows,
    Optional<WindowsHeader> header,
    List<Section> sections) {
  /// The largest file that is read: about 700,000 windows of 256 ids, two hundred times WikiText-2,
  /// which keeps the ids within 2 GiB of memory whatever the file says.
  static final long MAX_BYTES = 1L << 30;

  private static final int BUFFER = 1 << 16;

  public WindowsFile {
    sections = List.copyOf(sections);
  }

  /// Whether the file claims to be one: its first byte is a digit or a `#`, or it is empty.
  public static boolean looksLikeOne(Path path) {
    try (InputStream in = PlainLines.of(path)) {
      int first = in.read();
      return first < 0 || first == '#' || (first >= '0' && first <= '9');
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
    try (InputStream in = PlainLines.of(path)) {
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
    Windows windows = parser.finish();
    return new WindowsFile(path, digest.hex(), windows, parser.header(), parser.sections());
  }

  /// The digest of a file of windows, as [#sha256] is, without a look at what is in it.
  public static String digest(Path path) throws IOException {
    try (InputStream in = PlainLines.of(path)) {
      return Sha256.of(in);
    }
  }

  /// Writes `windows` to `path`, all or nothing, without a header: all their ids but the first are
  /// scored.
  public static WindowsFile write(Path path, Windows windows) {
    try (WindowsWriter writer = WindowsWriter.of(path, Optional.empty())) {
      for (int i = 0; i < windows.count(); i++) {
        writer.window(windows.window(i), windows.length(i) - 1);
      }
      return new WindowsFile(path, writer.commit(), windows, Optional.empty(), List.of());
    }
  }

  /// The line of the file, counted from 1, on which window `i` stands.
  public int line(int i) {
    long before = sections.stream().filter(section -> section.first() <= i).count();
    return (int) (i + before + (header.isPresent() ? 2 : 1));
  }

  /// The extent of all documents together.
  public Extent extent() {
    return sections.stream().map(Section::extent).reduce(Extent.NONE, Extent::plus);
  }

  /// Refuses ids that a vocabulary of `size` tokens does not have.
  ///
  /// @throws CorpusException naming the first such line
  public void checkVocabulary(int size) {
    checkVocabulary(size, "make the windows with this model's tokenizer");
  }

  /// The same with what to do about them.
  public void checkVocabulary(int size, String remedy) {
    for (int i = 0; i < windows.count(); i++) {
      for (int position = 0; position < windows.length(i); position++) {
        if (windows.id(i, position) >= size) {
          throw new CorpusException(
              "%s: line %d holds the id %d, but the model's vocabulary ends at %d; %s"
                  .formatted(path, line(i), windows.id(i, position), size - 1, remedy));
        }
      }
    }
  }
}
