package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;

/// What a program put into a text file that its author did not write. It is tokenized like anything
/// else, because a text is taken as it is, and so changes the result.
///
/// @param byteOrderMark whether the file begins with U+FEFF
/// @param carriageReturns line ends that are a carriage return and a line feed
public record Marks(boolean byteOrderMark, long carriageReturns) {
  /// Looks at a text that comes in parts.
  static final class Counter {
    private boolean begun;
    private boolean byteOrderMark;
    private long carriageReturns;
    private boolean afterReturn;

    void add(String part) {
      if (part.isEmpty()) {
        return;
      }
      byteOrderMark |= !begun && part.charAt(0) == '\ufeff';
      begun = true;
      for (int i = 0; i < part.length(); i++) {
        char c = part.charAt(i);
        carriageReturns += afterReturn && c == '\n' ? 1 : 0;
        afterReturn = c == '\r';
      }
    }

    Marks marks() {
      return new Marks(byteOrderMark, carriageReturns);
    }
  }

  /// What to say of a file that has them.
  List<String> warnings(String name) {
    List<String> warnings = new ArrayList<>();
    if (byteOrderMark) {
      warnings.add(
          name
              + " begins with a byte order mark (U+FEFF), which is tokenized as part of the text;"
              + " remove it (sed '1s/^\\xef\\xbb\\xbf//' does it) for the number of the text alone");
    }
    if (carriageReturns > 0) {
      warnings.add(
          ("%s has %d lines that end with a carriage return, as Windows writes them, which is tokenized"
                  + " as part of the text; remove them (sed 's/\\r$//' does it) for the number of the text"
                  + " alone")
              .formatted(name, carriageReturns));
    }
    return warnings;
  }
}
