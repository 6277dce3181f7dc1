package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// How chat programs turn a conversation into a prompt. MLC's configuration must name one; it has
/// no influence on perplexity.
public final class ConversationTemplates {
  /// Those that can be written, each a resource beside this class.
  public static final List<String> NAMES = List.of("LM", "llama-2");

  private ConversationTemplates() {}

  /// The template of that name as upstream MLC writes it.
  static ObjectNode named(String name) {
    if (!NAMES.contains(name)) {
      throw new ModelException(
          "unknown conversation template '%s': use one of %s"
              .formatted(name, String.join(", ", NAMES)));
    }
    String resource = "conversation_templates/%s.json".formatted(name);
    try (InputStream json = ConversationTemplates.class.getResourceAsStream(resource)) {
      return (ObjectNode) new ObjectMapper().readTree(json);
    } catch (IOException broken) {
      throw new IllegalStateException(resource, broken);
    }
  }
}
