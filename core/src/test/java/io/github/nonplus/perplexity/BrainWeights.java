package io.github.nonplus.perplexity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// A checkpoint whose weights are cut to bfloat16, which MLC's float32 keeps exactly.
final class BrainWeights {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BrainWeights() {}

  /// Copies a model, its weights cut but of the type that they had.
  static Path copy(Path model, Path target) {
    copyFiles(model, target);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target, "*.safetensors")) {
      for (Path file : files) {
        Files.write(file, cut(Files.readAllBytes(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }

  /// Copies a model as it is.
  static Path copyFiles(Path model, Path target) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(model)) {
      Files.createDirectories(target);
      for (Path file : files) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] cut(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int data = Math.toIntExact(8 + bytes.getLong(0));
    ObjectNode header = (ObjectNode) JSON.readTree(file, 8, data - 8);
    header.remove("__metadata__");
    header.forEach(
        tensor -> {
          int from = data + tensor.get("data_offsets").get(0).intValue();
          int to = data + tensor.get("data_offsets").get(1).intValue();
          switch (tensor.get("dtype").textValue()) {
            case "F32" -> {
              for (int at = from; at < to; at += 4) {
                bytes.putInt(at, bytes.getInt(at) & 0xFFFF_0000);
              }
            }
            case "F16" -> {
              // Three of the ten bits are dropped, and what float16 cannot hold normally.
              for (int at = from; at < to; at += 2) {
                bytes.putShort(at, (short) (bytes.getShort(at) & 0xFFF8));
              }
            }
            default -> {}
          }
        });
    return file;
  }
}
