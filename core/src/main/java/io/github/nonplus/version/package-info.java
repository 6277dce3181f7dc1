/// Which Nonplus this is.
package io.github.nonplus.version;
