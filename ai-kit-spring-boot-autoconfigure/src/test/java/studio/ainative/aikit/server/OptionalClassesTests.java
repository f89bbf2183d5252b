package studio.ainative.aikit.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.format.WireFormat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What looks at all members of a class (serialisers, mocks, ahead-of-time processing) can
 * do so without the classes of any web stack.
 */
class OptionalClassesTests {

	private final ClassLoader loader = new Without("jakarta.servlet.", "org.springframework.web.servlet.",
			"org.springframework.web.reactive.");

	@ParameterizedTest
	@ValueSource(classes = { StreamingResponse.class, DefaultStreamingResponse.class, StreamingResponses.class,
			StreamingOptions.class, FrameSource.class, EventPipe.class, WireFormat.class })
	void namesNoneInItsMembers(Class<?> type) throws Exception {
		Class<?> loaded = this.loader.loadClass(type.getName());
		assertThat(loaded).isNotSameAs(type);
		List<Object> seen = new ArrayList<>();
		assertThatCode(() -> {
			seen.add(loaded.getMethods());
			seen.add(loaded.getDeclaredFields());
			for (Method method : loaded.getDeclaredMethods()) {
				seen.add(method.toGenericString());
			}
			for (Constructor<?> constructor : loaded.getDeclaredConstructors()) {
				seen.add(constructor.toGenericString());
			}
		}).doesNotThrowAnyException();
		assertThat(seen).isNotEmpty();
	}

	@Test
	void canBeMocked() throws Exception {
		Class<?> type = this.loader.loadClass(StreamingResponse.class.getName());
		assertThat(type.getMethod("getMessageCount").invoke(Mockito.mock(type))).isEqualTo(0L);
	}

	@Test
	void isRefusedByJsonWithASentence() throws Exception {
		Class<?> options = this.loader.loadClass(StreamingOptions.class.getName());
		Object response = this.loader.loadClass(StreamingResponse.class.getName())
			.getMethod("create", options)
			.invoke(null, options.getMethod("defaults").invoke(null));
		assertThatException().isThrownBy(() -> JsonMapper.shared().writeValueAsString(List.of(response)))
			.withMessageContaining("A StreamingResponse can't be written as JSON");
	}

	/**
	 * Loads AI Kit's classes anew, and finds none of those that are left out.
	 */
	private static final class Without extends ClassLoader {

		private final List<String> leftOut;

		Without(String... leftOut) {
			super(OptionalClassesTests.class.getClassLoader());
			this.leftOut = List.of(leftOut);
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			synchronized (getClassLoadingLock(name)) {
				if (this.leftOut.stream().anyMatch(name::startsWith)) {
					throw new ClassNotFoundException(name);
				}
				Class<?> loaded = findLoadedClass(name);
				if (loaded != null) {
					return loaded;
				}
				return name.startsWith("studio.ainative.aikit.") ? define(name) : super.loadClass(name, resolve);
			}
		}

		private Class<?> define(String name) throws ClassNotFoundException {
			try (InputStream input = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
				if (input == null) {
					throw new ClassNotFoundException(name);
				}
				byte[] bytes = input.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
