package studio.ainative.aikit.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;

import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.agui.AgUiWireFormat;
import studio.ainative.aikit.format.openai.OpenAiWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;

/**
 * Finds the format of answers that are made without one of their own: the application's
 * {@link WireFormat} bean, else what {@code ai-kit.response.format} names.
 */
final class ResponseFormats {

	private ResponseFormats() {
	}

	/**
	 * Find the format.
	 * @param format what the property says
	 * @param beans all beans that are formats, AI Kit's own included
	 * @param uiMessageFormat AI Kit's own for {@code useChat}
	 * @return the format, {@code null} for AI Kit's own
	 */
	static @Nullable WireFormat find(AiKitProperties.Format format, ObjectProvider<WireFormat> beans,
			UiMessageFormat uiMessageFormat) {
		WireFormat own = beans.orderedStream()
			.filter((bean) -> !(bean instanceof UiMessageFormat))
			.findFirst()
			.orElse(null);
		if (own != null) {
			return own;
		}
		return switch (format) {
			case AI_KIT -> null;
			case AG_UI -> new AgUiWireFormat();
			case OPENAI -> new OpenAiWireFormat();
			case UI_MESSAGE -> uiMessageFormat;
		};
	}

}
