package io.github.nonplus.gguf;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.LfsPointer;
import io.github.nonplus.files.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// One mapped file: all of a model, or a part of one that was split.
///
/// @param bytes of the whole file
record GgufFilePart(Path path, MemorySegment bytes, Metadata metadata, List<TensorEntry> tensors) {
  /// Maps the file for as long as `arena` lives, and checks everything about it but the numbers in
  /// its tensors.
  static GgufFilePart open(Path path, Arena arena) {
    try (FileChannel channel = InputFile.channel(path)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      refusePointer(path, bytes);
      return GgufHeader.read(path, bytes);
    } catch (NoSuchFileException missing) {
      throw new WeightsException(path + " is missing; get it", missing);
    } catch (IOException unreadable) {
      throw new WeightsException(
          "%s cannot be read (%s)".formatted(path, Reason.of(unreadable)), unreadable);
    }
  }

  private static void refusePointer(Path path, MemorySegment bytes) {
    byte[] start =
        bytes
            .asSlice(0, Math.min(bytes.byteSize(), LfsPointer.LONGEST))
            .toArray(ValueLayout.JAVA_BYTE);
    LfsPointer.sentence(path, new String(start, StandardCharsets.ISO_8859_1))
        .ifPresent(
            sentence -> {
              throw new WeightsException(sentence);
            });
  }
}
