package io.github.nonplus.perplexity;

import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.program.Program;
import io.github.nonplus.version.Build;
import io.github.nonplus.version.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything that the bits of a run's result depend on, by name: two runs of which it is equal
/// give equal results, on whatever machines. Batch size and threads are not in it, nor are paths.
final class RunIdentity {
  private static final String NONE = "none";

  private RunIdentity() {}

  static Map<String, String> of(
      RunAccount account, Program program, Device device, Computation computation) {
    return of(account, program, device.identity(computation), build(device));
  }

  /// @param device all of it that the bits depend on
  /// @param build digests of the code that computes
  static Map<String, String> of(RunAccount account, Program program, String device, String build) {
    Map<String, String> run = new LinkedHashMap<>();
    run.put("protocol", account.protocol());
    run.put("token ids", account.corpus().windowsSha256());
    run.put("text", orNone(account.corpus().textSha256()));
    run.put("weights", account.model().weightsSha256());
    run.put("quantization", account.model().quantization());
    run.put("tokenizer", orNone(account.model().tokenizerSha256()));
    run.put("program", LibraryFile.digest(program));
    run.put("library", orNone(account.librarySha256()));
    run.put("device", device);
    run.put("version", Version.number());
    run.put("build", build);
    return run;
  }

  static String build(Device device) {
    String core = Build.sha256(Version.class);
    String its = Build.sha256(device.getClass());
    return core.equals(its) ? core : core + " + " + its;
  }

  private static String orNone(String digest) {
    return digest == null ? NONE : digest;
  }
}
