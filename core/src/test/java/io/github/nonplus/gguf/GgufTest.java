package io.github.nonplus.gguf;

import static io.github.nonplus.gguf.GgufBytes.ARRAY;
import static io.github.nonplus.gguf.GgufBytes.BOOL;
import static io.github.nonplus.gguf.GgufBytes.STRING;
import static io.github.nonplus.gguf.GgufBytes.UINT32;
import static io.github.nonplus.gguf.GgufBytes.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.ggml.BlockFormat;
import io.github.nonplus.weights.ggml.GgmlTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a file in GGUF must be before anything of it is used.
class GgufTest {
  private static final int F32 = 0;
  private static final int Q8_0 = 8;

  @TempDir Path directory;

  private void refused(GgufBytes bytes, String because) throws IOException {
    Path file = bytes.write(directory.resolve("model.gguf"));
    assertThatThrownBy(() -> Gguf.open(file).close())
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(because);
  }

  @Test
  void metadataAndTensorsAreFound() throws IOException {
    Path file =
        GgufBytes.of(2, 4)
            .key("a.size", UINT32)
            .word(7)
            .key("a.on", BOOL)
            .bytes((byte) 1)
            .key("a.words", ARRAY)
            .word(STRING)
            .number(2)
            .text("x")
            .text("")
            .key("a.nested", ARRAY)
            .word(ARRAY)
            .number(1)
            .word(UINT8)
            .number(2)
            .bytes((byte) 1, (byte) 2)
            .tensor("one", Q8_0, 0, 64, 2)
            .tensor("two", F32, 160, 3)
            .data(32, 172)
            .write(directory.resolve("model.gguf"));
    try (Gguf gguf = Gguf.open(file)) {
      assertThat(gguf.metadata().size("a.size")).contains(7);
      assertThat(gguf.metadata().flag("a.on")).contains(true);
      assertThat(gguf.metadata().texts("a.words")).contains(List.of("x", ""));
      assertThat(gguf.tensor("one").orElseThrow().shape()).containsExactly(2L, 64L);
      assertThat(gguf.tensor("one").orElseThrow().bytes()).isEqualTo(2 * 2 * 34);
      assertThat(gguf.tensor("two").orElseThrow().bytes()).isEqualTo(12);
      assertThatThrownBy(() -> gguf.metadata().text("a.size")).hasMessageContaining("a.size");
    }
  }

  @Test
  void countsThatDoNotFitAreRefused() throws IOException {
    refused(GgufBytes.of(1L << 60, 0), "the number of tensors");
    refused(GgufBytes.of(-1, 0), "the number of tensors");
    refused(GgufBytes.of(0, 2).key("a", UINT32), "the number of metadata values");
    refused(GgufBytes.of(0, 1).number(1L << 40).data(1, 99), "the length of a key");
    refused(
        GgufBytes.of(0, 1).key("a", ARRAY).word(UINT32).number(1L << 62).data(1, 99),
        "the length of the value of 'a'");
    refused(GgufBytes.of(0, 1).key("a", STRING).number(100).data(1, 9), "a string in");
    refused(GgufBytes.of(0, 1).key("a", UINT32).bytes((byte) 1), "ends within");
  }

  @Test
  void kindsThatDoNotExistAreRefused() throws IOException {
    refused(GgufBytes.of(0, 1).key("a", 13).word(0), "type 13");
    refused(GgufBytes.of(0, 1).key("a", BOOL).bytes((byte) 2), "expected 0 or 1");
    refused(new GgufBytes().word(GgufHeader.MAGIC).word(1).data(1, 90), "version 1");
    refused(new GgufBytes().word(GgufHeader.MAGIC).word(3 << 24).data(1, 90), "big-endian");
    refused(new GgufBytes().word(7).data(1, 90), "does not begin with GGUF");
    refused(GgufBytes.of(1, 0).tensor("x", 4, 0, 32).data(32, 64), "Q4_2");
    refused(GgufBytes.of(1, 0).tensor("x", 139, 0, 32).data(32, 64), "fork");
    refused(GgufBytes.of(1, 0).tensor("x", 60, 0, 32).data(32, 64), "none of llama.cpp's");
  }

  @Test
  void nestingIsBounded() throws IOException {
    GgufBytes bytes = GgufBytes.of(0, 1).key("a", ARRAY);
    for (int depth = 0; depth < 9; depth++) {
      bytes.word(ARRAY).number(1);
    }
    refused(bytes.data(1, 99), "nested");
  }

