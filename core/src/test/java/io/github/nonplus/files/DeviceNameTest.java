package io.github.nonplus.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.OutputException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNameTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"NUL", "nul", "NUL.txt", "con", "Aux.tar.gz", "PRN ", "COM1", "lpt9.log"})
  void namesOfDevicesAreKept(String name) {
    assertThat(DeviceName.isKept(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NULL", "annul", "x.NUL", "console", "COM", "COM0", "COM10", "", ".nul"})
  void othersAreNot(String name) {
    assertThat(DeviceName.isKept(name)).isFalse();
  }

  @Test
  @EnabledOnOs(value = OS.WINDOWS, disabledReason = "no other system keeps names")
  void noOutputHasOne() {
    Path file = directory.resolve("NUL");
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> AtomicFile.check(file))
        .withMessage(file + " is not a regular file; give the name of a file to write");
    assertThatExceptionOfType(OutputException.class)
        .isThrownBy(() -> WholeDirectory.create(file, Set::isEmpty));
  }
}
