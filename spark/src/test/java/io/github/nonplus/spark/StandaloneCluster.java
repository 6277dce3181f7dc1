package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// A real cluster on this machine's loopback: a master and workers as processes of their own, of
/// the distribution that the property `nonplus.spark.home` names. Where there is none, tests are
/// skipped, unless the build was told (`-Dnonplus.require=spark`) that there must be one.
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final long PATIENCE = 600;

  private final Path home;
  private final Path folder;
  private final int port = freePort();
  private final List<Process> processes = new ArrayList<>();
  private final List<Process> submitted = new ArrayList<>();

  private StandaloneCluster(Path home, Path folder) {
    this.home = home;
    this.folder = folder;
  }

  /// Starts a master and two workers.
  ///
  /// @param cores of each worker
  /// @param folder takes logs and what workers write
  static StandaloneCluster start(int cores, Path folder) {
    String home = System.getProperty("nonplus.spark.home", "");
    if (home.isEmpty()) {
      assertThat(System.getProperty("nonplus.require", ""))
          .as("-Dnonplus.require=spark, but nonplus.spark.home names no distribution of Spark")
          .doesNotContain("spark");
    }
    assumeThat(home)
        .as("no distribution of Spark (-Dnonplus.spark.home): .ci/jobs/spark brings one")
        .isNotEmpty();
    StandaloneCluster cluster = new StandaloneCluster(Path.of(home), folder);
    cluster.spark(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        HOST,
        "--port",
        Integer.toString(cluster.port),
        "--webui-port",
        "0");
    cluster.worker(1, cores);
    cluster.worker(2, cores);
    return cluster;
  }

  /// Starts a worker.
  Process worker(int number, int cores) {
    return spark(
        "worker" + number,
        "org.apache.spark.deploy.worker.Worker",
        "--host",
        HOST,
        "--webui-port",
        "0",
        "--cores",
        Integer.toString(cores),
        "--memory",
        "2g",
        "--work-dir",
        folder.resolve("work" + number).toString(),
        "spark://" + HOST + ":" + port);
  }

  /// The worker of that number.
  Process worker(int number) {
    return processes.get(number);
  }

  private Process spark(String name, String... command) {
    List<String> all = new ArrayList<>();
    all.add(home.resolve("bin/spark-class").toString());
    all.addAll(Arrays.asList(command));
    Process process = process(name, all);
    processes.add(process);
    return process;
  }

  /// Runs `nonplus-spark` on the cluster, as a user would.
  ///
  /// @param name of its logs, `NAME.out` and `NAME.err`
  Process submit(String name, String... command) {
    List<String> all = new ArrayList<>();
    all.add(Path.of("nonplus-spark").toAbsolutePath().toString());
    all.addAll(Arrays.asList(command));
    Process process = process(name, all);
    submitted.add(process);
    return process;
  }

  private Process process(String name, List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(folder.resolve(name + ".out").toFile())
              .redirectError(folder.resolve(name + ".err").toFile());
      Map<String, String> environment = builder.environment();
      environment.put("SPARK_HOME", home.toString());
      environment.put("JAVA_HOME", System.getProperty("java.home"));
      environment.put("SPARK_LOCAL_IP", HOST);
      environment.put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
      environment.put(
          "NONPLUS_SPARK_OPTIONS",
          "--master spark://%s:%d --executor-memory 1g --driver-memory 1g".formatted(HOST, port)
              + " --conf spark.ui.enabled=false --conf spark.driver.host="
              + HOST
              + " --conf spark.executorEnv.XDG_CACHE_HOME="
              + folder.resolve("cache"));
      environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The output of a run that must succeed.
  String finished(String name, Process process) throws IOException, InterruptedException {
    assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).as(name + " ends").isTrue();
    String said = Files.readString(folder.resolve(name + ".err"));
    assertThat(process.exitValue()).as(said).isZero();
    return Files.readString(folder.resolve(name + ".out"));
  }

  /// What a run said beside its result.
  String said(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".err"));
  }

  /// Waits until something is so.
  static void await(String what, BooleanSupplier is) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
    while (!is.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited in vain: " + what).isLessThan(end);
      Thread.sleep(50);
    }
  }

  /// Kills a process and all that it started, as `kill -9` does.
  static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    submitted.forEach(StandaloneCluster::kill);
    processes.forEach(StandaloneCluster::kill);
  }
}
