// A chat page as small as useChat makes it.
import { useChat } from '@ai-sdk/react';
import { DefaultChatTransport } from 'ai';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

const transport = new DefaultChatTransport({ api: '/api/chat/ui' });

// What a reload must not lose: the chat's id, and what was said in it.
const kept = JSON.parse(sessionStorage.getItem('chat')) ?? { id: crypto.randomUUID(), messages: [] };
sessionStorage.setItem('chat', JSON.stringify(kept));

function Chat() {
  const { messages, sendMessage, regenerate, stop, status, error } = useChat({ ...kept, transport, resume: true });
  const [text, setText] = useState('');
  const busy = status === 'submitted' || status === 'streaming';

  useEffect(() => sessionStorage.setItem('chat', JSON.stringify({ id: kept.id, messages })), [messages]);

  function send(event) {
    event.preventDefault();
    sendMessage({ text });
    setText('');
  }

  // Where answers survive, leaving stops none: its message has the answer's id.
  function end() {
    stop();
    const answer = messages.at(-1);
    if (answer?.role === 'assistant') {
      fetch(`/ai-kit/streams/${encodeURIComponent(answer.id)}`, { method: 'DELETE' });
    }
  }

  return (
    <>
      {messages.map((message) => (
        <article key={message.id} data-role={message.role} data-outcome={message.metadata?.outcome}>
          {message.parts.map((part, index) => part.type === 'text' && <p key={index}>{part.text}</p>)}
          {message.metadata?.usage && <small>{message.metadata.usage.totalTokens} tokens</small>}
        </article>
      ))}
      {error && <p role="alert">{error.message}</p>}
      <form onSubmit={send}>
        <label>Your message <input value={text} onChange={(event) => setText(event.target.value)} /></label>
        <button disabled={busy}>Send</button>
        <button type="button" disabled={!busy} onClick={end}>Stop</button>
        <button type="button" disabled={busy || messages.length === 0} onClick={() => regenerate()}>Again</button>
      </form>
      <p role="status" data-state={status}>{status}</p>
    </>
  );
}

createRoot(document.getElementById('chat')).render(<Chat />);
