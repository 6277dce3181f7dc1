package io.github.nonplus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The script that finds a JDK for the launcher and for the Maven wrapper. Invented JDKs have
/// versions above those of any real one, because the machine's own are found as well.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a script of sh; nonplus.cmd searches there")
class JdkSearchTest {
  @TempDir Path home;
  private Path jdks;

  @BeforeEach
  void usualFolder() throws IOException {
    jdks = Files.createDirectory(home.resolve(".jdks"));
  }

  @Test
  void javaHomeIsKeptIfItIsNewEnough() throws Exception {
    jdk("newest", "950");
    Path chosen = jdk("chosen", "25.0.1");
    assertThat(found(chosen)).isEqualTo(chosen.toString());
  }

  @Test
  void javaHomeThatIsTooOldGivesWayToTheNewestJdk() throws Exception {
    Path old = jdk("old", "24.0.2");
    jdk("new", "950.0.9");
    Path newest = jdk("newest", "950.0.10");
    assertThat(found(old)).isEqualTo(newest.toString());
  }

  @Test
  void earlyAccessVersionsCount() throws Exception {
    Path early = jdk("early", "951-ea");
    assertThat(found(null)).isEqualTo(early.toString());
  }

  @Test
  void theCommandOnThePathIsFollowedThroughLinks() throws Exception {
    Path hidden = Files.createDirectory(home.resolve("elsewhere"));
    jdks = hidden;
    Path jdk = jdk("jdk", "952");
    Path commands = Files.createDirectory(home.resolve("commands"));
    Files.createSymbolicLink(commands.resolve("javac"), jdk.resolve("bin/javac"));
    assertThat(run("", null, commands + ":/usr/bin:/bin").out)
        .isEqualTo(jdk.toRealPath().toString());
  }

  @Test
  void aRuntimeWithoutCompilerIsNotEnough() throws Exception {
    Path runtime = jdk("runtime", "953");
    Files.delete(runtime.resolve("bin/javac"));
    Path jdk = jdk("jdk", "950");
    assertThat(found(runtime)).isEqualTo(jdk.toString());
  }

  @Test
  void withoutAnyOneSentenceSaysWhatWasFoundAndWhatToInstall() throws Exception {
    Path old = jdk("old", "11.0.2");
    Result result = run("999", old, "/usr/bin:/bin");
    assertThat(result.code).isEqualTo(1);
    assertThat(result.out).isEmpty();
    assertThat(result.err.lines()).hasSize(1);
    assertThat(result.err)
        .startsWith("Nonplus needs a JDK 999 or newer but found 11.0.2 in " + old)
        .contains(": install one (");
  }

  private record Result(int code, String out, String err) {}

  private Path jdk(String name, String version) throws IOException {
    Path jdk = Files.createDirectories(jdks.resolve(name));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path compiler = Files.createDirectory(jdk.resolve("bin")).resolve("javac");
    Files.writeString(compiler, "#!/bin/sh\n");
    assertThat(compiler.toFile().setExecutable(true)).isTrue();
    return jdk;
  }

  private String found(Path javaHome) throws Exception {
    Result result = run("", javaHome, "/usr/bin:/bin");
    assertThat(result.err).isEmpty();
    return result.out;
  }

  /// Runs a copy of the script, with another version to ask for if one is given.
  private Result run(String required, Path javaHome, String path) throws Exception {
    String script = SourceTree.page("build/find-jdk.sh");
    assertThat(script).contains("jdk_required=25\n");
    if (!required.isEmpty()) {
      script = script.replace("jdk_required=25\n", "jdk_required=" + required + "\n");
    }
    Path copy = home.resolve("find-jdk.sh");
    Files.writeString(copy, script);
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-euc", ". \"$0\"; echo \"$JAVA_HOME\"", copy.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.environment().put("PATH", path);
    if (javaHome != null) {
      builder.environment().put("JAVA_HOME", javaHome.toString());
    }
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), text(out), text(err));
  }

  private static String text(Path path) throws IOException {
    return Files.readString(path, StandardCharsets.UTF_8).strip();
  }
}
