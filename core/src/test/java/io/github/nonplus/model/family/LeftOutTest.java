package io.github.nonplus.model.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.ModelException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeftOutTest {
  @ParameterizedTest
  @CsvSource({
    "doge, a mask that is learnt from the values",
    "gemma3n, several residual streams",
    "gemma3n_text, several residual streams",
    "diffllama, the difference of two",
    "xglm, sinusoids"
  })
  void aFamilyThatIsLeftOutIsRefusedWithItsReason(String modelType, String reason) {
    assertThatThrownBy(() -> Families.named(modelType, "config.json"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model_type '" + modelType + "' is not implemented, as ")
        .hasMessageContaining(reason);
    assertThat(Families.ALL.stream().flatMap(family -> family.names().stream()))
        .doesNotContain(modelType);
  }
}
