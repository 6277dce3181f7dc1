/// How long work tells how far it has come. Not here: how that is shown.
package io.github.nonplus.progress;
