package studio.ainative.aikit.server.webmvc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A container that takes nothing for a while. Tasks run when they are handed over.
 */
class FrameWriterTests {

	private final List<Runnable> tasks = new ArrayList<>();

	private final StreamingResponses responses = StreamingResponses.builder(StreamingOptions.defaults())
		.executor((task) -> {
			this.tasks.add(task);
			task.run();
		})
		.build();

	private final StreamingResponse response = this.responses.create();

	private final Container container = new Container();

	private final FrameWriter writer = new FrameWriter(this.response.frames(), this.container);

	@BeforeEach
	void begin() {
		assertThat(this.writer.writeFirst()).isTrue();
		this.writer.begin();
	}

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void asksForNoThreadWhileNothingIsTaken() {
		this.container.ready = false;
		for (int i = 0; i < 10; i++) {
			this.response.sendToken("t" + i);
		}
		assertThat(this.tasks).hasSize(1);
		assertThat(this.container.written()).doesNotContain("t0");
		this.container.ready = true;
		this.writer.resume();
		assertThat(this.tasks).hasSize(2);
		assertThat(this.container.written()).contains("t0", "t9");
		this.response.end();
		assertThat(this.container.written()).contains("\"outcome\":\"complete\"");
		assertThat(this.container.completed).isTrue();
	}

	@Test
	void goesOnWhereTheContainerResumesBeforeItHasSaidNo() {
		this.container.ready = false;
		this.container.asked = () -> {
			this.container.asked = null;
			this.container.ready = true;
			this.writer.resume();
		};
		this.response.sendToken("t0");
		this.response.sendToken("t1");
		assertThat(this.container.written()).contains("t0", "t1");
	}

	private static final class Container implements FrameWriter.Output {

		private final ByteArrayOutputStream body = new ByteArrayOutputStream();

		private boolean ready = true;

		private boolean completed;

		private Runnable asked;

		String written() {
			return this.body.toString(StandardCharsets.UTF_8);
		}

		@Override
		public boolean isBlocking() {
			return false;
		}

		@Override
		public boolean isReady() {
			boolean ready = this.ready;
			if (this.asked != null) {
				this.asked.run();
			}
			return ready;
		}

		@Override
		public void write(SseEncoder encoder) throws IOException {
			encoder.drainTo(this.body);
		}

		@Override
		public void flush() {
		}

		@Override
		public void complete() {
			this.completed = true;
		}

	}

}
