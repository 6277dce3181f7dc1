package io.github.nonplus.gguf;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of a part of a model that was split: `NAME-00001-of-00004.gguf`.
///
/// @param prefix the path up to the number
record SplitName(String prefix, int number, int count) {
  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  static Optional<SplitName> of(Path path) {
    Matcher matcher = NAME.matcher(path.getFileName().toString());
    return matcher.matches()
        ? Optional.of(
            new SplitName(
                path.resolveSibling(matcher.group(1)).toString(),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3))))
        : Optional.empty();
  }

  /// The part of a number, counted from 0.
  Path part(int index) {
    return Path.of(String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", prefix, index + 1, count));
  }

  /// What the first part of the same model is called.
  static String firstOf(Path path) {
    return of(path).map(split -> split.part(0).toString()).orElse("NAME-00001-of-0000N.gguf");
  }
}
