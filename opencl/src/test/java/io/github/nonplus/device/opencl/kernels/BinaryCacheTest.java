package io.github.nonplus.device.opencl.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.device.opencl.OpenClRequired;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.failure.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest implements OpenClRequired {
  private static final Specialization ADD = Specialization.of("add.cl").with("VEC", 1);

  @TempDir Path directory;

  @Test
  void whatWasBuiltOnceIsNotBuiltAgain() {
    assertThat(built(ADD)).isEqualTo(1);
    assertThat(built(ADD)).isZero();
  }

  @Test
  void otherDefinitionsAreAnotherBinary() {
    assertThat(built(ADD)).isEqualTo(1);
    assertThat(built(ADD.with("VEC", 4))).isEqualTo(1);
    assertThat(files()).hasSize(2);
  }

  @Test
  void aDamagedBinaryIsBuiltAgainAndReplaced() throws IOException {
    built(ADD);
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {0, 30, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      assertThat(built(ADD)).as("byte %d is wrong", at).isEqualTo(1);
    }
    assertThat(built(ADD)).isZero();
  }

  @Test
  void aBinaryThatIsCutShortIsBuiltAgain() throws IOException {
    built(ADD);
    Path file = files().getFirst();
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, 80, bytes.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThat(built(ADD)).as("%d bytes are left", length).isEqualTo(1);
    }
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNoFailure() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(built(ADD, new BinaryCache(file))).isEqualTo(1);
  }

  @Test
  void aKernelThatDoesNotBuildNamesItsFileItsDefinitionsTheLineAndTheReason() {
    Specialization broken = Specialization.of("add.cl").with("VEC", 5);
    assertThatThrownBy(() -> built(broken))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("add.cl does not build")
        .hasMessageContaining("-DVEC=5")
        .hasMessageContaining("CL_BUILD_PROGRAM_FAILURE")
        .hasMessageContaining("error")
        .hasMessageContaining("number.cl:" + line("typedef JOIN"))
        .hasMessageContaining("float5");
  }

  /// The line of number.cl that begins with a word, from 1.
  private static int line(String word) {
    List<String> lines = KernelSource.text("number.cl").lines().toList();
    return 1
        + IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).startsWith(word))
            .findFirst()
            .orElseThrow();
  }

  private int built(Specialization specialization) {
    return built(specialization, new BinaryCache(directory));
  }

  /// PoCL keeps what it built, and would compile it once more to give it away.
  @Test
  void aDriverThatKeepsItsBinariesIsNotAskedForThem() {
    try (Context context = Context.of(OpenClRequired.devices().getFirst())) {
      assumeTrue(context.facts().platform().equals("Portable Computing Language"), "needs PoCL");
      assertThat(BinaryCache.ofUser(context.facts())).isEmpty();
    }
  }

  private static int built(Specialization specialization, BinaryCache cache) {
    try (Context context = Context.of(OpenClRequired.devices().getFirst());
        KernelSet kernels = new KernelSet(context, Optional.of(cache))) {
      assertThat(kernels.get(specialization).name()).isEqualTo("add.cl");
      return kernels.built();
    }
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".clbin")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
