// Command nonplus starts Nonplus on Windows: it finds a Java beside itself or on the machine, passes
// it the options of the file java-options and every argument as it was typed, and waits. After
// Ctrl-C nobody asks whether to terminate a batch job: Java ends in its own way, and this with its
// exit code.
//
// Built by the bundle's build (bundle/README.md says with which Go).
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

const mainClass = "io.github.nonplus.cli.Main"

func main() {
	signal.Ignore(os.Interrupt) // Java gets it, too
	self, err := os.Executable()
	if err == nil {
		self, err = filepath.EvalSymlinks(self)
	}
	if err != nil {
		fail(err)
	}
	base := filepath.Dir(self)
	home, err := findJava(base)
	if err != nil {
		fail(err)
	}
	lib := filepath.Join(base, "lib")
	options := []string{
		"@" + filepath.Join(lib, "java-options"),
		"-XX:CompileCommandFile=" + filepath.Join(lib, "compile-commands"),
	}
	classes := []string{
		"-Dnonplus.program=nonplus", "-Dnonplus.home=" + base,
		"-classpath", filepath.Join(lib, "*"), mainClass,
	}
	start := rememberedStart(home, base, options, classes)
	all := append(append(options, start), strings.Fields(os.Getenv("NONPLUS_JAVA_OPTIONS"))...)
	all = append(append(all, classes...), os.Args[1:]...)
	command := java(home, all)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	var code *exec.ExitError
	if errors.As(err, &code) {
		os.Exit(code.ExitCode())
	} else if err != nil {
		fail(err)
	}
}

// java is how Java is started. Each argument is quoted, whether it needs to be or not: Java's own
// launcher would otherwise take * and ? for names of files.
func java(home string, arguments []string) *exec.Cmd {
	command := exec.Command(program(home))
	words := []string{quoted(command.Path)}
	for _, argument := range arguments {
		words = append(words, quoted(argument))
	}
	exactly(command, strings.Join(words, " "), arguments)
	return command
}

// quoted is an argument as Microsoft's C library takes it apart again.
func quoted(argument string) string {
	var text strings.Builder
	text.WriteByte('"')
	backslashes := 0
	for i := 0; i < len(argument); i++ {
		switch argument[i] {
		case '\\':
			backslashes++
		case '"':
			text.WriteString(strings.Repeat("\\", backslashes+1))
			backslashes = 0
		default:
			backslashes = 0
		}
		text.WriteByte(argument[i])
	}
	text.WriteString(strings.Repeat("\\", backslashes))
	text.WriteByte('"')
	return text.String()
}

// rememberedStart is the option by which Java starts sooner: what it remembers of a start is made at
// the first one, in the user's cache, for this folder, its files and this Java.
func rememberedStart(home, base string, options, classes []string) string {
	const none = "-Xshare:auto"
	cache := os.Getenv("LocalAppData")
	if cache == "" {
		return none
	}
	cache = filepath.Join(cache, "nonplus")
	digest := sha256.New()
	fmt.Fprintln(digest, base, home, release(home, "JAVA_RUNTIME_VERSION"))
	jars, _ := filepath.Glob(filepath.Join(base, "lib", "*.jar"))
	for _, jar := range jars {
		if file, err := os.Stat(jar); err == nil {
			fmt.Fprintln(digest, jar, file.Size(), file.ModTime().UnixNano())
		}
	}
	file := filepath.Join(cache, fmt.Sprintf("start-%x.aot", digest.Sum(nil)[:8]))
	if remembered, err := os.Stat(file); err == nil {
		if remembered.Size() > 0 {
			return "-XX:AOTCache=" + file
		}
		if time.Since(remembered.ModTime()) < time.Hour {
			return none // another process is at it, or it cannot be made
		}
		os.Remove(file)
	}
	if os.MkdirAll(cache, 0o700) != nil {
		return none
	}
	// The file is there at once, empty, so that no second process makes it as well.
	claim, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return none
	}
	claim.Close()
	ids := file + ".ids"
	made := file + ".new"
	defer os.Remove(ids)
	if os.WriteFile(ids, []byte(strings.Repeat("1 2 3 4 5 6 7 8 ", 5)+"\n"), 0o600) != nil {
		return none
	}
	all := append(append(append([]string{}, options...), "-XX:AOTCacheOutput="+made), classes...)
	all = append(all, "calculate-perplexity", "--no-journal", "--device", "cpu",
		"--model", filepath.Join(base, "examples", "novella-6m"), "--input-path", ids)
	if java(home, all).Run() != nil || os.Rename(made, file) != nil {
		os.Remove(made)
		return none
	}
	return "-XX:AOTCache=" + file
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "nonplus: "+err.Error())
	os.Exit(1)
}
