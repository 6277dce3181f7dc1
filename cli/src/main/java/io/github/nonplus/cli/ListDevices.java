package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceSummary;
import io.github.nonplus.device.Devices;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `nonplus devices`: what there is to compute with.
@Command(
    name = "devices",
    description = {
      "Lists the devices of this machine under the names that --device takes, or says what is"
          + " missing.",
      "",
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  nonplus devices"})
final class ListDevices implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    for (DeviceSummary device : Devices.summaries()) {
      out.println("%s: %s".formatted(device.name(), device.description()));
      device.facts().forEach((name, value) -> out.println("  %-20s %s".formatted(name, value)));
    }
    return 0;
  }
}
