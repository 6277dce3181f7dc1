package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.PythonJson;
import io.github.nonplus.quantization.DType;
import io.github.nonplus.weights.Tensor;
import java.util.List;
import java.util.Optional;

/// The text of an index file, in MLC's order of keys and Python's print.
final class IndexJson {
  /// What no converter of others writes, and no reader of others looks at.
  static final String QUANTIZED_BEFORE = "QuantizedBefore";

  private static final int INDENT = 4;

  private IndexJson() {}

  /// The index.
  ///
  /// @param totalParameters what MLC counts as the parameters of the checkpoint
  ///
  /// @param before what weights were quantized to before, if they were
  static String print(List<ShardRecord> shards, long totalParameters, Optional<String> before) {
    return print(shards, totalParameters, before, false);
  }

  /// The second index, in which shortened tensors are called the bfloat16 that they are.
  static String printAsBfloat16(
      List<ShardRecord> shards, long totalParameters, Optional<String> before) {
    return print(shards, totalParameters, before, true);
  }

  private static String print(
      List<ShardRecord> shards, long totalParameters, Optional<String> before, boolean asBfloat16) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    long tensors = 0;
    double bytes = 0;
    for (ShardRecord shard : shards) {
      for (TensorRecord tensor : shard.tensors()) {
        tensors++;
        bytes += (double) Tensor.elementCount(tensor.shape()) * tensor.type().bytes();
      }
    }
    ObjectNode metadata =
        index
            .putObject("metadata")
            .put("ParamSize", tensors)
            .put("ParamBytes", bytes)
            .put("BitsPerParam", bytes * 8.0 / totalParameters);
    before.ifPresent(name -> metadata.put(QUANTIZED_BEFORE, name));
    ArrayNode records = index.putArray("records");
    shards.forEach(shard -> add(records.addObject(), shard, asBfloat16));
    return PythonJson.print(index, INDENT);
  }

  private static void add(ObjectNode json, ShardRecord shard, boolean asBfloat16) {
    json.put("dataPath", shard.file()).put("format", MlcIndex.SHARD_FORMAT);
    json.put("nbytes", shard.bytes());
    ArrayNode records = json.putArray("records");
    for (TensorRecord tensor : shard.tensors()) {
      boolean renamed = asBfloat16 && tensor.isShortened();
      ObjectNode record = records.addObject();
      record.put("name", tensor.name());
      tensor.shape().forEach(record.putArray("shape")::add);
      record.put("dtype", (renamed ? DType.BFLOAT16 : tensor.type()).label());
      record.put("format", renamed ? TensorRecord.RAW : tensor.format());
      record.put("nbytes", tensor.bytes());
      record.put("byteOffset", tensor.offset());
    }
    shard.md5().ifPresent(md5 -> json.put("md5sum", md5));
  }
}
