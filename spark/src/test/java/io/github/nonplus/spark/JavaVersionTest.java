package io.github.nonplus.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.DeviceException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaVersionTest {
  @ParameterizedTest
  @ValueSource(strings = {"25.0.2+10", "25", "25.0.2.1"})
  void anOlderOneIsRefusedWithItsReason(String version) {
    assertThatThrownBy(() -> JavaVersion.require(Runtime.Version.parse(version)))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("is Java " + version + ", expected 25.0.3 or newer")
        .hasMessageContaining("JDK-8377811");
  }

  @ParameterizedTest
  @ValueSource(strings = {"25.0.3+9-LTS", "25.0.4", "26-ea+1", "26"})
  void anyOtherWillDo(String version) {
    assertThatCode(() -> JavaVersion.require(Runtime.Version.parse(version)))
        .doesNotThrowAnyException();
  }
}
