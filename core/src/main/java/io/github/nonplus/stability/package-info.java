/// Which types programs of others may rely on.
package io.github.nonplus.stability;
