package io.github.nonplus.device.opencl.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel files that this module ships. What a file includes is put in its place, once.
final class KernelSource {
  private static final Pattern INCLUDE = Pattern.compile("#include \"([a-z_]+\\.cl)\"");

  private KernelSource() {}

  /// The text of a file and of all that it includes.
  static String of(String file) {
    return included(file, new HashSet<>());
  }

  private static String included(String file, Set<String> seen) {
    if (!seen.add(file)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (String line : read(file).lines().toList()) {
      Matcher include = INCLUDE.matcher(line);
      text.append(include.matches() ? included(include.group(1), seen) : line).append('\n');
    }
    return text.toString();
  }

  private static String read(String file) {
    try (InputStream in =
        KernelSource.class.getResourceAsStream("/io/github/nonplus/device/opencl/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
