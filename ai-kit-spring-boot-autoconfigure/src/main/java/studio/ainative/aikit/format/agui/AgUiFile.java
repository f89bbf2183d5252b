package studio.ainative.aikit.format.agui;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.RequestFields;

/**
 * A file in a message, as far as it was read: with its {@code source} in AG-UI 1.0, by
 * itself ({@code binary}) before.
 */
final class AgUiFile {

	private @Nullable String mediaType;

	private @Nullable String name;

	private @Nullable String data;

	private @Nullable String url;

	/** Read a field of the part. */
	void read(String field, String place, RequestFields fields) {
		switch (field) {
			case "mimeType" -> this.mediaType = fields.text(place + ".mimeType");
			case "filename" -> this.name = fields.text(place + ".filename");
			case "data" -> this.data = fields.text(place + ".data");
			case "url" -> this.url = fields.text(place + ".url");
			case "source" -> readSource(place + ".source", fields);
			default -> fields.skip();
		}
	}

	private void readSource(String place, RequestFields fields) {
		if (!fields.is(JsonToken.START_OBJECT)) {
			fields.skip();
			return;
		}
		String type = null;
		String value = null;
		for (String field = fields.next(); field != null; field = fields.next()) {
			switch (field) {
				case "type" -> type = fields.text(place + ".type");
				case "value" -> value = fields.text(place + ".value");
				case "mimeType" -> this.mediaType = fields.text(place + ".mimeType");
				default -> fields.skip();
			}
		}
		if ("url".equals(type)) {
			this.url = value;
		}
		else {
			this.data = value;
		}
	}

	/**
	 * The file.
	 * @param type the part's type
	 * @param place the part's path
	 * @param fields refuse it
	 * @return the part of the message
	 */
	MessagePart part(String type, String place, RequestFields fields) {
		String mediaType = (this.mediaType == null && this.data == null && type.equals("image")) ? "image/*"
				: this.mediaType;
		String address = (this.data != null) ? "data:" + mediaType + ";base64," + this.data : this.url;
		if (mediaType == null || address == null) {
			throw fields.fault(place, "'" + place + "' must have a mimeType, and data or a URL.");
		}
		return fields.make(place, () -> new MessagePart.File(mediaType, this.name, address));
	}

}
