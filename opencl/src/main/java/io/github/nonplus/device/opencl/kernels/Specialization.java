package io.github.nonplus.device.opencl.kernels;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A kernel file with values for its preprocessor definitions.
///
/// @param file such as `matmul.cl`
public record Specialization(String file, Map<String, String> definitions) {
  /// The definition that names the file, without its ending, by which weights are decoded.
  public static final String SNIPPET = "SNIPPET";

  public Specialization {
    definitions = Map.copyOf(definitions);
  }

  /// A file of which nothing is specialised yet.
  public static Specialization of(String file) {
    return new Specialization(file, Map.of());
  }

  /// Whether the file is NVIDIA's PTX, of which nothing is specialised: there is a file for each
  /// case.
  boolean isPtx() {
    return KernelSource.isPtx(file);
  }

  /// The same with one more definition.
  public Specialization with(String name, int value) {
    return with(Map.of(name, Integer.toString(value)));
  }

  /// The same with more definitions.
  public Specialization with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(definitions);
    all.putAll(more);
    return new Specialization(file, all);
  }

  /// The source as the driver gets it, which takes the definitions as options.
  public String source() {
    return KernelSource.of(file, snippet());
  }

  /// The source with its definitions, but for what the device adds.
  String text() {
    return isPtx()
        ? KernelSource.text(file)
        : new TreeMap<>(definitions)
                .entrySet().stream()
                    .map(each -> "#define " + each.getKey() + " " + each.getValue() + "\n")
                    .collect(Collectors.joining())
            + source();
  }

  /// The files that it is made of, by name.
  Map<String, String> files() {
    return KernelSource.files(file, snippet());
  }

  private String snippet() {
    return definitions.getOrDefault(SNIPPET, "");
  }

  /// The definitions as options, in alphabetical order.
  public String options() {
    return new TreeMap<>(definitions)
        .entrySet().stream()
            .map(each -> "-D" + each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
  }
}
