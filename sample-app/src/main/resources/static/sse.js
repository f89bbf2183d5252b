/**
 * Reads server-sent events from bytes, by the rules of the HTML standard:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 *
 * Two things are added: a comment is reported as {comment}, because it is a sign of life, and a time to
 * wait before reconnecting as {retry}, in milliseconds.
 */
export class SseParser {
  #decoder = new TextDecoder();
  #line = '';
  #afterCarriageReturn = false;
  #type = '';
  #data = [];
  #lastEventId = '';

  /**
   * @param {Uint8Array} bytes the next part of the body, cut anywhere
   * @returns {Array<{type: string, data: string, id: string} | {comment: string} | {retry: number}>}
   */
  push(bytes) {
    const events = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (this.#afterCarriageReturn && text.length > 0) {
      // CR LF is one line end, also when it was cut in two.
      this.#afterCarriageReturn = false;
      if (text[0] === '\n') {
        text = text.slice(1);
      }
    }
    const lineEnd = /\r\n?|\n/g;
    let start = 0;
    for (let end = lineEnd.exec(text); end; end = lineEnd.exec(text)) {
      this.#readLine(this.#line + text.slice(start, end.index), events);
      this.#line = '';
      start = lineEnd.lastIndex;
    }
    this.#line += text.slice(start);
    this.#afterCarriageReturn ||= text.endsWith('\r');
    return events;
  }

  #readLine(line, events) {
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      events.push({ comment: line.slice(1).trim() });
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') {
      this.#type = value;
    } else if (field === 'data') {
      this.#data.push(value);
    } else if (field === 'id' && !value.includes('\0')) {
      this.#lastEventId = value;
    } else if (field === 'retry' && /^\d{1,9}$/.test(value)) {
      events.push({ retry: Number(value) });
    }
  }

  #dispatch(events) {
    const data = this.#data.join('\n');
    if (this.#data.length > 0) {
      events.push({ type: this.#type || 'message', data, id: this.#lastEventId });
    }
    this.#type = '';
    this.#data = [];
  }
}

/**
 * The events of a response body. What was begun but not ended by a blank line is dropped
 * at the end of the body, as the standard says.
 *
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* readEvents(body) {
  const parser = new SseParser();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield* parser.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
