# Finds a JDK that can build and run Nonplus, and exports JAVA_HOME. To be sourced by a POSIX sh;
# exits with one sentence when there is none. JAVA_HOME is kept if it is new enough; otherwise the
# newest JDK in the usual places wins. Versions are read from the file `release`: no JVM starts.

# What it must have: javac, or java where nothing is to be built.
jdk_needs=${jdk_needs:-javac}

# Any update of 25 will do: what 25.0.3 mends in G1 (JDK-8377811) does not concern the launcher, which
# uses the serial collector. See docs/dependencies.md.
jdk_required=25

# Sets jdk_version to the version of the JDK in folder $1 ("25.0.3"), empty if there is none.
jdk_read_version() {
  jdk_version=
  [ -r "$1/release" ] || return 0
  while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
    if [ "$jdk_key" = JAVA_VERSION ]; then
      jdk_version=${jdk_value#\"}
      jdk_version=${jdk_version%%[!0-9.]*}
      return 0
    fi
  done <"$1/release"
}

# Sets jdk_rank to a number that orders versions: 25.0.3 is 25000003.
jdk_rank_version() {
  jdk_rest=$1.0.0.
  jdk_rank=0
  for jdk_place in 1000000 1000 1; do
    jdk_part=${jdk_rest%%.*}
    jdk_rest=${jdk_rest#*.}
    case $jdk_part in
      '' | 0?* | *[!0-9]* | ????*) jdk_part=0 ;;
    esac
    jdk_rank=$((jdk_rank + jdk_part * jdk_place))
  done
}

# Takes folder $1 if it holds a newer JDK than the one found so far.
jdk_consider() {
  jdk_read_version "$1"
  [ -n "$jdk_version" ] || return 0
  jdk_kind=
  [ -x "$1/bin/$jdk_needs" ] || [ -x "$1/bin/$jdk_needs.exe" ] || jdk_kind=" without $jdk_needs"
  case "$jdk_seen, " in
    *" in $1$jdk_kind, "*) ;;
    *) [ -L "$1" ] || jdk_seen="${jdk_seen:+$jdk_seen, }$jdk_version in $1$jdk_kind" ;;
  esac
  jdk_rank_version "$jdk_version"
  [ -z "$jdk_kind" ] && [ "$jdk_rank" -gt "$jdk_best_rank" ] || return 0
  jdk_best_rank=$jdk_rank
  jdk_best=$1
}

jdk_found() {
  [ "$jdk_best_rank" -ge $((jdk_required * 1000000)) ]
}

jdk_find() {
  jdk_seen=
  jdk_best=
  jdk_best_rank=0
  if [ -n "${JAVA_HOME-}" ]; then
    jdk_consider "${JAVA_HOME%/}"
    if jdk_found; then return 0; fi
  fi
  for jdk_command in javac java; do
    jdk_path=$(command -v "$jdk_command" 2>/dev/null) || continue
    jdk_path=$(readlink -f "$jdk_path" 2>/dev/null) || continue
    jdk_consider "${jdk_path%/bin/*}"
  done
  for jdk_folder in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* \
    /opt/*jdk* /opt/java/* /opt/*/*jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.gradle/jdks/* \
    "${HOME-}"/.asdf/installs/java/* "${HOME-}"/.local/share/mise/installs/java/* \
    "${HOME-}"/.jabba/jdk/*; do
    jdk_consider "$jdk_folder"
  done
  jdk_found
}

if jdk_find; then
  JAVA_HOME=$jdk_best
  export JAVA_HOME
else
  echo "Nonplus needs a JDK $jdk_required or newer but found ${jdk_seen:-none}: install one (for" \
    "example from https://adoptium.net), and set JAVA_HOME if its folder is an unusual one." >&2
  exit 1
fi
