import { ChatError, eventsOf, readAgain } from './answer.js';

export { ChatError };

const BY_STATUS = {
  400: 'The server did not understand the request.',
  401: 'The server does not let this page in: it asks for a sign-in or a key.',
  403: 'The server does not allow this request.',
  404: 'The chat is not where this page looks for it (404).',
  413: 'The conversation has grown too long. Start a new chat.',
  429: 'Too many requests at once. Wait a moment, then retry.',
  503: 'The server is busy or about to stop. Wait a moment, then retry.',
};

/**
 * Send a conversation and read the answer's stream.
 *
 * @param {Array<{role: string, content: string}>} messages
 * @param {AbortSignal} signal stops the answer, and with it the provider's call
 * @yields {{type: 'open'} | {type: 'alive', isHeartbeat: boolean} | {type: string, data: object}} the stream's
 * events; 'open' once the server has agreed, 'alive' for each sign of life, 'reconnecting' and 'reconnected',
 * and 'stopped' at the end of an answer that somebody has stopped
 * @throws {ChatError} whenever the answer is not whole, unless it was stopped
 */
export async function* chat(messages, signal) {
  yield* read(await post(messages, signal), '', signal);
}

/**
 * Read an answer from its beginning that was begun before, by this page or in another tab. As chat().
 *
 * @param {string} streamId the answer's id
 * @param {AbortSignal} signal ends reading
 */
export async function* rejoin(streamId, signal) {
  const response = await readAgain(streamId, '', signal);
  if (response === null) {
    throw unreachable();
  }
  yield* read(response, streamId, signal);
}

async function* read(response, streamId, signal) {
  yield { type: 'open' };
  let failure = null;
  let outcome = null;
  for await (const event of eventsOf(response, streamId, signal)) {
    signal.throwIfAborted();
    yield { type: 'alive', isHeartbeat: event.comment !== undefined };
    const data = event.comment === undefined ? dataOf(event) : null;
    if (data === null) {
      continue;
    }
    if (event.type === 'error') {
      failure = new ChatError(sentence(data.error) || 'The answer failed.', String(data.code ?? ''));
    } else if (event.type === 'done') {
      outcome = data.outcome ?? 'complete';
      break;
    } else {
      yield { type: event.type, data };
    }
  }
  if (failure) {
    throw failure;
  }
  if (outcome === 'stopped') {
    yield { type: 'stopped' };
    return;
  }
  if (outcome === 'abandoned') {
    throw new ChatError('Nobody was there to read the answer, so it was stopped.', 'ABANDONED');
  }
  if (outcome !== 'complete') {
    throw new ChatError('The answer ended with an error.');
  }
}

async function post(messages, signal) {
  let response;
  try {
    response = await fetch('api/chat', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream, application/problem+json;q=0.9' },
      body: JSON.stringify({ messages }),
      cache: 'no-store',
      signal,
    });
  } catch {
    signal.throwIfAborted();
    throw unreachable();
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.startsWith('text/event-stream') || !response.body) {
    response.body?.cancel();
    throw new ChatError('The server answered, but not with a stream.');
  }
  return response;
}

function unreachable() {
  return new ChatError('The server can’t be reached. Check that it runs and that you are online, then retry.');
}

function dataOf(event) {
  try {
    const data = JSON.parse(event.data);
    return typeof data === 'object' ? data : null;
  } catch {
    return null;
  }
}

/** A problem's detail (RFC 9457) if there is one, else a sentence for the status. */
async function refusal(response) {
  const byStatus = BY_STATUS[response.status] ?? `The server answered with an error (${response.status}).`;
  let problem = {};
  try {
    problem = JSON.parse(await response.text()) ?? {};
  } catch {
    // No JSON, so the status has to do.
  }
  const wait = Number(response.headers.get('Retry-After'));
  const hint = wait > 0 ? ` Try again in ${wait} s.` : '';
  return new ChatError((sentence(problem.detail) || byStatus) + hint, String(problem.code ?? `HTTP ${response.status}`));
}

function sentence(text) {
  return typeof text === 'string' ? text.trim() : '';
}
