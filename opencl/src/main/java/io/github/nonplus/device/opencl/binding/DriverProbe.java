package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.child.JavaProcess;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.files.CacheDirectory;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.PrivateFolder;
import io.github.nonplus.files.Reason;
import io.github.nonplus.screen.OneLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.lwjgl.opencl.CL;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.Platform;

/// Whether the installed drivers can be asked for their devices. A driver that fails then takes its
/// process along, and OpenCL's loader opens every driver that is installed, wanted or not: so a
/// small process of its own asks first. What became of it is remembered until a driver changes.
///
/// @param command starts the process, which prints [ProbeServer#ANSWERED]
/// @param memory the file that remembers; its folder is the user's alone
record DriverProbe(Command command, Path memory, Duration patience) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LONGEST = 1 << 12;

  /// How the process is started.
  interface Command {
    ProcessBuilder get() throws IOException;
  }

  /// The one for the drivers that are installed now.
  ///
  /// @param loader name of OpenCL's loader
  static DriverProbe ofUser(String loader) {
    String digest = DriverFiles.sha256(loader, System.getenv()).substring(0, 32);
    return new DriverProbe(
        DriverProbe::server,
        CacheDirectory.ofUser().resolve("opencl-drivers-%s.txt".formatted(digest)),
        PATIENCE);
  }

  private static ProcessBuilder server() throws IOException {
    ProcessBuilder builder =
        JavaProcess.of(
            ProbeServer.class,
            List.of(DeviceException.class, CL.class, MemoryStack.class),
            natives().stream().toList(),
            "-Dnonplus.cache=" + CacheDirectory.ofUser());
    return builder.redirectErrorStream(true);
  }

  /// The jar in which LWJGL's own library for this system is.
  private static Optional<Path> natives() throws IOException {
    URL library =
        MemoryStack.class
            .getClassLoader()
            .getResource(
                "%s/%s/org/lwjgl/%s"
                    .formatted(
                        Platform.get().name().toLowerCase(Locale.ROOT).replace("macosx", "macos"),
                        Platform.getArchitecture().name().toLowerCase(Locale.ROOT),
                        System.mapLibraryName("lwjgl")));
    if (library == null || !(library.openConnection() instanceof JarURLConnection jar)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(jar.getJarFileURL().toURI()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /// Lets only drivers be asked that survive it.
  ///
  /// @throws DeviceException if the process that asked them did not answer
  void require() {
    Optional<String> remembered = remembered();
    String found = remembered.orElseGet(this::ask);
    if (!found.equals(ProbeServer.ANSWERED)) {
      throw new DeviceException(
          ("OpenCL's drivers cannot be used: a process that asked them for their devices %s; update"
                  + " or remove the driver, and use --device cpu meanwhile (%s)")
              .formatted(
                  OneLine.of(found),
                  remembered.isPresent()
                      ? "remembered in %s, which can be removed".formatted(memory)
                      : "this is remembered until a driver changes"));
    }
  }

  private Optional<String> remembered() {
    try {
      PrivateFolder.open(memory.toAbsolutePath().getParent());
      if (Files.isRegularFile(memory) && Files.size(memory) <= LONGEST) {
        String text = new String(InputFile.bytes(memory), StandardCharsets.UTF_8);
        return Optional.of(text.strip()).filter(words -> !words.isEmpty());
      }
    } catch (IOException e) {
      // asked each time, then
    }
    return Optional.empty();
  }

  /// Asks, and keeps the answer.
  private String ask() {
    String found = become();
    if (Thread.currentThread().isInterrupted()) {
      return found;
    }
    try {
      PrivateFolder.open(memory.toAbsolutePath().getParent());
      AtomicFile.write(memory, out -> out.write((found + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | OutputException e) {
      // asked each time, then
    }
    return found;
  }

  /// What became of the process.
  private String become() {
    try {
      Process process = command.get().start();
      process.getOutputStream().close();
      FutureTask<String> said = new FutureTask<>(() -> said(process.getInputStream()));
      Thread.ofPlatform().daemon().name("OpenCL probe").start(said);
      boolean inTime = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!inTime) {
        process.destroyForcibly();
      }
      int status = process.waitFor();
      if (said.get().lines().anyMatch(ProbeServer.ANSWERED::equals)) {
        return ProbeServer.ANSWERED;
      }
      return inTime
          ? "ended (status %d)".formatted(status)
          : "had not finished after %d s".formatted(patience.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "was interrupted";
    } catch (IOException | ExecutionException e) {
      String why = e instanceof IOException failed ? Reason.of(failed) : e.getMessage();
      throw new DeviceException(
          "OpenCL's drivers are asked in a process of their own, which failed: " + why, e);
    }
  }

  /// What it says, up to a length; the rest is read and forgotten. A process that is ended closes
  /// its pipe.
  private static String said(InputStream in) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    byte[] piece = new byte[LONGEST];
    try {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        said.write(piece, 0, Math.min(n, LONGEST - said.size()));
      }
    } catch (IOException e) {
      // ended
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
