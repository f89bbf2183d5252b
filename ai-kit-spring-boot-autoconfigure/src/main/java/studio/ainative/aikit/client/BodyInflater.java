package studio.ainative.aikit.client;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

/**
 * Inflates a body that comes in pieces: gzip
 * (<a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>) of one or more members,
 * or deflate. What a piece ends with is there at once, so a server that flushes after
 * each token streams. Checksums are not checked: the connection has its own.
 */
final class BodyInflater {

	/** Of one piece that is handed on, so that few bytes that swell wait here. */
	private static final int MAX_PIECE = 8192;

	/** Longer ones hold nothing that anybody needs. */
	private static final int MAX_HEADER = 64 * 1024;

	private static final int TRAILER = 8;

	private static final int FIXED_HEADER = 10;

	private final boolean gzip;

	/** Where a member's header ends is not known before it is all there. */
	private byte[] header = new byte[0];

	private @Nullable Inflater inflater;

	/** How many bytes are still to come that say nothing. */
	private int ignored;

	/** Whether more may come out, even if nothing more goes in. */
	private boolean full;

	/** Whether a member has ended: what follows need not be another. */
	private boolean whole;

	private boolean closed;

	/**
	 * Create an inflater.
	 * @param gzip whether the body is in gzip, else in deflate
	 */
	BodyInflater(boolean gzip) {
		this.gzip = gzip;
	}

	/**
	 * Inflate the next piece.
	 * @param bytes the piece
	 * @return what comes out of it, inflated as it is asked for
	 * @throws MalformedEventException while it is asked for, if it can't be inflated
	 */
	Iterable<DataBuffer> inflate(byte[] bytes) {
		return () -> new Pieces(bytes);
	}

	/** Any thread may call, also while a piece is inflated. */
	synchronized void close() {
		this.closed = true;
		endMember();
	}

	private void endMember() {
		if (this.inflater != null) {
			this.inflater.end();
			this.inflater = null;
		}
	}

	private synchronized @Nullable DataBuffer next(Pieces pieces) {
		while (!this.closed && (this.full || pieces.hasBytes())) {
			if (this.ignored > 0) {
				this.ignored -= pieces.skip(this.ignored);
			}
			else if (this.inflater == null) {
				begin(pieces);
			}
			else {
				DataBuffer piece = inflate(this.inflater, pieces);
				if (piece != null) {
					return piece;
				}
			}
		}
		return null;
	}

	private void begin(Pieces pieces) {
		if (!this.gzip) {
			// Some send the bare format, without the header of zlib
			this.inflater = new Inflater((pieces.first() & 0x0f) != 8);
			return;
		}
		byte[] all = pieces.after(this.header);
		if (this.whole && all[0] != 0x1f) {
			this.ignored = Integer.MAX_VALUE;
			return;
		}
		int length = headerLength(all);
		this.header = (length < 0) ? all : new byte[0];
		if (length >= 0) {
			this.inflater = new Inflater(true);
			pieces.restart(all, length);
		}
		else if (all.length > MAX_HEADER) {
			throw malformed(null);
		}
	}

	/** The length of a member's header, less than zero if that is not all there. */
	private static int headerLength(byte[] bytes) {
		if (bytes.length < FIXED_HEADER) {
			return -1;
		}
		if (bytes[0] != 0x1f || (bytes[1] & 0xff) != 0x8b || bytes[2] != 8) {
			throw malformed(null);
		}
		int flags = bytes[3];
		int length = FIXED_HEADER;
		if ((flags & 4) != 0) {
			if (bytes.length < length + 2) {
				return -1;
			}
			length += 2 + (bytes[length] & 0xff) + ((bytes[length + 1] & 0xff) << 8);
		}
		for (int text = 8; text <= 16; text += 8) {
			if ((flags & text) != 0) {
				while (length < bytes.length && bytes[length] != 0) {
					length++;
				}
				length++;
			}
		}
		if ((flags & 2) != 0) {
			length += 2;
		}
		return (length <= bytes.length) ? length : -1;
	}

	private @Nullable DataBuffer inflate(Inflater inflater, Pieces pieces) {
		byte[] piece = new byte[MAX_PIECE];
		try {
			inflater.setInput(pieces.bytes, pieces.position, pieces.bytes.length - pieces.position);
			int length = inflater.inflate(piece);
			this.full = length == piece.length && !inflater.finished();
			pieces.position = pieces.bytes.length - inflater.getRemaining();
			if (inflater.finished()) {
				this.ignored = this.gzip ? TRAILER : Integer.MAX_VALUE;
				this.whole = true;
				endMember();
			}
			else if (length == 0 && (inflater.needsDictionary() || pieces.hasBytes())) {
				throw malformed(null);
			}
			return (length > 0) ? DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(piece, length)) : null;
		}
		catch (DataFormatException ex) {
			throw malformed(ex);
		}
	}

	private static MalformedEventException malformed(@Nullable Throwable cause) {
		return new MalformedEventException("The response is not compressed in the way that its header names", cause);
	}

	/** What comes out of one piece. */
	private final class Pieces implements Iterator<DataBuffer> {

		private byte[] bytes;

		private int position;

		private @Nullable DataBuffer next;

		Pieces(byte[] bytes) {
			this.bytes = bytes;
		}

		boolean hasBytes() {
			return this.position < this.bytes.length;
		}

		byte first() {
			return this.bytes[this.position];
		}

		int skip(int count) {
			int skipped = Math.min(count, this.bytes.length - this.position);
			this.position += skipped;
			return skipped;
		}

		/** All that is left, which is taken, after what has come before. */
		byte[] after(byte[] before) {
			byte[] all = Arrays.copyOf(before, before.length + this.bytes.length - this.position);
			System.arraycopy(this.bytes, this.position, all, before.length, all.length - before.length);
			this.position = this.bytes.length;
			return all;
		}

		void restart(byte[] bytes, int position) {
			this.bytes = bytes;
			this.position = position;
		}

		@Override
		public boolean hasNext() {
			if (this.next == null) {
				this.next = BodyInflater.this.next(this);
			}
			return this.next != null;
		}

		@Override
		public DataBuffer next() {
			if (!hasNext() || this.next == null) {
				throw new NoSuchElementException();
			}
			DataBuffer piece = this.next;
			this.next = null;
			return piece;
		}

	}

}
