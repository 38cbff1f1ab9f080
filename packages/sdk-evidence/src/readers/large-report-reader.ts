// Run by its test in a process of little memory: reads a report of more than 100 MB that is made while it is read.
import { readJUnitStream } from './junit.ts';
import { readLcovStream } from './lcov.ts';
import type { ReportStream } from './report-document.ts';
import { readSbomStream } from './sbom.ts';
import { readScanStream } from './scan.ts';

const bytes = 110_000_000;
const words = 'what a tool says about it, at length. '.repeat(40);

/** `head`, then as many of what `item` writes as fill 110 MB, then `tail`. */
function report(head: string, item: (index: number) => string, tail: string): ReportStream {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    for (let index = 0, written = 0; written < bytes; ) {
      const items: string[] = [];
      for (let count = 0; count < 500; count++) items.push(item(index++));
      const chunk = Buffer.from(items.join(''));
      written += chunk.length;
      yield chunk;
    }
    yield Buffer.from(tail);
  }
  return { name: 'large', stream: stream() };
}

const readings: Readonly<Record<string, () => Promise<object>>> = {
  sbom: async () => {
    const component = (index: number) =>
      `${index === 0 ? '' : ','}{"type":"library","name":"c${index}","purl":"pkg:npm/c${index}@1.0.0","description":"${words}"}`;
    const { value } = await readSbomStream(report('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[', component, ']}'));
    return { components: value.components };
  },
  junit: async () => {
    const test = (index: number) => `<testcase classname="suite" name="t${index}"><failure message="no">${words}</failure></testcase>`;
    const { value } = await readJUnitStream([report('<testsuites><testsuite>', test, '</testsuite></testsuites>')]);
    return { failed: value.failed, failures: value.failures.length };
  },
  lcov: async () => {
    const section = (index: number) =>
      `SF:src/file${index}.ts\n${Array.from({ length: 100 }, (_, line) => `DA:${line + 1},${line % 2},ZYlmYbr6XkXk3R0wKH0mSQ`).join('\n')}\nend_of_record\n`;
    const { value } = await readLcovStream([report('TN:\n', section, '')]);
    return value.lines;
  },
  scan: async () => {
    const match = (index: number) =>
      `${index === 0 ? '' : ','}{"vulnerability":{"id":"CVE-2026-${10_000 + index}","severity":"High","description":"${words}"},"artifact":{"purl":"pkg:npm/a@1"}}`;
    const { value } = await readScanStream([report('{"matches":[', match, '],"descriptor":{"name":"grype"}}')]);
    return { high: value.counts.high, unlisted: value.unlisted };
  },
};

const [, , kind = ''] = process.argv;
process.stdout.write(JSON.stringify(await readings[kind]?.()));
