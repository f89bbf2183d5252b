#!/usr/bin/env bash
# java-llama.cpp deletes whatever is named llama… in the folder for temporary files, a model for instance.
#
# Guess: it extracts its native library there and leaves what it didn't make alone.
# Seen:  a file "llama-3.2-1b.gguf" in java.io.tmpdir is gone once the class LlamaModel is initialized, "tiny.gguf" is not,
#        and nothing is said. The property de.kherud.llama.tmpdir names another folder.
# Why:   models are large, slow to fetch, and often named so; /tmp is where a container's are mounted or fetched to.
# Ran:   de.kherud:llama 4.2.0, Java 17, on 2026-11-29; needs mvn, a JDK and x86-64 Linux.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>de.kherud</groupId><artifactId>llama</artifactId><version>4.2.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^llama-[0-9]'

cat >Finding.java <<'JAVA'
import de.kherud.llama.LlamaModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

public class Finding {

	static List<String> files(Path folder) throws Exception {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).sorted().toList();
		}
	}

	public static void main(String[] arguments) throws Exception {
		Path folder = Path.of(System.getProperty("java.io.tmpdir"));
		Files.writeString(folder.resolve("llama-3.2-1b.gguf"), "a model");
		Files.writeString(folder.resolve("tiny.gguf"), "a model");
		System.out.println("before: " + files(folder));
		LlamaModel.jsonSchemaToGrammar("{\"type\":\"string\"}");
		System.out.println("after:  " + files(folder));
		boolean same = !Files.exists(folder.resolve("llama-3.2-1b.gguf")) && Files.exists(folder.resolve("tiny.gguf"));
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
mkdir tmp
java -Djava.io.tmpdir="$folder/tmp" -cp "lib/*" Finding.java
