#!/usr/bin/env bash
# Four libraries that count tokens throw at a text in which a user wrote <|endoftext|>.
#
# Guess: to count is to read; the words of a special token are text like any other when they come from a user.
# Seen:  js-tiktoken, tiktoken, gpt-tokenizer (its check of a limit as well) and JTokkit throw at <|endoftext|>, for which
#        each has another way to count. At <|im_start|>, a word of the same kind to chat models, gpt-tokenizer alone throws.
# Why:   who counts prompts before they are sent refuses a whole conversation for a pasted file of training data or a
#        question about tokens, with status 500. Ask for ordinary text: encode(text, [], []), encode_ordinary(text),
#        countTokens(text, { disallowedSpecial: new Set() }), countTokensOrdinary(text).
# Ran:   js-tiktoken 1.0.21, tiktoken 1.0.22, gpt-tokenizer 4.0.0, node 20.20.2; com.knuddels:jtokkit 1.1.0, Java 17; on
#        2026-11-29; needs npm, node, mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts js-tiktoken@1.0.21 tiktoken@1.0.22 gpt-tokenizer@4.0.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in js-tiktoken tiktoken gpt-tokenizer; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done
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

cat >run.mjs <<'JS'
import { getEncoding } from 'js-tiktoken';
import { get_encoding } from 'tiktoken';
import { countTokens, isWithinTokenLimit } from 'gpt-tokenizer';
const [js, wasm] = [getEncoding('o200k_base'), get_encoding('o200k_base')];
const counters = {
  'js-tiktoken': (text) => js.encode(text).length,
  'js-tiktoken, ordinary': (text) => js.encode(text, [], []).length,
  tiktoken: (text) => wasm.encode(text).length,
  'tiktoken, ordinary': (text) => wasm.encode_ordinary(text).length,
  'gpt-tokenizer': (text) => countTokens(text),
  'gpt-tokenizer, limit': (text) => isWithinTokenLimit(text, 100),
  'gpt-tokenizer, ordinary': (text) => countTokens(text, { disallowedSpecial: new Set() }),
};
for (const [name, count] of Object.entries(counters)) {
  const seen = ['<|endoftext|>', '<|im_start|>'].map((word) => {
    try {
      return count(`The file ends with ${word} here`);
    } catch (ex) {
      return 'throws';
    }
  });
  console.log(`${name}: ${seen.join(' ')}`);
}
JS
cat >Finding.java <<'JAVA'
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.function.ToIntFunction;

public class Finding {

	static void count(String name, ToIntFunction<String> counter) {
		StringBuilder seen = new StringBuilder(name + ":");
		for (String word : new String[] { "<|endoftext|>", "<|im_start|>" }) {
			try {
				int tokens = counter.applyAsInt("The file ends with " + word + " here");
				seen.append(' ').append(tokens);
			}
			catch (UnsupportedOperationException ex) {
				seen.append(" throws");
			}
		}
		System.out.println(seen);
	}

	public static void main(String[] arguments) {
		Encoding encoding = Encodings.newDefaultEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
		count("jtokkit", encoding::countTokens);
		count("jtokkit, ordinary", encoding::countTokensOrdinary);
	}

}
JAVA
node run.mjs | tee seen
java -cp "lib/*" Finding.java | tee -a seen
expected='js-tiktoken: throws 11
js-tiktoken, ordinary: 12 11
tiktoken: throws 11
tiktoken, ordinary: 12 11
gpt-tokenizer: throws throws
gpt-tokenizer, limit: throws throws
gpt-tokenizer, ordinary: 12 11
jtokkit: throws 11
jtokkit, ordinary: 12 11'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
