package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceSummary;
import io.github.nonplus.device.Devices;
import io.github.nonplus.report.DevicesText;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
  @Option(names = "--json", description = "Print the list as JSON, and nothing else.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<DeviceSummary> devices = Devices.summaries();
    if (json) {
      ScreenWriter.printJson(out, DevicesText.json(devices));
    } else {
      DevicesText.of(devices).forEach(out::println);
    }
    return 0;
  }
}
