package io.github.nonplus.device.opencl.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.failure.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverProbeTest {
  @TempDir Path folder;
  private int asked;

  @Test
  void driversThatAnswerAreAskedOnce() {
    DriverProbe probe = probe(Duration.ofMinutes(1), "answered", "0");
    probe.require();
    probe.require();
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void aDriverThatAnswersAndFailsAtTheEndHasAnswered() {
    assertThatCode(probe(Duration.ofMinutes(1), "answered", "134")::require)
        .doesNotThrowAnyException();
  }

  @Test
  void aDriverThatEndsItsProcessIsASentenceAndIsNotAskedAgain() {
    DriverProbe probe = probe(Duration.ofMinutes(1), "chatter", "139");
    assertThatThrownBy(probe::require)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("OpenCL's drivers cannot be used")
        .hasMessageContaining("ended (status 139); update or remove the driver")
        .hasMessageContaining("--device cpu");
    assertThatThrownBy(probe::require)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("remembered in " + folder);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void aDriverThatHangsIsEnded() {
    assertThatThrownBy(probe(Duration.ofSeconds(1), "chatter", "hang")::require)
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("had not finished after 1 s");
  }

  private DriverProbe probe(Duration patience, String... behaviour) {
    return new DriverProbe(
        () -> {
          asked++;
          ProcessBuilder builder =
              new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-classpath",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  FailingDriver.class.getName());
          builder.command().addAll(List.of(behaviour));
          return builder.redirectErrorStream(true);
        },
        folder.resolve("memory"),
        patience);
  }

  /// Says a word, then ends with a status, or not at all.
  static final class FailingDriver {
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println(arguments[0]);
      if (arguments[1].equals("hang")) {
        Thread.sleep(Duration.ofMinutes(10));
      }
      Runtime.getRuntime().exit(Integer.parseInt(arguments[1]));
    }
  }

  @Test
  void anotherDriverIsAnotherQuestion() throws IOException {
    Path driver = Files.writeString(folder.resolve("driver.so"), "1");
    Path list = Files.writeString(folder.resolve("driver.icd"), driver + "\n");
    Map<String, String> environment = Map.of("OCL_ICD_VENDORS", folder.toString());
    String before = DriverFiles.sha256("libOpenCL.so.1", environment);
    assertThat(DriverFiles.sha256("libOpenCL.so.1", environment)).isEqualTo(before);
    Files.setLastModifiedTime(driver, FileTime.fromMillis(0));
    String updated = DriverFiles.sha256("libOpenCL.so.1", environment);
    assertThat(updated).isNotEqualTo(before);
    Files.delete(list);
    assertThat(DriverFiles.sha256("libOpenCL.so.1", environment)).isNotIn(before, updated);
  }

  /// With a driver that ends every process that loads it.
  @Test
  void theProcessThatAsksOutlivesADriverThatAborts() throws Exception {
    Path compiler = Path.of("/usr/bin/cc");
    assumeTrue(Files.isExecutable(compiler), "there is no /usr/bin/cc");
    assumeTrue(Files.exists(Path.of("/etc/OpenCL/vendors")), "there are no drivers for OpenCL");
    Path source = folder.resolve("driver.c");
    Files.writeString(
        source, "#include <stdlib.h>\n__attribute__((constructor)) void f(void) { abort(); }\n");
    Path driver = folder.resolve("driver.so");
    Process compile =
        new ProcessBuilder(
                compiler.toString(), "-shared", "-fPIC", "-o", driver.toString(), source.toString())
            .inheritIO()
            .start();
    assertThat(compile.waitFor()).isZero();
    Files.writeString(folder.resolve("abort.icd"), driver + "\n");
    ProcessBuilder asking =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dnonplus.cache=" + folder.resolve("cache"),
            "-classpath",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Asking.class.getName());
    asking.environment().put("OCL_ICD_VENDORS", folder.toString());
    Process process = asking.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("a process that asked them for their devices ended (status 134)");
  }

  /// What any command does that looks for OpenCL's devices.
  static final class Asking {
    public static void main(String[] arguments) {
      try {
        System.out.println(OpenClLoader.devices().size());
      } catch (DeviceException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
