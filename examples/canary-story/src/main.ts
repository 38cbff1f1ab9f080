// `npm start`: tells the story, then leaves Mission Control running until it is told to stop.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeDataDirectory } from './data-directory.ts';
import { readStartOptions, type StartOptions, usage } from './start-options.ts';
import { createNarrator, type Narrator } from './story/narrator.ts';
import { showsColours } from './story/lines.ts';
import { tellStory } from './story/story.ts';
import { exitCodeOfError, fileError, StoryError } from './story-error.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const root = fileURLToPath(new URL('../../..', import.meta.url));
/** What a shell says of a program that Ctrl-C ended. */
const interrupted = 130;

async function main(): Promise<number> {
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const options = readStartOptions(process.argv.slice(2), { cwd, data: join(root, '.promotable') });
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const output = options.json ? process.stderr : process.stdout;
  const narrator = createNarrator({ write: (text) => void output.write(text), clock, colours: showsColours(output, process.env) });
  return perform(options, narrator, cwd);
}

async function perform(options: StartOptions, narrator: Narrator, cwd: string): Promise<number> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  const directory = await takeDataDirectory(options.data, options);
  const started: { readonly stop: () => Promise<void> }[] = [];
  try {
    const production = process.env['NODE_ENV'] === 'production';
    const { ended, url } = await tellStory({
      ...options,
      directory,
      production,
      cwd,
      narrator,
      clock,
      signal: stop.signal,
      onStarted: (part) => void started.push(part),
    });
    const asTold = narrator.steps.every((step) => step.asTold);
    narrator.print(`\n${asTold ? 'All came out as told' : 'NOT all came out as told'}, in ${Math.round(clock.monotonic() / 1000)} s.`);
    report(options, narrator);
    if (!options.once) {
      narrator.print(`Mission Control stays up at ${url}; Ctrl-C stops it.`);
      const lost = ended.then(() =>
        Promise.reject(new StoryError('MC_ENDED', `Mission Control ended by itself; its log is ${directory.log}`)),
      );
      await Promise.race([lost, new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()))]);
    }
    return asTold ? 0 : 1;
  } catch (error) {
    // The story so far is told, too.
    if (narrator.steps.length > 0) report(options, narrator);
    if (stop.signal.aborted) return interrupted;
    throw fileError(directory.path, error);
  } finally {
    await Promise.allSettled(started.reverse().map((part) => part.stop()));
    await directory.release();
  }
}

function report({ json }: StartOptions, { steps }: Narrator): void {
  if (json) process.stdout.write(`${JSON.stringify(steps, null, 2)}\n`);
}

// A reader that has seen enough (`| head`) is no reason to leave processes behind.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = exitCodeOfError(error);
  const { code, message, stack } = error as { code?: unknown; message?: string; stack?: string };
  process.stderr.write(`npm start: ${typeof code === 'string' ? (message ?? code).split('\n')[0] : (stack ?? String(error))}\n`);
}
