package studio.ainative.aikit.server;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.web.method.HandlerMethod;

import studio.ainative.aikit.format.RefusalForm;
import studio.ainative.aikit.format.agui.AgUiRefusal;
import studio.ainative.aikit.format.openai.OpenAiRefusal;
import studio.ainative.aikit.format.uimessage.UiRefusal;

/**
 * The forms of refusals that kinds of clients have of their own, found by what a
 * controller's method takes.
 */
final class RefusalForms {

	private static final List<RefusalForm> FORMS = List.of(new UiRefusal(), new OpenAiRefusal(), new AgUiRefusal());

	private RefusalForms() {
	}

	/**
	 * Find the form for the clients of a method.
	 * @param handler what handles a request
	 * @return the form, {@code null} for problem details
	 */
	static @Nullable RefusalForm of(@Nullable Object handler) {
		if (handler instanceof HandlerMethod method) {
			for (MethodParameter parameter : method.getMethodParameters()) {
				RefusalForm form = of(ResolvableType.forMethodParameter(parameter));
				if (form != null) {
					return form;
				}
			}
		}
		return null;
	}

	private static @Nullable RefusalForm of(ResolvableType type) {
		for (RefusalForm form : FORMS) {
			if (form.isFor(type.toClass())) {
				return form;
			}
		}
		// A Mono of a body, an HttpEntity
		for (ResolvableType generic : type.getGenerics()) {
			RefusalForm form = of(generic);
			if (form != null) {
				return form;
			}
		}
		return null;
	}

}
