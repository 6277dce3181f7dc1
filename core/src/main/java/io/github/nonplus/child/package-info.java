/// A small Java of its own for what may crash or hang, started as this one was.
package io.github.nonplus.child;
