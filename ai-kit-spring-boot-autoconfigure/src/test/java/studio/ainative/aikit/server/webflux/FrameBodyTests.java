package studio.ainative.aikit.server.webflux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.mock.http.server.reactive.MockServerHttpResponse;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.GzipEncoder;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How frames share buffers.
 */
class FrameBodyTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final List<String> buffers = new ArrayList<>();

	@Test
	void putsAllThatIsReadyInOneBuffer() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		for (int i = 0; i < 100; i++) {
			response.sendToken("t");
		}
		response.end();
		FrameBody.write(response.frames(), (GzipEncoder) null, message()).block(TIMEOUT);
		assertThat(this.buffers).singleElement()
			.satisfies((text) -> assertThat(text).startsWith("event: start").contains("id: 100\n", "event: done"));
	}

	@Test
	void letsALoneTokenGoAlone() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		FrameBody.write(response.frames(), (GzipEncoder) null, message()).subscribe();
		assertThat(this.buffers).hasSize(1);
		response.sendToken("Hel");
		assertThat(this.buffers).hasSize(2);
		assertThat(this.buffers.get(1)).isEqualTo("event: token\nid: 1\ndata: {\"token\":\"Hel\",\"index\":0}\n\n");
		response.end();
		assertThat(this.buffers).hasSize(3);
	}

	@Test
	void cutsALongBurstIntoBuffersOfABoundedSize() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		for (int i = 0; i < 900; i++) {
			response.sendToken("t".repeat(100));
		}
		response.end();
		FrameBody.write(response.frames(), (GzipEncoder) null, message()).block(TIMEOUT);
		assertThat(this.buffers).hasSizeBetween(8, 12)
			.allSatisfy((text) -> assertThat(text.length()).isLessThan(17 * 1024));
	}

	@Test
	void givesTheMemoryOfCompressionBackWhenTheReaderLeaves() {
		GzipEncoder gzip = new GzipEncoder();
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		Disposable writing = FrameBody.write(response.frames(), gzip, message()).subscribe();
		assertThat(gzip.encode(new SseEncoder().appendComment("open"), false)).isNotEmpty();
		writing.dispose();
		assertThat(gzip.encode(new SseEncoder().appendComment("closed"), false)).isEmpty();
		assertThat(response.isStreamActive()).isFalse();
	}

	@Test
	void letsGoOfTheSourceWhenTheHeadersCannotBeWritten() {
		TestPublisher<StreamEvent> source = TestPublisher.create();
		AtomicInteger closed = new AtomicInteger();
		StreamingResponse response = StreamingResponse.from(source.flux(), StreamingOptions.defaults())
			.onClose(closed::incrementAndGet);
		MockServerHttpResponse message = new MockServerHttpResponse();
		message.setWriteHandler((body) -> Mono.error(new IOException("reset")));
		StepVerifier.create(FrameBody.write(response.frames(), (ServerHttpRequest) null, message))
			.expectError()
			.verify(TIMEOUT);
		source.assertCancelled();
		assertThat(closed).hasValue(1);
	}

	@Test
	void letsGoOfAResponseThatIsRefusedBeforeItIsWritten() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		MockServerHttpResponse message = message();
		message.setComplete().block(TIMEOUT);
		StepVerifier.create(FrameBody.write(response.frames(), (ServerHttpRequest) null, message))
			.expectError()
			.verify(TIMEOUT);
		assertThat(response.isStreamActive()).isFalse();
	}

	@Test
	void leavesTheReaderOfAResponseThatIsWrittenASecondTime() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		FrameBody.write(response.frames(), (ServerHttpRequest) null, message()).subscribe();
		StepVerifier.create(FrameBody.write(response.frames(), (ServerHttpRequest) null, message()))
			.expectError(IllegalStateException.class)
			.verify(TIMEOUT);
		assertThat(response.isStreamActive()).isTrue();
	}

	@Test
	void writesNothingUntilSubscribedTo() {
		StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());
		MockServerHttpResponse message = message();
		Mono<Void> written = FrameBody.write(response.frames(), (ServerHttpRequest) null, message);
		assertThat(message.getHeaders().isEmpty()).isTrue();
		written.subscribe().dispose();
		assertThat(response.isStreamActive()).isFalse();
	}

	private MockServerHttpResponse message() {
		MockServerHttpResponse message = new MockServerHttpResponse();
		message.setWriteHandler((body) -> body.doOnNext(this::keep).then());
		return message;
	}

	private void keep(DataBuffer buffer) {
		this.buffers.add(buffer.toString(StandardCharsets.UTF_8));
		DataBufferUtils.release(buffer);
	}

}
