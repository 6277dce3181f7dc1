package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads the bytes of a windows file piece by piece. Memory grows with the ids that were read,
/// never with what a line claims to be.
final class WindowsParser {
  /// The longest header, or line of a document, that is read.
  static final int MAX_REMARK = 1 << 16;

  private static final int SHOWN = 24;
  private static final int FIRST_SIZE = 1 << 12;

  private final String name;
  private int[] ids = new int[FIRST_SIZE];
  private int count;
  private int[] ends = new int[FIRST_SIZE];
  private int[] scored = new int[FIRST_SIZE];
  private int lines;
  private int remarks;

  private WindowsHeader header;
  private final List<Section> sections = new ArrayList<>();

  /// The line with a `#` that is being read, or null.
  private ByteArrayOutputStream remark;

  /// How many ids the line that is being read scores, where a header is; 0 if it has not said yet.
  private int scoredOfLine;

  /// The item (what stands between two spaces) that is being read; its first bytes, for messages.
  private final byte[] item = new byte[SHOWN];

  private int itemLength;
  private long value;
  private boolean malformed;

  /// @param name names the file in messages
  WindowsParser(String name) {
    this.name = name;
  }

  /// Takes the next `length` bytes of the file.
  void accept(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      byte b = bytes[i];
      if (remark != null) {
        extendRemark(b);
        continue;
      }
      switch (b) {
        case '#' -> beginRemark();
        case ':' -> finishCount();
        case ' ' -> finishId();
        case '\n' -> finishLine();
        case '\r' ->
            throw failure(
                "has a carriage return that ends no line; put one window on each line, ended by a"
                    + " line feed");
        case 0 ->
            throw failure(
                "has a zero byte, so this is not a text file of ids; see preprocess-input");
        default -> extendItem(b);
      }
    }
  }

  /// The windows, once every byte was taken.
  Windows finish() {
    if (remark != null) {
      finishRemark();
    }
    if (itemLength > 0 || count > lineStart()) {
      finishLine();
    }
    if (lines == 0) {
      throw new CorpusException(
          name + " is empty, expected one window of ids a line; make it with preprocess-input");
    }
    int[] starts = new int[lines];
    System.arraycopy(ends, 0, starts, 1, lines - 1);
    return new Windows(
        Arrays.copyOf(ids, count),
        starts,
        Arrays.copyOf(ends, lines),
        Arrays.copyOf(scored, lines),
        header == null || header.lastFed());
  }

  /// The first line, if it is a header.
  Optional<WindowsHeader> header() {
    return Optional.ofNullable(header);
  }

  /// The documents that the file names, in order.
  List<Section> sections() {
    return sections;
  }

  private void beginRemark() {
    if (itemLength > 0 || count > lineStart() || scoredOfLine > 0) {
      extendItem((byte) '#'); // is refused as what it is: no id
    } else {
      remark = new ByteArrayOutputStream();
    }
  }

  private void extendRemark(byte b) {
    if (b == '\n') {
      finishRemark();
    } else if (remark.size() == MAX_REMARK) {
      throw failure(
          "is longer than the %d bytes that a line with '#' may have".formatted(MAX_REMARK));
    } else {
      remark.write(b);
    }
  }

  private void finishRemark() {
    String line = "#" + remark.toString(StandardCharsets.UTF_8);
    try {
      if (line.startsWith(WindowsHeader.MARK) && lines + remarks == 0) {
        header = WindowsHeader.parse(line.substring(WindowsHeader.MARK.length()));
      } else if (line.startsWith(Section.MARK) && header != null) {
        sections.add(Section.parse(line.substring(Section.MARK.length()), lines));
      } else {
        throw new IllegalArgumentException(
            "begins with '#' but is neither a header in the first line nor, after one, the line of"
                + " a document; remove the line");
      }
    } catch (IllegalArgumentException e) {
      throw failure(e.getMessage());
    }
    remark = null;
    remarks++;
  }

  /// Takes what stands before a colon: the number of ids that the line scores.
  private void finishCount() {
    if (header == null || scoredOfLine > 0 || count > lineStart() || itemLength == 0 || malformed) {
      extendItem((byte) ':');
      throw badItem();
    }
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw failure("scores %d ids, expected 1 or more".formatted(value));
    }
    scoredOfLine = (int) value;
    itemLength = 0;
    value = 0;
  }

  private void extendItem(byte b) {
    if (itemLength < SHOWN) {
      item[itemLength++] = b;
    }
    if (b < '0' || b > '9' || (itemLength == 2 && value == 0)) {
      malformed = true;
    } else if (!malformed && value <= Integer.MAX_VALUE) {
      value = 10 * value + (b - '0');
    }
    if (malformed && itemLength == SHOWN) {
      throw badItem();
    }
  }

  private void finishId() {
    if (itemLength == 0) {
      throw failure(
          "has a space where an id is expected; put one space between two ids and none elsewhere");
    }
    if (malformed || value > Integer.MAX_VALUE) {
      throw badItem();
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(2, count));
    }
    ids[count++] = (int) value;
    itemLength = 0;
    value = 0;
  }

  private void finishLine() {
    if (itemLength == 0 && count == lineStart()) {
      throw failure("is empty, expected a window of ids; remove the line");
    }
    if (header != null && scoredOfLine == 0) {
      throw failure(
          "does not say how many of its ids are scored, as the header demands ('255:1 20 …');"
              + " make the windows anew");
    }
    finishId();
    if (count - lineStart() == 1) {
      throw failure(
          "is a window of one id, in which nothing can be scored, at least 2 ids expected; "
              + "remove the line");
    }
    if (lines == ends.length) {
      ends = Arrays.copyOf(ends, Math.multiplyExact(2, lines));
      scored = Arrays.copyOf(scored, ends.length);
    }
    if (scoredOfLine >= count - lineStart()) {
      throw failure(
          "scores %d of its %d ids, expected at most all but the first"
              .formatted(scoredOfLine, count - lineStart()));
    }
    scored[lines] = header == null ? count - lineStart() - 1 : scoredOfLine;
    scoredOfLine = 0;
    ends[lines++] = count;
  }

  private int lineStart() {
    return lines == 0 ? 0 : ends[lines - 1];
  }

  private CorpusException badItem() {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < itemLength; i++) {
      boolean printable = item[i] > ' ' && item[i] < 0x7f;
      shown.append(printable ? "" + (char) item[i] : "\\x%02x".formatted(item[i]));
    }
    String found = shown + (itemLength == SHOWN ? "…" : "");
    if (found.matches("-[0-9]+…?")) {
      return failure("holds the negative id %s, expected 0 or more".formatted(found));
    }
    if (!malformed) {
      return failure(
          "holds the id %s, which is above %d, the largest that is possible"
              .formatted(found, Integer.MAX_VALUE));
    }
    return failure(
        "holds '%s', expected an id (decimal digits without leading zeros)".formatted(found));
  }

  private CorpusException failure(String what) {
    return new CorpusException("%s: line %d %s".formatted(name, lines + remarks + 1, what));
  }
}
