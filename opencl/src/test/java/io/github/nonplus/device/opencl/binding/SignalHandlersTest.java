package io.github.nonplus.device.opencl.binding;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.opencl.OpenClRequired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Drivers put handlers of their own in the place of the JVM's (LLVM, which PoCL brings along,
/// takes all of these), and the process would end without a word where two threads of Java are
/// halted at once.
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals of POSIX")
class SignalHandlersTest implements OpenClRequired {
  private static final String KERNEL = "__kernel void nothing(__global float *x) { x[0] = 0; }";

  /// SIGSEGV halts threads, SIGINT and SIGTERM end the process in order, SIGFPE and SIGBUS become
  /// exceptions.
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 8, 11, 15})
  void signalsAreTheVirtualMachinesOnceDevicesWereLookedForAndAKernelWasBuilt(int signal)
      throws IOException {
    try (Context context = Context.of(OpenClRequired.devices().getFirst());
        KernelProgram _ = context.build("nothing.cl", KERNEL, "")) {
      long address = SignalHandlers.address(signal);
      if (address
          != SignalHandlers.IGNORED) { // SIGINT is, where a shell runs this in its background
        assertThat(libraryOf(address)).endsWith("libjvm.so");
      }
    }
  }

  /// The file that is mapped at an address.
  private static String libraryOf(long address) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] range = line.substring(0, line.indexOf(' ')).split("-");
      if (HexFormat.fromHexDigitsToLong(range[0]) <= address
          && address < HexFormat.fromHexDigitsToLong(range[1])) {
        return line;
      }
    }
    return "nothing at " + address;
  }
}
