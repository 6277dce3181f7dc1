package io.github.nonplus.failure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// A name that is none of those there are.
public final class UnknownName {
  private UnknownName() {}

  /// The sentence that says so, with all names and the one that was perhaps meant.
  ///
  /// @param what is named, such as `protocol`
  public static String sentence(String what, String name, List<String> known) {
    List<String> near = nearest(name, known);
    return "unknown %s '%s'; there are %s%s"
        .formatted(
            what,
            name,
            String.join(", ", known),
            near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
  }

  /// The names of `known` that are nearest to `name`, if any is near: few letters are wrong, or one
  /// begins with the other.
  public static List<String> nearest(String name, List<String> known) {
    int least = Integer.MAX_VALUE;
    List<String> nearest = new ArrayList<>();
    for (String candidate : known) {
      int distance = distance(plain(name), plain(candidate));
      if (distance < least) {
        least = distance;
        nearest.clear();
      }
      if (distance == least) {
        nearest.add(candidate);
      }
    }
    if (least <= Math.max(1, name.length() / 3)) {
      return nearest;
    }
    return known.stream()
        .filter(candidate -> isBeginning(plain(name), plain(candidate)))
        .sorted(Comparator.comparingInt(String::length))
        .limit(3)
        .toList();
  }

  private static final int SHORTEST_BEGINNING = 3;

  private static boolean isBeginning(String one, String other) {
    return Math.min(one.length(), other.length()) >= SHORTEST_BEGINNING
        && (one.startsWith(other) || other.startsWith(one));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Letters to insert, remove, replace or swap with their neighbour.
  private static int distance(String from, String to) {
    int[][] table = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          table[i][j] = i + j;
          continue;
        }
        int replaced = table[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        table[i][j] = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          table[i][j] = Math.min(table[i][j], 1 + table[i - 2][j - 2]);
        }
      }
    }
    return table[from.length()][to.length()];
  }
}
