#!/usr/bin/env bash
# java-llama.cpp's applyTemplate breaks every character beyond U+FFFF: emoji, and rarer Chinese.
#
# Guess: the prompt has the text of the messages as it was given.
# Seen:  u with an umlaut and a Chinese character arrive as they are; the grinning face, U+1F600, is not in the prompt, four
#        other characters are in its place. No error. (The bytes seem to be read as Java's modified UTF-8.)
# Why:   nearly every chat has emoji, and the model is given rubbish in their place; a prompt that is put together in Java
#        and passed to generate arrives whole.
# Ran:   de.kherud:llama 4.2.0 on a random model that the script writes, Java 17, on 2026-11-29; needs mvn, a JDK and
#        x86-64 Linux.
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
import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import de.kherud.llama.Pair;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

public class Finding {

	/** A file of GGUF: keys, a table of tensors, and their numbers. */
	static class Gguf {

		final ByteArrayOutputStream keys = new ByteArrayOutputStream();

		final ByteArrayOutputStream table = new ByteArrayOutputStream();

		final ByteArrayOutputStream data = new ByteArrayOutputStream();

		final Random random = new Random(19);

		int keyCount;

		int tensorCount;

		static void put(ByteArrayOutputStream out, Object... values) {
			for (Object value : values) {
				if (value instanceof String text) {
					byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
					put(out, (long) bytes.length);
					out.writeBytes(bytes);
				}
				else {
					ByteBuffer buffer = ByteBuffer.allocate((value instanceof Long) ? 8 : 4).order(ByteOrder.LITTLE_ENDIAN);
					if (value instanceof Long number) {
						buffer.putLong(number);
					}
					else if (value instanceof Float number) {
						buffer.putFloat(number);
					}
					else {
						buffer.putInt((Integer) value);
					}
					out.writeBytes(buffer.array());
				}
			}
		}

		/** The types of values: 4 and 5 are integers, 6 floats, 8 texts, 9 lists. */
		void key(String name, int type, Object... values) {
			this.keyCount++;
			put(this.keys, name, type);
			put(this.keys, values);
		}

		void tensor(String name, int columns, int rows) {
			this.tensorCount++;
			put(this.table, name);
			if (rows == 0) {
				put(this.table, 1, (long) columns);
			}
			else {
				put(this.table, 2, (long) columns, (long) rows);
			}
			put(this.table, 0, (long) this.data.size());
			for (int index = 0; index < columns * Math.max(1, rows); index++) {
				put(this.data, (rows == 0) ? 1f : (float) this.random.nextGaussian() * 0.3f);
			}
		}

		void write(Path file) throws Exception {
			ByteArrayOutputStream whole = new ByteArrayOutputStream();
			whole.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
			put(whole, 3, (long) this.tensorCount, (long) this.keyCount);
			whole.writeBytes(this.keys.toByteArray());
			whole.writeBytes(this.table.toByteArray());
			whole.writeBytes(new byte[Math.floorMod(-whole.size(), 32)]);
			whole.writeBytes(this.data.toByteArray());
			Files.write(file, whole.toByteArray());
		}

	}

	/** A model of one layer that says letters at random. */
	static void write(Path file) throws Exception {
		List<Object> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
		List<Object> types = new ArrayList<>(List.of(2, 3, 3));
		List<Object> scores = new ArrayList<>();
		for (int value = 0; value < 256; value++) {
			tokens.add(String.format("<0x%02X>", value));
			types.add(6);
		}
		for (char letter = 'a'; letter <= 'z'; letter++) {
			tokens.add(String.valueOf(letter));
			types.add(1);
		}
		tokens.forEach((token) -> scores.add(0f));
		Gguf gguf = new Gguf();
		gguf.key("general.architecture", 8, "llama");
		gguf.key("llama.context_length", 4, 512);
		gguf.key("llama.embedding_length", 4, 32);
		gguf.key("llama.block_count", 4, 1);
		gguf.key("llama.feed_forward_length", 4, 64);
		gguf.key("llama.attention.head_count", 4, 2);
		gguf.key("llama.attention.layer_norm_rms_epsilon", 6, 1e-5f);
		gguf.key("tokenizer.ggml.model", 8, "llama");
		gguf.key("tokenizer.ggml.tokens", 9, 8, (long) tokens.size());
		Gguf.put(gguf.keys, tokens.toArray());
		gguf.key("tokenizer.ggml.scores", 9, 6, (long) tokens.size());
		Gguf.put(gguf.keys, scores.toArray());
		gguf.key("tokenizer.ggml.token_type", 9, 5, (long) tokens.size());
		Gguf.put(gguf.keys, types.toArray());
		gguf.tensor("token_embd.weight", 32, tokens.size());
		for (String norm : List.of("blk.0.attn_norm", "blk.0.ffn_norm", "output_norm")) {
			gguf.tensor(norm + ".weight", 32, 0);
		}
		for (String matrix : List.of("attn_q", "attn_k", "attn_v", "attn_output")) {
			gguf.tensor("blk.0." + matrix + ".weight", 32, 32);
		}
		gguf.tensor("blk.0.ffn_gate.weight", 32, 64);
		gguf.tensor("blk.0.ffn_up.weight", 32, 64);
		gguf.tensor("blk.0.ffn_down.weight", 64, 32);
		gguf.tensor("output.weight", 32, tokens.size());
		gguf.write(file);
	}

	static InferenceParameters conversation(String text) {
		return new InferenceParameters("").setMessages("Be brief.", List.of(new Pair<>("user", text)));
	}

	public static void main(String[] arguments) throws Exception {
		write(Path.of("tiny.gguf"));
		LlamaModel model = new LlamaModel(new ModelParameters().setModel("tiny.gguf").setThreads(1).disableLog());
		String text = "gr\u00fcn \u4e2d \ud83d\ude00!";
		String prompt = model.applyTemplate(conversation(text));
		StringBuilder codes = new StringBuilder();
		prompt.chars()
			.filter((character) -> character > 127)
			.forEach((character) -> codes.append(Integer.toHexString(character)).append(' '));
		System.out.println("given beyond ASCII: fc 4e2d d83d de00");
		System.out.println("in the prompt:      " + codes);
		verdict(prompt.contains("gr\u00fcn \u4e2d ") && !prompt.contains(text));
	}

	static void verdict(boolean same) {
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
mkdir tmp
java -Djava.io.tmpdir="$folder/tmp" -cp "lib/*" Finding.java
