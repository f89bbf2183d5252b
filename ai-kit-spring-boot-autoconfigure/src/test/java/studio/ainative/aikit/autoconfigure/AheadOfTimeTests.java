package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.ser.bean.BeanSerializerBase;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.reactive.context.AnnotationConfigReactiveWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.javapoet.ClassName;
import org.springframework.util.ClassUtils;

import studio.ainative.aikit.format.RandomAnswer;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications with front ends and without a controller, processed ahead of time as for a
 * native image.
 */
class AheadOfTimeTests {

	/** Those that leave some of it to Jackson. */
	static final List<Function<JsonMapper, WireFormat>> FORMATS = List.of(AiKitWireFormat::new, UiMessageFormat::new);

	/** Spring sees to them. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void keepsTheFieldsOfProblems(WebApplicationType type) throws Exception {
		RuntimeHints hints = process(type);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(ProblemDetail.class.getDeclaredMethod("getDetail"))).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(ProblemDetailJacksonMixin.class.getDeclaredMethod("getProperties"))).accepts(hints);
	}

	/** Jackson makes what reads a request by its constructor. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void keepsWhatReadsTheRequestsOfFrontEnds(WebApplicationType type) throws Exception {
		RuntimeHints hints = process(type, "ai-kit.endpoints.openai.enabled=true",
				"ai-kit.endpoints.ag-ui.enabled=true");
		List<Class<?>> requests = requests();
		assertThat(requests).hasSize(3);
		for (Class<?> request : requests) {
			Class<?> reader = request.getAnnotation(JsonDeserialize.class).using();
			assertThat(RuntimeHintsPredicates.reflection().onConstructorInvocation(reader.getDeclaredConstructor()))
				.as(reader.getSimpleName())
				.accepts(hints);
		}
	}

	/** Facts and details of errors are maps, lists and values. */
	@ParameterizedTest
	@FieldSource("FORMATS")
	void needsNothingToWriteAnswers(Function<JsonMapper, WireFormat> format) {
		WireFormat strict = format.apply(JsonMapper.builder().addModule(new NoBeans()).build());
		for (int seed = 0; seed < 500; seed++) {
			assertThat(RandomAnswer.of(seed).text(strict)).isNotEmpty();
		}
	}

	private static List<Class<?>> requests() throws IOException {
		Path sources = Path.of("src", "main", "java");
		try (Stream<Path> files = Files.walk(sources)) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.map((file) -> sources.relativize(file).toString().replace(".java", "").replace('/', '.'))
				.filter((name) -> !name.endsWith("-info"))
				.<Class<?>>map((name) -> ClassUtils.resolveClassName(name, null))
				.filter((type) -> type.isAnnotationPresent(JsonDeserialize.class))
				.toList();
		}
	}

	private static RuntimeHints process(WebApplicationType type, String... properties) {
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(AheadOfTimeTests.class)), new InMemoryGeneratedFiles());
		try (GenericApplicationContext context = (type == WebApplicationType.SERVLET)
				? new AnnotationConfigServletWebServerApplicationContext()
				: new AnnotationConfigReactiveWebServerApplicationContext()) {
			TestPropertyValues.of(properties)
				.and("ai-kit.stream.endpoint=http://localhost:1/", "ai-kit.streams.fast.model=gpt-fast")
				.applyTo(context);
			((AnnotationConfigRegistry) context).register(Application.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
		generation.writeGeneratedContent();
		return generation.getRuntimeHints();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** Whatever has properties of its own is refused. */
	private static final class NoBeans extends SimpleModule {

		private static final long serialVersionUID = 1L;

		NoBeans() {
			setSerializerModifier(new ValueSerializerModifier() {

				private static final long serialVersionUID = 1L;

				@Override
				public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier type,
						ValueSerializer<?> serializer) {
					assertThat(serializer).as("for " + type.getBeanClass()).isNotInstanceOf(BeanSerializerBase.class);
					return serializer;
				}

			});
		}

	}

}
