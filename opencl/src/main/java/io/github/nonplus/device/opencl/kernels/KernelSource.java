package io.github.nonplus.device.opencl.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kernel files that this module ships. What a file includes is put in its place, once.
final class KernelSource {
  private static final String FOLDER = "/io/github/nonplus/device/opencl/";
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+\\.(cl|ptx)");
  private static final Pattern INCLUDE = Pattern.compile("#include \"([a-z_]+\\.cl)\"");

  private KernelSource() {}

  /// The text of a file and of all that it includes.
  static String of(String file) {
    return included(file, new HashSet<>());
  }

  /// A file and all that it includes, by name, each as it is.
  static Map<String, String> files(String file) {
    Map<String, String> files = new TreeMap<>();
    collect(file, files);
    return files;
  }

  private static void collect(String file, Map<String, String> files) {
    if (files.putIfAbsent(file, text(file)) == null) {
      INCLUDE.matcher(text(file)).results().forEach(each -> collect(each.group(1), files));
    }
  }

  /// Whether this module ships a file of that name.
  static boolean exists(String file) {
    return NAME.matcher(file).matches() && KernelSource.class.getResource(FOLDER + file) != null;
  }

  private static String included(String file, Set<String> seen) {
    if (!seen.add(file)) {
      return "";
    }
    StringBuilder text = new StringBuilder(place(1, file));
    int number = 0;
    for (String line : text(file).lines().toList()) {
      number++;
      Matcher include = INCLUDE.matcher(line);
      if (include.matches()) {
        text.append(included(include.group(1), seen)).append(place(number + 1, file));
      } else {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }

  /// So that a compiler's complaint names the file and its line.
  private static String place(int line, String file) {
    return "#line %d \"%s\"\n".formatted(line, file);
  }

  /// The text of one file.
  static String text(String file) {
    try (InputStream in = KernelSource.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel file " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
