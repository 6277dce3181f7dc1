package io.github.nonplus.weights.safetensors;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.files.InputFile;
import io.github.nonplus.files.Reason;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One mapped safetensors file: eight bytes of header length, the header, then the tensors without
/// overlap, gap or trailing bytes. All of that is true once an instance exists.
///
/// @param tensors by name, in the order in which their bytes lie in the file
/// @param bytes the whole file
/// @param data what follows the header
record SafetensorsFile(
    Path path, Map<String, HeaderEntry> tensors, MemorySegment bytes, MemorySegment data) {
  /// The largest header that is read, the reference implementation's limit.
  static final long MAXIMUM_HEADER = 100_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Maps the file for as long as `arena` lives, and checks everything about it but the numbers in
  /// its tensors.
  static SafetensorsFile open(Path path, Arena arena) {
    MemorySegment bytes = map(path, arena);
    ForeignFile.sentence(path, bytes)
        .ifPresent(
            sentence -> {
              throw new WeightsException(sentence);
            });
    if (bytes.byteSize() < LENGTH.byteSize()) {
      throw new WeightsException(
          "%s: %d bytes are too few for a safetensors file; download it again"
              .formatted(path, bytes.byteSize()));
    }
    long headerLength = bytes.get(LENGTH, 0);
    long available = bytes.byteSize() - LENGTH.byteSize();
    if (headerLength < 0 || headerLength > Math.min(available, MAXIMUM_HEADER)) {
      throw new WeightsException(
          "%s: the header should be %s bytes long, but %d bytes follow and at most %d are read;"
                  .formatted(path, Long.toUnsignedString(headerLength), available, MAXIMUM_HEADER)
              + " the file is truncated or is no safetensors file");
    }
    MemorySegment header = bytes.asSlice(LENGTH.byteSize(), headerLength);
    MemorySegment data = bytes.asSlice(LENGTH.byteSize() + headerLength);
    List<HeaderEntry> entries =
        HeaderParser.parse(path, header.toArray(ValueLayout.JAVA_BYTE)).stream()
            .sorted(Comparator.comparingLong(HeaderEntry::from).thenComparing(HeaderEntry::to))
            .toList();
    checkRanges(path, entries, data.byteSize());
    Map<String, HeaderEntry> tensors = LinkedHashMap.newLinkedHashMap(entries.size());
    for (HeaderEntry entry : entries) {
      checkLength(path, entry);
      tensors.put(entry.name(), entry);
    }
    return new SafetensorsFile(path, tensors, bytes, data);
  }

  private static MemorySegment map(Path path, Arena arena) {
    if (Files.isDirectory(path)) {
      throw new WeightsException(path + " is a directory, expected a safetensors file");
    }
    try (FileChannel channel = InputFile.channel(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException missing) {
      throw new WeightsException(path + " is missing; download it", missing);
    } catch (IOException unreadable) {
      throw new WeightsException(
          "%s cannot be read (%s)".formatted(path, Reason.of(unreadable)), unreadable);
    }
  }

  private static void checkRanges(Path path, List<HeaderEntry> entries, long length) {
    long end = 0;
    String before = "the header";
    for (HeaderEntry entry : entries) {
      if (entry.to() < entry.from() || entry.to() > length) {
        throw new WeightsException(
            "%s: tensor '%s' should lie at bytes %d to %d, but the file has %d bytes of tensors; %s"
                .formatted(
                    path,
                    entry.name(),
                    entry.from(),
                    entry.to(),
                    length,
                    "it is truncated or damaged, download it again"));
      }
      if (entry.from() != end) {
        throw new WeightsException(
            "%s: tensor '%s' begins at byte %d, %s %s, which ends at byte %d; download it again"
                .formatted(
                    path,
                    entry.name(),
                    entry.from(),
                    entry.from() < end ? "overlapping" : "leaving a gap after",
                    before,
                    end));
      }
      end = entry.to();
      before = "tensor '" + entry.name() + "'";
    }
    if (end != length) {
      throw new WeightsException(
          "%s: %d bytes follow the last tensor, expected none; download it again"
              .formatted(path, length - end));
    }
  }

  private static void checkLength(Path path, HeaderEntry entry) {
    if (entry.type().bits().isEmpty()) {
      return;
    }
    long found = entry.to() - entry.from();
    try {
      long bits =
          Math.multiplyExact(
              Tensor.elementCount(entry.shape()), (long) entry.type().bits().getAsInt());
      if (Math.multiplyExact(found, 8L) == bits) {
        return;
      }
    } catch (ArithmeticException overflow) {
      // More elements than any file has bytes: the sentence below says so.
    }
    throw new WeightsException(
        "%s: tensor '%s' of shape %s and type %s does not fill its %d bytes"
            .formatted(path, entry.name(), entry.shape(), entry.type().name(), found));
  }

  /// The tensor of that name, which must be there, of whatever type.
  RawTensor raw(String name, String meant) {
    HeaderEntry entry = tensors.get(name);
    MemorySegment slice = data.asSlice(entry.from(), entry.to() - entry.from());
    return new RawTensor(meant, entry.type().name(), entry.shape(), slice);
  }

  /// The tensor of that name, which must be there and of a type that is read.
  Tensor tensor(String name) {
    HeaderEntry entry = tensors.get(name);
    ElementType type =
        entry
            .type()
            .elementType()
            .orElseThrow(
                () ->
                    new WeightsException(
                        "%s: tensor '%s' is of type %s; only F32, F16 and BF16 are read"
                            .formatted(path, name, entry.type().name())));
    MemorySegment slice = data.asSlice(entry.from(), entry.to() - entry.from());
    return new Tensor(name, type, entry.shape(), slice);
  }
}
