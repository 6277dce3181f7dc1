import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Runs a command, and ends its process by force once its journal has some batches: `KillHalfway
/// JOURNAL COMMAND…`. Fails if the command ends before.
final class KillHalfway {
  private static final int BATCHES = 3;
  private static final long PAUSE_MS = 20;

  public static void main(String[] arguments) throws Exception {
    Path journal = Path.of(arguments[0]);
    List<String> command = Arrays.asList(arguments).subList(1, arguments.length);
    Process process = new ProcessBuilder(command).inheritIO().start();
    while (process.isAlive() && batches(journal) < BATCHES) {
      Thread.sleep(PAUSE_MS);
    }
    process.destroyForcibly().waitFor();
    System.out.println("killed after " + batches(journal) + " batches");
    System.exit(process.exitValue() == 0 ? 1 : 0);
  }

  /// The journal of a process that writes it, read as anybody may.
  private static long batches(Path journal) throws IOException {
    return Files.exists(journal)
        ? Files.readString(journal).lines().filter(line -> line.contains("\"batch\"")).count()
        : 0;
  }
}
