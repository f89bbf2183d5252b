package studio.ainative.aikit.integration.llama;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a file of
 * <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF</a>, version
 * 3: a header, keys with their values, a table of tensors, and their numbers, each tensor
 * at a multiple of {@value #ALIGNMENT} bytes. Numbers are little-endian, all tensors
 * 32-bit floats.
 */
final class GgufWriter {

	/** What the format takes where {@code general.alignment} says nothing else. */
	private static final int ALIGNMENT = 32;

	private static final int UINT32 = 4;

	private static final int INT32 = 5;

	private static final int FLOAT32 = 6;

	private static final int STRING = 8;

	private static final int ARRAY = 9;

	private final Section keys = new Section();

	private final Section tensors = new Section();

	private final Section data = new Section();

	private int keyCount;

	private int tensorCount;

	GgufWriter text(String key, String value) {
		key(key, STRING).text(value);
		return this;
	}

	GgufWriter number(String key, int value) {
		key(key, UINT32).int32(value);
		return this;
	}

	GgufWriter number(String key, float value) {
		key(key, FLOAT32).float32(value);
		return this;
	}

	GgufWriter texts(String key, List<String> values) {
		Section section = array(key, STRING, values.size());
		values.forEach(section::text);
		return this;
	}

	GgufWriter integers(String key, List<Integer> values) {
		Section section = array(key, INT32, values.size());
		values.forEach(section::int32);
		return this;
	}

	GgufWriter floats(String key, List<Float> values) {
		Section section = array(key, FLOAT32, values.size());
		values.forEach(section::float32);
		return this;
	}

	/**
	 * Add a tensor.
	 * @param name its name
	 * @param values its numbers, row by row
	 * @param dimensions how many numbers a row has, then how many rows there are
	 * @return this
	 */
	GgufWriter tensor(String name, float[] values, int... dimensions) {
		this.tensors.text(name).int32(dimensions.length);
		for (int dimension : dimensions) {
			this.tensors.int64(dimension);
		}
		this.data.align();
		// The type of 32-bit floats is 0
		this.tensors.int32(0).int64(this.data.size());
		for (float value : values) {
			this.data.float32(value);
		}
		this.tensorCount++;
		return this;
	}

	void writeTo(Path file) throws IOException {
		Section whole = new Section();
		whole.ascii("GGUF").int32(3).int64(this.tensorCount).int64(this.keyCount);
		whole.section(this.keys).section(this.tensors).align();
		Files.write(file, whole.section(this.data).bytes());
	}

	private Section key(String key, int type) {
		this.keyCount++;
		return this.keys.text(key).int32(type);
	}

	private Section array(String key, int type, int size) {
		return key(key, ARRAY).int32(type).int64(size);
	}

	/**
	 * Bytes of a part of the file.
	 */
	private static final class Section {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private Section int32(int value) {
			return write(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value));
		}

		private Section int64(long value) {
			return write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value));
		}

		private Section float32(float value) {
			return int32(Float.floatToRawIntBits(value));
		}

		private Section text(String value) {
			byte[] text = value.getBytes(StandardCharsets.UTF_8);
			return int64(text.length).write(ByteBuffer.wrap(text));
		}

		private Section ascii(String value) {
			return write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)));
		}

		private Section section(Section other) {
			return write(ByteBuffer.wrap(other.bytes()));
		}

		private Section align() {
			return write(ByteBuffer.allocate(Math.floorMod(-size(), ALIGNMENT)));
		}

		private Section write(ByteBuffer buffer) {
			byte[] content = new byte[buffer.capacity()];
			buffer.get(0, content);
			this.bytes.writeBytes(content);
			return this;
		}

		private int size() {
			return this.bytes.size();
		}

		private byte[] bytes() {
			return this.bytes.toByteArray();
		}

	}

}
