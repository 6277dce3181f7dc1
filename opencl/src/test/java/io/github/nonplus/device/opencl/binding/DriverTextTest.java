package io.github.nonplus.device.opencl.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DriverTextTest {
  @Test
  void textEndsAtItsFirstZeroAndNeedsNone() {
    assertThat(text("Adreno\0")).isEqualTo("Adreno");
    assertThat(text("Adreno\0\0\0")).isEqualTo("Adreno");
    assertThat(text("Adreno \0 rest")).isEqualTo("Adreno");
    assertThat(text("Adreno")).isEqualTo("Adreno");
    assertThat(text("\0")).isEmpty();
    assertThat(text("")).isEmpty();
  }

  @Test
  void anExtensionThatIsNamedTwiceIsOne() {
    assertThat(DriverText.words(" cl_khr_fp16  cl_khr_icd cl_khr_fp16 "))
        .containsExactly("cl_khr_fp16", "cl_khr_icd");
    assertThat(DriverText.words("")).isEmpty();
  }

  private static String text(String bytes) {
    return DriverText.of(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.US_ASCII)));
  }
}
