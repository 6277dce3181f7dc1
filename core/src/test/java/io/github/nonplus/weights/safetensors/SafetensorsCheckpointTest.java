package io.github.nonplus.weights.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsCheckpointTest {
  @TempDir Path directory;

  private Path file(String name) {
    return directory.resolve(name);
  }

  @Test
  void tensorsOfEveryFloatingPointTypeAreRead() {
    new SafetensorsBytes()
        .float32("single", List.of(2), 1.5f, -2)
        .bits16("half", "F16", List.of(2), 0x3C00, 0xFBFF)
        .bits16("brain", "BF16", List.of(1, 2), 0x3F80, 0xC049)
        .write(file("model.safetensors"));
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(values(checkpoint, "single")).containsExactly(1.5f, -2);
      assertThat(values(checkpoint, "half")).containsExactly(1, -65504);
      assertThat(values(checkpoint, "brain")).containsExactly(1, -3.140625f);
      Tensor brain = checkpoint.find("brain").orElseThrow();
      assertThat(brain.type()).isEqualTo(ElementType.BFLOAT16);
      assertThat(brain.shape()).containsExactly(1L, 2L);
    }
  }

  @Test
  void namesOfASingleFileComeInTheOrderOfTheirBytes() {
    SafetensorsBytes.write(
        file("model.safetensors"),
        """
        {"__metadata__":{"format":"pt"},
        "b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},
        "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
        "none":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}\
        """,
        new byte[6]);
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(checkpoint.names()).containsExactly("a", "none", "b");
    }
  }

  @Test
  void namesOfShardsAreGroupedByFileInTheOrderOfTheIndex() throws IOException {
    new SafetensorsBytes()
        .float32("a", List.of(1), 1)
        .float32("b", List.of(1), 2)
        .float32("stray", List.of(3), 3, 3, 3)
        .write(file("one.safetensors"));
    new SafetensorsBytes().float32("c", List.of(1), 4).write(file("two.safetensors"));
    Files.writeString(
        file(ShardIndex.FILE_NAME),
        """
        {"metadata":{},"weight_map":{
        "b":"one.safetensors","c":"two.safetensors","a":"one.safetensors"}}
        """);
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(checkpoint.names()).containsExactly("b", "a", "c");
      assertThat(checkpoint.unlisted()).containsExactly("stray");
      assertThat(checkpoint.contains("stray")).isFalse();
      assertThat(values(checkpoint, "c")).containsExactly(4);
      assertThat(checkpoint.elements(file("one.safetensors"), name -> true)).isEqualTo(5);
      assertThat(checkpoint.summary().files()).isEqualTo(2);
      assertThat(checkpoint.summary().bytes()).isEqualTo(24);
    }
  }

  @Test
  void aTypeThatIsNotReadIsRefusedOnlyWhenAskedFor() {
    new SafetensorsBytes()
        .raw("positions", "I64", List.of(1), new byte[8])
        .raw("odd", "F4_NEW", List.of(3), new byte[2])
        .float32("w", List.of(1), 1)
        .write(file("model.safetensors"));
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(values(checkpoint, "w")).containsExactly(1);
      assertThatThrownBy(() -> checkpoint.find("positions"))
          .isInstanceOf(WeightsException.class)
          .hasMessageContainingAll("model.safetensors", "'positions'", "I64");
      assertThatThrownBy(() -> checkpoint.find("odd")).hasMessageContaining("F4_NEW");
    }
  }

  @Test
  void theDigestOfASingleFileIsThatOfTheFile() throws Exception {
    Path file = new SafetensorsBytes().float32("w", List.of(1), 1).write(file("model.safetensors"));
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(directory)) {
      assertThat(checkpoint.digest()).isEqualTo(HexFormat.of().formatHex(expected));
    }
  }

  @Test
  void whatIsNoModelDirectoryGetsASentence() throws IOException {
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(directory))
        .hasMessageContaining("neither model.safetensors nor");
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(file("absent")))
        .hasMessageContaining("does not exist");
    Path text = Files.writeString(file("text"), "text");
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(text))
        .hasMessageContaining("is a file; expected the directory");
    Files.createFile(file("pytorch_model.bin"));
    assertThatThrownBy(() -> SafetensorsCheckpoint.open(directory))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("save the model as safetensors");
  }

  private static float[] values(SafetensorsCheckpoint checkpoint, String name) {
    Tensor tensor = checkpoint.find(name).orElseThrow();
    float[] values = new float[(int) tensor.elements()];
    tensor.read(0, values.length, values, 0);
    return values;
  }
}
