package studio.ainative.aikit.client;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBuffer;

/**
 * Stands before the decoder of a connection and moves a long read into an array, which is
 * then read where it lies.
 * <p>
 * Reads bring memory outside the heap. Where Netty may not use {@code sun.misc.Unsafe},
 * as by default on Java 24 and later, it makes a view of that memory each time that some
 * of it is copied: when the head of an HTTP chunk is read and when its bytes are, so
 * twice a token. A long read holds many tokens and is copied once here, by the view that
 * the socket has written to. A short one stays: for a token alone that costs more than it
 * brings.
 */
@Sharable
final class HeapReads extends ChannelInboundHandlerAdapter {

	private static final String NAME = "ai-kit.reads";

	private static final HeapReads INSTANCE = new HeapReads();

	private static final boolean NEEDED = !hasUnsafe();

	/** How many bytes a read must have, some twelve tokens of OpenAI's. */
	static final int WORTHWHILE = 4096;

	/** What Netty reads at once at most, unless it is told otherwise. */
	private static final int LENGTH = 64 * 1024;

	/** Arrays that no read is in, at most a megabyte of them. */
	private static final Queue<byte[]> SPARE = new ArrayBlockingQueue<>(16);

	HeapReads() {
	}

	/**
	 * Stand before a decoder, if that helps.
	 * @param pipeline holds the decoder
	 * @param decoder its name
	 */
	static void install(ChannelPipeline pipeline, String decoder) {
		if (NEEDED) {
			pipeline.addBefore(decoder, NAME, INSTANCE);
		}
	}

	/**
	 * Leave a connection to others.
	 * @param pipeline may hold this
	 */
	static void remove(ChannelPipeline pipeline) {
		if (NEEDED) {
			pipeline.remove(NAME);
		}
	}

	/**
	 * What has been moved, where the caller got it as Spring's.
	 * @param buffer a piece of an answer
	 * @return the same bytes, in an array; {@code null} if they are not known to be
	 */
	static @Nullable ByteBuf moved(DataBuffer buffer) {
		if (NEEDED && buffer instanceof NettyDataBuffer netty && netty.getNativeBuffer().hasArray()) {
			return netty.getNativeBuffer();
		}
		return null;
	}

	private static boolean hasUnsafe() {
		ByteBuf buffer = UnpooledByteBufAllocator.DEFAULT.directBuffer(1);
		try {
			return buffer instanceof UnpooledUnsafeDirectByteBuf;
		}
		finally {
			buffer.release();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof ByteBuf read && read.readableBytes() >= WORTHWHILE && read.isDirect()
				&& read.nioBufferCount() == 1) {
			ctx.fireChannelRead(move(read));
		}
		else {
			ctx.fireChannelRead(message);
		}
	}

	private static ByteBuf move(ByteBuf read) {
		try {
			int length = read.readableBytes();
			byte[] spare = (length <= LENGTH) ? SPARE.poll() : null;
			byte[] array = (spare != null) ? spare : new byte[Math.max(length, LENGTH)];
			read.internalNioBuffer(read.readerIndex(), length).get(array, 0, length);
			return new MovedRead(array).writerIndex(length);
		}
		finally {
			read.release();
		}
	}

	/** Gives its array back once all pieces of it are released. */
	private static final class MovedRead extends UnpooledHeapByteBuf {

		MovedRead(byte[] array) {
			super(UnpooledByteBufAllocator.DEFAULT, array, array.length);
		}

		@Override
		protected void freeArray(byte[] array) {
			if (array.length == LENGTH) {
				// There may be enough
				boolean unused = SPARE.offer(array);
			}
		}

	}

}
