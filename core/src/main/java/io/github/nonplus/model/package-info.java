/// Architectures: each one function from a configuration to a program. Not here: weights, devices.
package io.github.nonplus.model;
