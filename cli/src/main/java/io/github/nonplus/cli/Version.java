package io.github.nonplus.cli;

import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"nonplus " + io.github.nonplus.version.Version.number()};
  }
}
