#!/usr/bin/env bash
# JTokkit counts for gpt-4.1 with the encoding of gpt-4, and says nothing.
#
# Guess: a model that it doesn't know has no encoding, as with gpt-5 and o3, for which the Optional is empty.
# Seen:  getEncodingForModel("gpt-4.1") is cl100k_base, since the name begins with "gpt-4"; OpenAI's is o200k_base, as npm
#        js-tiktoken has it. Of the same two sentences English has 26 tokens in both, German 37 for 31, Chinese 38 for 30,
#        Hindi 101 for 31.
# Why:   prompts are cut and refused, and costs foretold, by numbers that are right in English alone. Ask for
#        EncodingType.O200K_BASE.
# Ran:   com.knuddels:jtokkit 1.1.0, Java 17; js-tiktoken 1.0.21, node 20.20.2, on 2026-11-29; needs mvn, a JDK, npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts js-tiktoken@1.0.21 >npm.log 2>&1 || { cat npm.log; exit 2; }
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.knuddels</groupId><artifactId>jtokkit</artifactId><version>1.1.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib
node -p "'js-tiktoken ' + JSON.parse(require('fs').readFileSync('node_modules/js-tiktoken/package.json')).version"

cat >texts <<'TEXT'
The train to the coast leaves at nine, and the tickets are sold on board. Bring a coat, since it may rain.
Der Zug an die Küste fährt um neun, und die Fahrkarten werden im Zug verkauft. Nimm einen Mantel mit, es könnte regnen.
海边的火车九点出发,车票在车上出售。请带一件外套,因为可能会下雨。
समुद्र तट के लिए ट्रेन नौ बजे जाती है और टिकट ट्रेन में बिकते हैं। एक कोट साथ रखें, बारिश हो सकती है।
TEXT
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { encodingForModel } from 'js-tiktoken';
const encoding = encodingForModel('gpt-4.1');
console.log('js-tiktoken gpt-4.1', readFileSync('texts', 'utf8').trim().split('\n').map((line) => encoding.encode(line).length).join(' '));
JS
cat >Finding.java <<'JAVA'
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

public class Finding {

	static void count(String what, Encoding encoding) throws Exception {
		System.out.println(what + " " + Files.readAllLines(Path.of("texts"))
			.stream()
			.map((line) -> String.valueOf(encoding.countTokens(line)))
			.collect(Collectors.joining(" ")));
	}

	public static void main(String[] arguments) throws Exception {
		EncodingRegistry registry = Encodings.newDefaultEncodingRegistry();
		for (String model : new String[] { "gpt-4", "gpt-4o", "gpt-4.1", "gpt-5", "o3" }) {
			System.out.println("jtokkit " + model + " has " + registry.getEncodingForModel(model).map(Encoding::getName).orElse("none"));
		}
		count("jtokkit gpt-4.1", registry.getEncodingForModel("gpt-4.1").orElseThrow());
		count("jtokkit o200k_base", registry.getEncoding(EncodingType.O200K_BASE));
	}

}
JAVA
java -cp "lib/*" Finding.java | tee java.out
node run.mjs | tee node.out
expected='jtokkit gpt-4 has cl100k_base
jtokkit gpt-4o has o200k_base
jtokkit gpt-4.1 has cl100k_base
jtokkit gpt-5 has none
jtokkit o3 has none
jtokkit gpt-4.1 26 37 38 101
jtokkit o200k_base 26 31 30 31
js-tiktoken gpt-4.1 26 31 30 31'
if [ "$(cat java.out node.out)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
