package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const required = 25

// findJava gives the folder of a runtime: the bundle's own, JAVA_HOME, or the newest in the usual
// places. Versions are read from the file `release`: no JVM starts.
func findJava(base string) (string, error) {
	var seen []string
	for _, home := range []string{filepath.Join(base, "runtime"), os.Getenv("JAVA_HOME")} {
		if version := found(home); version != "" {
			if rank(version) >= required*1000000 {
				return home, nil
			}
			seen = append(seen, version+" in "+home)
		}
	}
	var homes []string
	if path, err := exec.LookPath("java"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			homes = append(homes, filepath.Dir(filepath.Dir(path)))
		}
	}
	for _, pattern := range places() {
		matches, _ := filepath.Glob(pattern)
		homes = append(homes, matches...)
	}
	best, bestRank := "", 0
	for _, home := range homes {
		version := found(home)
		if version == "" {
			continue
		}
		seen = append(seen, version+" in "+home)
		if r := rank(version); r > bestRank {
			best, bestRank = home, r
		}
	}
	if bestRank >= required*1000000 {
		return best, nil
	}
	if len(seen) == 0 {
		seen = append(seen, "none")
	}
	return "", fmt.Errorf("Nonplus needs a Java %d or newer but found %s: install one (for example from"+
		" https://adoptium.net, or for Windows on ARM64 from https://learn.microsoft.com/java/openjdk),"+
		" and set JAVA_HOME if its folder is an unusual one", required, strings.Join(seen, ", "))
}

// found is the version of the Java in a folder; empty if there is none.
func found(home string) string {
	if home == "" {
		return ""
	}
	if _, err := os.Stat(program(home)); err != nil {
		return ""
	}
	return release(home, "JAVA_VERSION")
}

// release reads a key of a JDK's file `release`.
func release(home, key string) string {
	file, err := os.Open(filepath.Join(home, "release"))
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, found := strings.Cut(lines.Text(), "="); found && name == key {
			return strings.Trim(value, "\"")
		}
	}
	return ""
}

// rank orders versions: 25.0.3 is 25000003.
func rank(version string) int {
	notDigit := func(r rune) bool { return r < '0' || r > '9' }
	parts := append(strings.FieldsFunc(version, notDigit), "0", "0", "0")
	sum := 0
	for _, part := range parts[:3] {
		n, _ := strconv.Atoi(part)
		sum = sum*1000 + min(n, 999)
	}
	return sum
}

func program(home string) string { return filepath.Join(home, "bin", "java.exe") }

// places are patterns of the folders in which runtimes are installed.
func places() []string {
	var patterns []string
	for _, root := range []string{
		os.Getenv("ProgramW6432"), os.Getenv("ProgramFiles"), filepath.Join(os.Getenv("LocalAppData"), "Programs"),
	} {
		for _, vendor := range []string{
			"Eclipse Adoptium", "Java", "Microsoft", "Zulu", "Amazon Corretto", "BellSoft", "OpenJDK", "SapMachine\\JDK",
		} {
			patterns = append(patterns, filepath.Join(root, vendor, "*"))
		}
	}
	user := os.Getenv("UserProfile")
	drive := os.Getenv("SystemDrive") + "\\"
	return append(patterns, user+"\\.jdks\\*", user+"\\.gradle\\jdks\\*", user+"\\.sdkman\\candidates\\java\\*",
		user+"\\scoop\\apps\\*jdk*\\current", drive+"jdk*", drive+"java\\*")
}
