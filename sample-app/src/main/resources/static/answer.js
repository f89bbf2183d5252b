import { readEvents } from './sse.js';

const STREAMS = 'ai-kit/streams/';
// Two heartbeats of the server's default may be missed before the connection counts as lost.
const SILENCE = 35_000;
const LONGEST_DELAY = 10_000;
const MAX_ATTEMPTS = 10;

/** Why there is no whole answer, in a sentence for the reader. */
export class ChatError extends Error {
  constructor(message, code = '') {
    super(message);
    this.code = code;
  }
}

/**
 * The events of one answer, over as many connections as it takes: where the server keeps the
 * answer, which its start tells, it is read on after the last event that came.
 *
 * @param {Response} response the first connection
 * @param {string} streamId the answer's id, empty if it is not known yet
 * @param {AbortSignal} signal ends it all
 * @yields {{type: string, data: string, id: string} | {comment: string}} the stream's events, and
 * 'reconnecting' with the delay before each further connection, 'reconnected' after it
 * @throws {ChatError} if the connection is lost for good
 */
export async function* eventsOf(response, streamId, signal) {
  const place = { streamId, last: '', delay: 1000, attempts: 0 };
  for (let body = response.body; ; ) {
    for await (const event of untilLost(body, place, signal)) {
      if (note(event, place)) {
        yield event;
      }
      if (event.type === 'done') {
        return;
      }
    }
    signal.throwIfAborted();
    for (body = null; body === null; ) {
      if (!place.streamId || place.attempts === MAX_ATTEMPTS) {
        throw interrupted();
      }
      const delay = Math.min(place.delay * 2 ** place.attempts, LONGEST_DELAY);
      place.attempts += 1;
      yield { type: 'reconnecting', data: JSON.stringify({ delay, offline: !navigator.onLine }) };
      await pause(delay, signal);
      body = (await readAgain(place.streamId, place.last, signal))?.body ?? null;
    }
    yield { type: 'reconnected', data: '{}' };
  }
}

/**
 * Read an answer that was begun before.
 *
 * @param {string} streamId the answer's id
 * @param {string} last the id of the last event that is known, empty to read all of it
 * @param {AbortSignal} signal
 * @returns {Promise<Response | null>} null if the server can't be reached, or is busy
 * @throws {ChatError} if it doesn't have the answer
 */
export async function readAgain(streamId, last, signal) {
  const headers = { Accept: 'text/event-stream' };
  if (last) {
    headers['Last-Event-ID'] = last;
  }
  let response;
  try {
    response = await fetch(STREAMS + encodeURIComponent(streamId), { headers, cache: 'no-store', signal });
  } catch {
    signal.throwIfAborted();
    return null;
  }
  if (response.ok && response.body) {
    return response;
  }
  response.body?.cancel();
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    throw new ChatError('The server does not have this answer any more. What you see may be cut short.', 'ANSWER_GONE');
  }
  return null;
}

/** Stop an answer at the server, for everybody who reads it. */
export async function stopAnswer(streamId) {
  try {
    await fetch(STREAMS + encodeURIComponent(streamId), { method: 'DELETE', keepalive: true });
  } catch {
    // Then the server stops it when nobody has read it for a while.
  }
}

/** Take note of an event: whether it is new. */
function note(event, place) {
  if (event.retry !== undefined) {
    place.delay = event.retry;
    return false;
  }
  if (event.comment !== undefined) {
    return true;
  }
  if (event.type === 'start' || event.type === 'metadata') {
    const data = parse(event.data);
    place.streamId = event.type === 'start' ? (data.streamId ?? '') : data.resumable === false ? '' : place.streamId;
  }
  if (event.type !== 'done' && place.last && Number(event.id) <= Number(place.last)) {
    return false;
  }
  place.last = event.id;
  place.attempts = 0;
  return true;
}

/** The events of one connection. Its end is that of the body, a failure, silence, or of the network. */
async function* untilLost(body, place, signal) {
  const lost = new AbortController();
  const lose = () => place.streamId && lost.abort();
  let silence = setTimeout(lose, SILENCE);
  addEventListener('offline', lose);
  try {
    for await (const event of readEvents(body.pipeThrough(new TransformStream(), { signal: lost.signal }))) {
      clearTimeout(silence);
      silence = setTimeout(lose, SILENCE);
      yield event;
    }
  } catch {
    signal.throwIfAborted();
  } finally {
    clearTimeout(silence);
    removeEventListener('offline', lose);
  }
}

/** Until the delay is over and there is a network. */
function pause(delay, signal) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      clearTimeout(timer);
      removeEventListener('online', resume);
      signal.removeEventListener('abort', leave);
      settle(value);
    };
    const resume = () => end(resolve);
    const leave = () => end(reject, signal.reason);
    const timer = setTimeout(() => navigator.onLine && resume(), delay);
    addEventListener('online', resume);
    signal.addEventListener('abort', leave);
  });
}

function interrupted() {
  return new ChatError('The connection was lost before the answer was complete. What you see may be cut short.', 'INTERRUPTED');
}

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
