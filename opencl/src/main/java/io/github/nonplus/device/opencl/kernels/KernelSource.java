package io.github.nonplus.device.opencl.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/// The kernel files that this module ships. What a file includes is put in its place, once. PTX is
/// a compiler's output, megabytes of it, and is shipped compressed.
final class KernelSource {
  private static final String FOLDER = "/io/github/nonplus/device/opencl/";
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]+\\.(cl|ptx)");
  private static final Pattern INCLUDE = Pattern.compile("#include (\"[a-z0-9_]+\\.cl\"|SNIPPET)");

  private KernelSource() {}

  /// The text of a file and of all that it includes.
  ///
  /// @param snippet the file, without its ending, that is put for `#include SNIPPET`
  static String of(String file, String snippet) {
    return included(file, snippet, new HashSet<>());
  }

  /// A file and all that it includes, by name, each as it is.
  static Map<String, String> files(String file, String snippet) {
    Map<String, String> files = new TreeMap<>();
    collect(file, snippet, files);
    return files;
  }

  private static void collect(String file, String snippet, Map<String, String> files) {
    if (files.putIfAbsent(file, text(file)) == null) {
      INCLUDE
          .matcher(text(file))
          .results()
          .forEach(each -> collect(name(each, snippet), snippet, files));
    }
  }

  /// The file that an include names.
  private static String name(MatchResult include, String snippet) {
    String what = include.group(1);
    return what.startsWith("\"") ? what.substring(1, what.length() - 1) : snippet + ".cl";
  }

  /// Whether this module ships a file of that name.
  static boolean exists(String file) {
    return NAME.matcher(file).matches() && KernelSource.class.getResource(stored(file)) != null;
  }

  private static String stored(String file) {
    return FOLDER + file + (isPtx(file) ? ".gz" : "");
  }

  /// Whether a file is NVIDIA's PTX.
  static boolean isPtx(String file) {
    return file.endsWith(".ptx");
  }

  private static String included(String file, String snippet, Set<String> seen) {
    if (!seen.add(file)) {
      return "";
    }
    StringBuilder text = new StringBuilder(place(1, file));
    int number = 0;
    for (String line : text(file).lines().toList()) {
      number++;
      Matcher include = INCLUDE.matcher(line);
      if (include.matches()) {
        text.append(included(name(include, snippet), snippet, seen))
            .append(place(number + 1, file));
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
    try (InputStream in = KernelSource.class.getResourceAsStream(stored(file))) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel file " + file);
      }
      InputStream text = isPtx(file) ? new GZIPInputStream(in) : in;
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
