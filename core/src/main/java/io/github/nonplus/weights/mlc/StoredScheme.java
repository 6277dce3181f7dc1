package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.quantization.Quantization;
import java.util.function.Function;

/// The scheme that an `mlc-chat-config.json` says, with what the model's configuration says of it.
public final class StoredScheme {
  private static final String BLOCK = "weight_block_size";
  private static final int LARGEST = 1 << 20;

  private StoredScheme() {}

  /// @param chat the whole file
  /// @param failure makes an exception of a sentence about the file
  public static Quantization of(ObjectNode chat, Function<String, NonplusException> failure) {
    if (!chat.path("quantization").isTextual()) {
      throw failure.apply("quantization is missing");
    }
    String name = chat.get("quantization").textValue();
    Quantization scheme =
        Quantization.find(name).orElseThrow(() -> failure.apply(Quantization.unknown(name)));
    JsonNode block = chat.path("model_config").path(BLOCK);
    if (block.isMissingNode() || block.isNull()) {
      return scheme;
    }
    if (block.size() != 2 || !isSize(block.get(0)) || !isSize(block.get(1))) {
      throw failure.apply("%s is %s, expected outputs and inputs".formatted(BLOCK, block));
    }
    return scheme.inBlocks(block.get(0).intValue(), block.get(1).intValue());
  }

  private static boolean isSize(JsonNode size) {
    return size.isIntegralNumber()
        && size.canConvertToInt()
        && size.intValue() > 0
        && size.intValue() <= LARGEST;
  }
}
