package io.github.nonplus.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.device.DeviceSummary;
import io.github.nonplus.files.IndentedJson;
import java.util.ArrayList;
import java.util.List;

/// What there is to compute with.
public final class DevicesText {
  private DevicesText() {}

  /// Lines for a terminal.
  public static List<String> of(List<DeviceSummary> devices) {
    List<String> lines = new ArrayList<>();
    for (DeviceSummary device : devices) {
      lines.add("%s: %s".formatted(device.name(), device.description()));
      device.facts().forEach((name, value) -> lines.add("  %-20s %s".formatted(name, value)));
    }
    return lines;
  }

  /// A JSON array: of each its name, description, and facts by name. One that is not there has no
  /// facts, and its description says why.
  public static String json(List<DeviceSummary> devices) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (DeviceSummary device : devices) {
      ObjectNode node = all.addObject();
      node.put("name", device.name());
      node.put("description", device.description());
      node.put("is_here", !device.facts().isEmpty());
      ObjectNode facts = node.putObject("facts");
      device.facts().forEach((name, value) -> facts.put(name.replaceAll("[ -]", "_"), value));
    }
    return IndentedJson.of(all);
  }
}