  @Test
  void whatIsThereTwiceIsRefused() throws IOException {
    refused(
        GgufBytes.of(0, 2).key("a", UINT32).word(1).key("a", UINT32).word(1), "the key 'a' twice");
    refused(
        GgufBytes.of(2, 0).tensor("x", F32, 0, 1).tensor("x", F32, 32, 1).data(32, 64),
        "the tensor 'x' twice");
  }

  @Test
  void tensorsLieInTheFileAlignedAndApart() throws IOException {
    refused(GgufBytes.of(1, 0).tensor("x", F32, 0, 99).data(32, 64), "'x' should be");
    refused(GgufBytes.of(1, 0).tensor("x", F32, -32, 4).data(32, 64), "'x' should be");
    refused(GgufBytes.of(1, 0).tensor("x", F32, 8, 4).data(32, 64), "aligned to 32");
    refused(
        GgufBytes.of(2, 0).tensor("x", F32, 0, 16).tensor("y", F32, 32, 4).data(32, 64), "overlap");
    refused(
        GgufBytes.of(1, 1).key("general.alignment", UINT32).word(3).tensor("x", F32, 0, 1),
        "power of two");
  }

  @Test
  void shapesAreThoseOfWholeBlocks() throws IOException {
    refused(GgufBytes.of(1, 0).tensor("x", Q8_0, 0, 33).data(32, 64), "whole blocks of 32");
    refused(GgufBytes.of(1, 0).tensor("x", F32, 0, 0).data(32, 64), "dimension of 0");
    refused(GgufBytes.of(1, 0).tensor("x", F32, 0).data(32, 64), "0 dimensions");
    refused(
        GgufBytes.of(1, 0).tensor("x", F32, 0, 1L << 62, 1L << 62).data(32, 64),
        "too many numbers");
  }

  @Test
  void partsOfAModelBelongTogether() throws IOException {
    Path second = directory.resolve("m-00002-of-00002.gguf");
    part(1, 2, "y").write(second);
    Path first = part(0, 2, "x").write(directory.resolve("m-00001-of-00002.gguf"));
    try (Gguf gguf = Gguf.open(first)) {
      assertThat(gguf.files()).isEqualTo(2);
      assertThat(gguf.tensors()).extracting(TensorEntry::name).containsExactly("x", "y");
    }
    assertThatThrownBy(() -> Gguf.open(second)).hasMessageContaining("give the first one");
    part(1, 2, "x").write(second);
    assertThatThrownBy(() -> Gguf.open(first)).hasMessageContaining("an earlier part");
    part(1, 3, "y").write(second);
    assertThatThrownBy(() -> Gguf.open(first)).hasMessageContaining("a part of 3, expected 2");
    Files.delete(second);
    assertThatThrownBy(() -> Gguf.open(first)).hasMessageContaining("is missing");
    Path renamed = Files.move(first, directory.resolve("other.gguf"));
    assertThatThrownBy(() -> Gguf.open(renamed)).hasMessageContaining("give all parts the names");
  }

  private static GgufBytes part(int number, int count, String tensor) {
    return GgufBytes.of(1, 2)
        .key("split.no", UINT32)
        .word(number)
        .key("split.count", UINT32)
        .word(count)
        .tensor(tensor, F32, 0, 4)
        .data(32, 32);
  }

  @Test
  void aFolderIsAModelIfThereIsJustOne() throws IOException {
    part(0, 2, "x").write(directory.resolve("m-00001-of-00002.gguf"));
    part(1, 2, "x").write(directory.resolve("m-00002-of-00002.gguf"));
    Files.createFile(directory.resolve("mmproj-m.gguf"));
    assertThat(GgufPath.of(directory)).contains(directory.resolve("m-00001-of-00002.gguf"));
    Files.createFile(directory.resolve("n.gguf"));
    assertThatThrownBy(() -> GgufPath.of(directory))
        .hasMessageContaining("m-00001-of-00002.gguf, n.gguf");
  }

  /// The sizes of types here are those of the formats that decode them.
  @Test
  void typesHaveTheSizesOfTheirFormats() {
    GgmlTypes.all()
        .forEach(
            (number, format) -> {
              TensorType type = TensorType.of(number).orElseThrow();
              if (format instanceof BlockFormat block) {
                assertThat(type.name()).isEqualTo(block.name());
                assertThat(type.weights()).isEqualTo(block.weights());
                assertThat(type.bytes()).isEqualTo(block.bytes());
              }
              assertThat(format.planeBytes(3, 2 * type.weights()))
                  .containsExactly(type.bytes(6L * type.weights()));
            });
  }
}
