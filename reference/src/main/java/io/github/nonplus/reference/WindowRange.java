package io.github.nonplus.reference;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A stretch of a file's windows, written `9..16`.
///
/// @param first counted from 1
/// @param last likewise, included
public record WindowRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})\\.\\.([1-9][0-9]{0,8})");

  public WindowRange {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("windows %d to %d".formatted(first, last));
    }
  }

  /// Reads `9..16`, if it is that.
  public static Optional<WindowRange> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = Integer.parseInt(matcher.group(2));
    return first <= last ? Optional.of(new WindowRange(first, last)) : Optional.empty();
  }

  @Override
  public String toString() {
    return first + ".." + last;
  }
}
