import type { ClientRequest, IncomingMessage } from 'node:http';

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Can be sent once, so such a request is never repeated. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** An answer whose body is still to be read, once: as text, as a stream, or not at all. */
export interface Reply {
  readonly origin: string;
  readonly status: number;
  header(name: string): string | undefined;
  text(): Promise<string>;
  readonly stream: AsyncIterable<Uint8Array>;
  discard(): void;
}

const idleTimeoutMs = 120_000;
/** What was uploaded may take a while to be worked on. */
const uploadTimeoutMs = 15 * 60_000;
const longestText = 64 * 1024 * 1024;

/**
 * One request and its answer. By Node's older client, because `fetch` takes as long to load as the
 * rest of a command does; importing that client would load `fetch` as well, to export it.
 */
export async function exchange(url: string, outgoing: Outgoing): Promise<Reply> {
  const target = new URL(url + outgoing.path);
  const isSecure = target.protocol === 'https:';
  const { request } = process.getBuiltinModule(isSecure ? 'node:https' : 'node:http');
  const { method, body, stream } = outgoing;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sending = request(target, { method, headers: { ...outgoing.headers, ...length } });
  const answer = answerTo(sending, stream === undefined ? idleTimeoutMs : uploadTimeoutMs);
  if (stream === undefined) sending.end(body);
  // A server that refuses early closes the upload: its answer says why, and `answer` has it.
  else upload(stream, sending).catch((error: Error) => sending.destroy(error));
  return replyOf(await answer, target.origin);
}

async function upload(stream: AsyncIterable<Uint8Array>, sending: ClientRequest): Promise<void> {
  const { pipeline } = await import('node:stream/promises');
  await pipeline(stream, sending);
}

function answerTo(sending: ClientRequest, timeoutMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once('response', resolve);
    // Stays to hear what goes wrong after the answer, which then is the reader's to see.
    sending.on('error', reject);
    sending.setTimeout(timeoutMs, () => {
      sending.destroy(Object.assign(new Error('No answer in time'), { code: 'ETIMEDOUT' }));
    });
  });
}

function replyOf(message: IncomingMessage, origin: string): Reply {
  return {
    origin,
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    text: () => textOf(message),
    stream: message,
    discard: () => {
      message.resume();
    },
  };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    if (length > longestText) throw new Error('The answer is too long to be one');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
