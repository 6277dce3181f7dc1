package io.github.nonplus.journal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of a run's windows: with `W` windows, part `i` of `n` holds the windows from `(i − 1)·W /
/// n` up to, but without, `i·W / n`, rounded down. All parts together hold every window once, and
/// their sizes differ by one at most.
///
/// ```
/// 10 windows   0 1 2 3 4 5 6 7 8 9
/// 1/3          x x x
/// 2/3                x x x
/// 3/3                      x x x x
/// ```
///
/// @param index from 1
/// @param of how many there are
public record Shard(int index, int of) {
  /// All windows.
  public static final Shard WHOLE = new Shard(1, 1);

  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})/([1-9][0-9]{0,5})");

  public Shard {
    if (index < 1 || index > of) {
      throw new IllegalArgumentException("part %d of %d".formatted(index, of));
    }
  }

  /// Reads `1/4`, if it is that.
  public static Optional<Shard> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int index = Integer.parseInt(matcher.group(1));
    int of = Integer.parseInt(matcher.group(2));
    return index <= of ? Optional.of(new Shard(index, of)) : Optional.empty();
  }

  /// Whether it is all windows.
  public boolean isWhole() {
    return of == 1;
  }

  /// The first window, counted from 0.
  public int first(int windows) {
    return (int) ((index - 1L) * windows / of);
  }

  /// The window after the last.
  public int end(int windows) {
    return (int) ((long) index * windows / of);
  }

  @Override
  public String toString() {
    return index + "/" + of;
  }
}
