package studio.ainative.aikit.benchmarks.harness;

import java.util.regex.Pattern;

/**
 * The formats that servers and relays send answers to their readers in.
 */
enum AnswerFormat {

	/** AI Kit's own. */
	AI_KIT("(?<=\"(?:timestamp|streamId)\":\")[^\"]*"),

	/** The UI message stream, of any level. */
	UI_MESSAGE("(?<=\"messageId\":\")[^\"]*"),

	/** OpenAI's chat completions. */
	OPENAI("(?<=\"id\":\")[^\"]*|(?<=\"created\":)\\d+"),

	/** AG-UI. */
	AG_UI("(?<=\"(?:messageId|threadId|runId)\":\")[^\"]*");

	private final Pattern varying;

	AnswerFormat(String varying) {
		this.varying = Pattern.compile(varying);
	}

	/** Make the reader of one answer. */
	AnswerReader reader() {
		return switch (this) {
			case AI_KIT -> new AiKitReader();
			case UI_MESSAGE -> new UiMessageReader();
			case OPENAI -> new OpenAiReader();
			case AG_UI -> new AgUiReader();
		};
	}

	/** What differs between two right answers: times and ids. */
	Pattern varying() {
		return this.varying;
	}

}
