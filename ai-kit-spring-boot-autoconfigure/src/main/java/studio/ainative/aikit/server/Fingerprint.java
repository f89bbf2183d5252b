package studio.ainative.aikit.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * A hash of a request, taken while its body is read, and the same on both stacks.
 *
 * @since 0.1.0
 */
public final class Fingerprint {

	private final MessageDigest digest;

	/**
	 * Begin.
	 * @param method the request's method
	 * @param path its path, as it was sent
	 * @param query its query, as it was sent, {@code null} for none
	 */
	public Fingerprint(String method, String path, @Nullable String query) {
		try {
			this.digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
		String address = method + " " + path + ((query != null) ? "?" + query : "");
		this.digest.update(address.getBytes(StandardCharsets.UTF_8));
		this.digest.update((byte) 0);
	}

	/**
	 * Take in a part of the body.
	 * @param bytes holds the part
	 * @param offset where it begins
	 * @param length how long it is
	 */
	public synchronized void add(byte[] bytes, int offset, int length) {
		this.digest.update(bytes, offset, length);
	}

	/**
	 * Take in a part of the body.
	 * @param bytes the part, which is read to its end
	 */
	public synchronized void add(ByteBuffer bytes) {
		this.digest.update(bytes);
	}

	/**
	 * The hash of all that was taken in so far.
	 * @return the hash in hexadecimal
	 */
	public synchronized String value() {
		try {
			return HexFormat.of().formatHex(((MessageDigest) this.digest.clone()).digest());
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException("This Java's SHA-256 can't be copied", ex);
		}
	}

}
