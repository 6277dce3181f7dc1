package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The test split of WikiText-2 (raw), the text on which perplexities are usually given.
///
/// Its one pinned file yields the text that Hugging Face's rows yield. The rows of the dataset are
/// the file's lines, each with its line feed, but a blank line (`" \n"`) is stored as the empty
/// string; the original preprocessing joins the rows by two line feeds:
///
/// ```
/// file    " \n"  " = Robert Boulter = \n"  " \n"  " Robert Boulter is …\n"  …
/// rows    ""     " = Robert Boulter = \n"  ""     " Robert Boulter is …\n"  …
/// text    \n\n = Robert Boulter = \n\n\n\n\n Robert Boulter is …\n\n\n …
/// ```
public final class WikiText {
  /// The name under which the file is published.
  public static final String FILE = "wiki.test.raw";

  /// Digest of the file's 1,290,590 bytes.
  public static final String SHA256 =
      "173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08";

  /// Where it is published.
  private static final String SOURCE =
      "https://huggingface.co/datasets/ggml-org/ci/resolve/main/wikitext-2-raw-v1.zip";

  private static final String BLANK = " \n";

  private WikiText() {}

  /// The joined rows, if `text` is the pinned file; empty for any other text.
  public static Optional<Text> recognize(Text text) {
    return isPinned(text)
        ? Optional.of(Text.of(text.name(), join(text.content())))
        : Optional.empty();
  }

  /// Whether `text` is the pinned file.
  public static boolean isPinned(Text text) {
    return text.sha256().equals(SHA256);
  }

  /// The file, where a user is told to put it: in the folder that `NONPLUS_CORPORA` names, or in
  /// the current one, or in one of two folders there.
  ///
  /// @throws CorpusException saying how to get it, if it is nowhere
  public static Path find() {
    return find(directories());
  }

  /// The same; empty if it is nowhere.
  public static Optional<Path> found() {
    return found(directories());
  }

  private static List<Path> directories() {
    return Stream.concat(
            Stream.ofNullable(System.getenv("NONPLUS_CORPORA")),
            Stream.of(".", "wikitext-2-raw", "corpora"))
        .map(Path::of)
        .toList();
  }

  private static Optional<Path> found(List<Path> directories) {
    return directories.stream()
        .map(directory -> directory.resolve(FILE))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /// The file, in the first of `directories` that has it.
  ///
  /// @throws CorpusException saying how to get it, if none has
  public static Path find(List<Path> directories) {
    return found(directories)
        .orElseThrow(
            () ->
                new CorpusException(
                    ("the test text of WikiText-2 is not here: get %s (1290590 bytes, sha256 %s) out"
                            + " of %s and put it into one of %s or into the directory that"
                            + " NONPLUS_CORPORA names, or give another text with --input")
                        .formatted(FILE, SHA256, SOURCE, directories)));
  }

  /// The joined rows of the pinned file.
  ///
  /// @throws CorpusException if `file` is not that file
  public static Text read(Path file) {
    return recognize(readPinned(file)).orElseThrow();
  }

  /// The pinned file as it is.
  ///
  /// @throws CorpusException if `file` is not that file
  public static Text readPinned(Path file) {
    Text raw = Text.read(file);
    return Optional.of(raw)
        .filter(WikiText::isPinned)
        .orElseThrow(
            () ->
                new CorpusException(
                    ("%s is not the test text of WikiText-2: its sha256 is %s, expected %s; get the"
                            + " original file, or give this one with --input to take it as it is")
                        .formatted(file, raw.sha256(), SHA256)));
  }

  /// The rows that the lines of `raw` stand for, joined by two line feeds.
  static String join(String raw) {
    return String.join("\n\n", rows(raw));
  }

  /// The rows of the data set that the lines of `raw` stand for.
  public static List<String> rows(String raw) {
    List<String> rows = new ArrayList<>();
    for (int start = 0; start < raw.length(); ) {
      int end = raw.indexOf('\n', start) + 1;
      end = end == 0 ? raw.length() : end;
      String line = raw.substring(start, end);
      rows.add(line.equals(BLANK) ? "" : line);
      start = end;
    }
    return rows;
  }
}
