package studio.ainative.aikit.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

import studio.ainative.aikit.server.StreamingResponses;

/**
 * Lets running answers come to an end when the application does. The event precedes the
 * web server's own wait, which would else last as long as the longest answer, or half a
 * minute.
 */
final class DrainOnShutdown implements ApplicationListener<ContextClosedEvent> {

	private final ApplicationContext context;

	private final ObjectProvider<StreamingResponses> responses;

	DrainOnShutdown(ApplicationContext context, ObjectProvider<StreamingResponses> responses) {
		this.context = context;
		this.responses = responses;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// The events of child contexts, such as the management server's, arrive here too
		if (event.getApplicationContext() == this.context) {
			drain(this.responses.stream().toList());
		}
	}

	/** All at the same time: else the last would go on taking readers meanwhile. */
	private static void drain(List<StreamingResponses> factories) {
		List<Thread> others = factories.stream()
			.skip(1)
			.map((responses) -> new Thread(responses::drain, "ai-kit-drain"))
			.toList();
		others.forEach(Thread::start);
		factories.stream().limit(1).forEach(StreamingResponses::drain);
		try {
			for (Thread other : others) {
				other.join();
			}
		}
		catch (InterruptedException ex) {
			others.forEach(Thread::interrupt);
			Thread.currentThread().interrupt();
		}
	}

}
