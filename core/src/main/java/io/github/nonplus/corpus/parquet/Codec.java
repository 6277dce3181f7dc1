package io.github.nonplus.corpus.parquet;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.xerial.snappy.Snappy;

/// How pages are compressed.
enum Codec {
  UNCOMPRESSED,
  SNAPPY,
  GZIP,
  ZSTD,
  LZ4_RAW;

  /// In the order of Parquet's numbers.
  private static final List<String> NAMES =
      List.of("UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW");

  /// Snappy says a copy of 64 bytes in two at least.
  private static final int SNAPPY_RATIO = 32;

  /// The codec of that number.
  static Codec of(int number) {
    if (number < 0 || number >= NAMES.size()) {
      throw ParquetException.damage("its column is compressed by an unknown codec, %d", number);
    }
    String name = NAMES.get(number);
    for (Codec codec : values()) {
      if (codec.name().equals(name)) {
        return codec;
      }
    }
    throw ParquetException.unread("its column is compressed with %s, which is not read", name);
  }

  /// The bytes that were compressed. No more memory is taken than they fill, whatever the page's
  /// header says of their number.
  ///
  /// @param bytes as the page's header says
  byte[] decompressed(byte[] compressed, int bytes) {
    if (this == SNAPPY || this == ZSTD) {
      NativeCodecs.prepare(this);
    }
    byte[] all;
    try {
      all =
          switch (this) {
            case UNCOMPRESSED -> compressed;
            case SNAPPY -> ofSnappy(compressed, bytes);
            case GZIP -> atMost(bytes, new GZIPInputStream(new ByteArrayInputStream(compressed)));
            case LZ4_RAW -> Lz4Block.decompressed(compressed, bytes);
            case ZSTD -> atMost(bytes, new ZstdInputStream(new ByteArrayInputStream(compressed)));
          };
    } catch (LinkageError e) {
      throw NativeCodecs.unusable(this, e);
    } catch (IOException e) {
      throw ParquetException.damage(
          e, "a page does not decompress with %s (%s)", name(), e.getMessage());
    }
    if (all.length != bytes) {
      throw ParquetException.damage(
          "a page of %d bytes by its header decompresses to %s%d",
          bytes, all.length > bytes ? "more: " : "", all.length);
    }
    return all;
  }

  private static byte[] ofSnappy(byte[] compressed, int bytes) throws IOException {
    if (compressed.length == 0
        || bytes > (long) SNAPPY_RATIO * compressed.length
        || Snappy.uncompressedLength(compressed) != bytes
        || !Snappy.isValidCompressedBuffer(compressed)) {
      throw new IOException("these are not the %d bytes that it should have".formatted(bytes));
    }
    return Snappy.uncompress(compressed);
  }

  /// One byte more than expected tells that there are too many.
  private static byte[] atMost(int bytes, InputStream in) throws IOException {
    try (in) {
      return in.readNBytes(bytes + 1);
    }
  }
}
