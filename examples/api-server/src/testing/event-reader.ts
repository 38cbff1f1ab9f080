// Reads a stream of server-sent events as they come.
export interface EventReader {
  readonly status: number;
  /** The data of the next event of this name. Rejects when the stream ends first. */
  next(name: string): Promise<unknown>;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function readEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventReader> {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = '';
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const take = async (): Promise<string> => {
    for (;;) {
      const at = buffered.indexOf('\n\n');
      if (at >= 0) {
        const event = buffered.slice(0, at);
        buffered = buffered.slice(at + 2);
        return event;
      }
      const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) {
        end();
        throw new Error('the stream ended');
      }
      buffered += value;
    }
  };
  return {
    status: response.status,
    ended,
    close: () => stop.abort(),
    async next(name) {
      for (;;) {
        const lines = (await take()).split('\n');
        if (lines.includes(`event: ${name}`))
          return JSON.parse(lines.find((line) => line.startsWith('data: '))?.slice(6) ?? 'null') as unknown;
      }
    },
  };
}
