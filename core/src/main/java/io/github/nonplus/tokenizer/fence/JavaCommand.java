package io.github.nonplus.tokenizer.fence;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import ai.djl.util.Platform;
import io.github.nonplus.child.JavaProcess;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/// How the process behind the fence is started, with the few jars that it needs.
final class JavaCommand {
  private static final List<Class<?>> NEEDED =
      List.of(TokenizersLibrary.class, Platform.class, LoggerFactory.class);

  /// By this DJL finds the library where it lies, instead of unpacking it into a folder of its own.
  private static final String LIBRARY = "RUST_LIBRARY_PATH";

  private JavaCommand() {}

  /// @param library the native library, as a file
  static ProcessBuilder server(Path library) {
    try {
      ProcessBuilder builder =
          JavaProcess.of(
              TokenizerServer.class,
              NEEDED,
              // DJL would otherwise look for CUDA builds of its library to download, and report its
              // use.
              "-Dai.djl.offline=true",
              "-DOPT_OUT_TRACKING=true");
      builder.environment().put(LIBRARY, library.toString());
      return builder;
    } catch (IOException e) {
      throw new CorpusException("tokenizers run in a process of their own, but " + Reason.of(e), e);
    }
  }
}
