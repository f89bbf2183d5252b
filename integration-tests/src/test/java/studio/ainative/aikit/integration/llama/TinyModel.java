package studio.ainative.aikit.integration.llama;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Writes a model of Llama's architecture that nobody has trained: one layer of 32
 * dimensions and some 300 tokens, 120 KB of random numbers that are the same every time.
 * It says words at random, for ever: the beginning, the end and single bytes are too
 * unlikely for any answer.
 */
final class TinyModel {

	/** The words that it knows, each a token with the blank before it. */
	static final List<String> WORDS = List.of("the", "a", "river", "stone", "light", "moon", "runs", "sleeps", "over",
			"under", "slow", "bright", "small", "old", "green", "bird", "tree", "wind", "sings", "falls", "and", "then",
			"where", "nobody", "walks", "home", "night", "morning", "water", "bread", "open", "door");

	private static final int NORMAL = 1;

	private static final int UNKNOWN = 2;

	private static final int CONTROL = 3;

	private static final int BYTE = 6;

	private static final int DIMENSIONS = 32;

	private static final int INNER = 64;

	private final Random random = new Random(19);

	private final List<String> tokens = new ArrayList<>();

	private final List<Integer> types = new ArrayList<>();

	private TinyModel() {
		add("<unk>", UNKNOWN);
		add("<s>", CONTROL);
		add("</s>", CONTROL);
		for (int value = 0; value < 256; value++) {
			add(String.format("<0x%02X>", value), BYTE);
		}
		// The tokenizer's mark for a blank
		WORDS.forEach((word) -> add("\u2581" + word, NORMAL));
	}

	/**
	 * Write the model.
	 * @param file the file to write
	 * @throws IOException if it can't be written
	 */
	static void writeTo(Path file) throws IOException {
		new TinyModel().gguf().writeTo(file);
	}

	private GgufWriter gguf() {
		return new GgufWriter().text("general.architecture", "llama")
			.number("llama.context_length", 4096)
			.number("llama.embedding_length", DIMENSIONS)
			.number("llama.block_count", 1)
			.number("llama.feed_forward_length", INNER)
			.number("llama.attention.head_count", 2)
			.number("llama.attention.layer_norm_rms_epsilon", 1e-5f)
			.text("tokenizer.ggml.model", "llama")
			.texts("tokenizer.ggml.tokens", this.tokens)
			.floats("tokenizer.ggml.scores", Collections.nCopies(this.tokens.size(), 0f))
			.integers("tokenizer.ggml.token_type", this.types)
			.number("tokenizer.ggml.unknown_token_id", 0)
			.number("tokenizer.ggml.bos_token_id", 1)
			.number("tokenizer.ggml.eos_token_id", 2)
			.tensor("token_embd.weight", embeddings(), DIMENSIONS, this.tokens.size())
			.tensor("blk.0.attn_norm.weight", ones(), DIMENSIONS)
			.tensor("blk.0.attn_q.weight", matrix(DIMENSIONS, DIMENSIONS), DIMENSIONS, DIMENSIONS)
			.tensor("blk.0.attn_k.weight", matrix(DIMENSIONS, DIMENSIONS), DIMENSIONS, DIMENSIONS)
			.tensor("blk.0.attn_v.weight", matrix(DIMENSIONS, DIMENSIONS), DIMENSIONS, DIMENSIONS)
			.tensor("blk.0.attn_output.weight", keepsFirst(matrix(DIMENSIONS, DIMENSIONS), DIMENSIONS), DIMENSIONS,
					DIMENSIONS)
			.tensor("blk.0.ffn_norm.weight", ones(), DIMENSIONS)
			.tensor("blk.0.ffn_gate.weight", matrix(DIMENSIONS, INNER), DIMENSIONS, INNER)
			.tensor("blk.0.ffn_up.weight", matrix(DIMENSIONS, INNER), DIMENSIONS, INNER)
			.tensor("blk.0.ffn_down.weight", keepsFirst(matrix(INNER, DIMENSIONS), INNER), INNER, DIMENSIONS)
			.tensor("output_norm.weight", ones(), DIMENSIONS)
			.tensor("output.weight", logits(), DIMENSIONS, this.tokens.size());
	}

	private void add(String token, int type) {
		this.tokens.add(token);
		this.types.add(type);
	}

	/** The first dimension of each token is one, and no layer writes to it. */
	private float[] embeddings() {
		float[] values = matrix(DIMENSIONS, this.tokens.size());
		for (int token = 0; token < this.tokens.size(); token++) {
			values[token * DIMENSIONS] = 1;
		}
		return values;
	}

	private static float[] keepsFirst(float[] matrix, int columns) {
		for (int column = 0; column < columns; column++) {
			matrix[column] = 0;
		}
		return matrix;
	}

	/** By the first dimension whatever is no word is made unlikely. */
	private float[] logits() {
		float[] values = matrix(DIMENSIONS, this.tokens.size());
		for (int token = 0; token < this.tokens.size(); token++) {
			values[token * DIMENSIONS] = (this.types.get(token) == NORMAL) ? 0 : -1000;
		}
		return values;
	}

	private static float[] ones() {
		float[] values = new float[DIMENSIONS];
		Arrays.fill(values, 1);
		return values;
	}

	private float[] matrix(int columns, int rows) {
		float[] values = new float[columns * rows];
		for (int index = 0; index < values.length; index++) {
			values[index] = (float) this.random.nextGaussian() * 0.3f;
		}
		return values;
	}

}
