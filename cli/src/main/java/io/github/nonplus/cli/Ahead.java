package io.github.nonplus.cli;

import io.github.nonplus.device.Devices;
import io.github.nonplus.files.JsonFile;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// What a command will most likely need is begun on other processors while its options are still
/// being read, which takes as long. Nothing depends on it, and a guess that is wrong costs little.
final class Ahead {
  /// Commands that compute on the default device unless they are told otherwise.
  static final Set<String> COMPUTE = Set.of("calculate-perplexity", "divergence", "perplexity");

  private static final String DEVICE = ComputeOptions.DEFAULT_DEVICE;

  /// With these, other kernels may be wanted, or fewer threads, or no computation.
  private static final List<String> TELLING = List.of("--kernels", "--threads", "--help", "-h");

  private Ahead() {}

  /// Begins it for a command and its options, names spelled with dashes.
  static void begin(String... words) {
    begin("nonplus-json", JsonFile::prepare);
    if (computes(words) && Runtime.getRuntime().availableProcessors() > 1) {
      begin("nonplus-kernels", () -> Devices.prepare(DEVICE));
    }
  }

  /// Whether they mean to compute on the default device, as it is without any options.
  static boolean computes(String... words) {
    return COMPUTE.contains(words[0])
        && Arrays.stream(words).noneMatch(word -> TELLING.contains(word.split("=", 2)[0]))
        && namesNoOther(words);
  }

  private static boolean namesNoOther(String... words) {
    String joined = String.join(" ", words).replace("--device=", "--device ") + " ";
    return !joined.contains("--device ") || joined.contains("--device " + DEVICE + " ");
  }

  private static void begin(String name, Runnable work) {
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) {
                // It is said where the command needs it itself.
              }
            });
  }
}
