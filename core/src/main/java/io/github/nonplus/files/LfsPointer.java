package io.github.nonplus.files;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The few lines that Git keeps in place of a large file: where a repository was cloned without Git
/// LFS, they are all there is.
public final class LfsPointer {
  /// A pointer is shorter than this.
  public static final int LONGEST = 1024;

  private static final Pattern FORM =
      Pattern.compile(
          "version https://git-lfs\\.github\\.com/spec/v1\n(?:.*\n)*?size (\\d{1,19})\n?(?:.*\n?)*");

  private LfsPointer() {}

  /// What to say of a file that begins with `text` if it is one.
  ///
  /// @param file names it
  public static Optional<String> sentence(Object file, String text) {
    if (text.length() >= LONGEST) {
      return Optional.empty();
    }
    Matcher pointer = FORM.matcher(text);
    return pointer.matches()
        ? Optional.of(
            ("%s is a Git LFS pointer, not the file itself, which has %s bytes; run git lfs pull"
                    + " beside it, or download it again")
                .formatted(file, pointer.group(1)))
        : Optional.empty();
  }
}
