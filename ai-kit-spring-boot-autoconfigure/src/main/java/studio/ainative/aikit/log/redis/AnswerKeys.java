package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The names of what Redis holds of one answer. The id in braces keeps them in one hash
 * slot of a cluster.
 *
 * @param prefix what all names of the application begin with
 * @param streamId the answer's id
 */
record AnswerKeys(String prefix, String streamId) {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

	/** Whether a name can be made of it: an answer's id always is such. */
	static boolean isPossible(String streamId) {
		return ID.matcher(streamId).matches();
	}

	/** What was asked for and by whom, in a hash of the same length for all. */
	static String start(String prefix, @Nullable String owner, String key) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			if (owner != null) {
				digest.update(owner.getBytes(StandardCharsets.UTF_8));
			}
			// No text has this byte in UTF-8
			digest.update((byte) ((owner != null) ? 0xFF : 0xFE));
			byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
			return prefix + "start:" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The channel on which a node hears what others want of its answers. */
	static String node(String prefix, String name) {
		return prefix + "node:" + name;
	}

	/** A stream: the entries. */
	String log() {
		return name("log");
	}

	/** A hash: what the answer was begun with, and what was asked of it. */
	String facts() {
		return name("facts");
	}

	/** A string that is there as long as the producer is, with the name of its node. */
	String lease() {
		return name("lease");
	}

	/** A channel: copies of entries for those who follow. */
	String live() {
		return name("live");
	}

	/** The order in which the scripts know them. */
	String[] all() {
		return new String[] { facts(), log(), lease() };
	}

	private String name(String what) {
		return this.prefix + "{" + this.streamId + "}:" + what;
	}

}
