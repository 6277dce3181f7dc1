/// Losses of many models in one JVM.
package io.github.nonplus.perplexity;
