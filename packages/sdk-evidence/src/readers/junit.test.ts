import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceError } from '../evidence-error.ts';
import { readJUnit } from './junit.ts';

const sample = (name: string) => ({ name, bytes: readFileSync(new URL(`../../fixtures/reports/${name}.junit.xml`, import.meta.url)) });
const xml = (text: string, name = 'junit.xml') => ({ name, bytes: Buffer.from(text) });
const at = (text: string) => Date.parse(text);

function failure(run: () => unknown): EvidenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('readJUnit, shapes of real producers', () => {
  it('reads node:test: cases under the root, nested suites counted as children', () => {
    const { value, observed } = readJUnit([sample('node-test')]);
    expect(value).toMatchObject({
      total: 8,
      passed: 4,
      failed: 2,
      errors: 0,
      skipped: 2,
      failures: ['suite inner fails', 'test top fails'],
    });
    expect(observed).toEqual({ from: at('2026-11-21T13:04:58.013Z'), until: at('2026-11-21T13:04:58.021Z') });
  });

  it('reads Surefire: retries, thousands separators, output that looks like a document type', () => {
    const { value, observed } = readJUnit([sample('surefire')]);
    expect(value).toMatchObject({
      total: 5,
      passed: 2,
      failed: 1,
      errors: 1,
      skipped: 1,
      durationMs: 1_234_500,
      failures: ['org.example.CartTest pays', 'org.example.CartTest removes'],
    });
    expect(observed).toEqual({ from: at('2026-11-21T13:00:00.250Z'), until: at('2026-11-21T13:20:34.750Z') });
  });

  it('reads pytest: a collection error is an error', () => {
    expect(readJUnit([sample('pytest')]).value).toMatchObject({ total: 4, passed: 1, failed: 1, errors: 1, skipped: 1, durationMs: 3 });
  });

  it('reads go-junit-report', () => {
    expect(readJUnit([sample('go')])).toMatchObject({
      value: { total: 3, passed: 1, failed: 1, skipped: 1 },
      observed: { from: at('2026-11-21T13:00:00Z'), until: at('2026-11-21T13:00:00.160Z') },
    });
  });

  it('counts a test that GoogleTest marks as not run as skipped, never as passed', () => {
    expect(readJUnit([sample('googletest')]).value).toMatchObject({ total: 3, passed: 1, failed: 1, skipped: 1 });
  });

  it('refuses the naive timestamps of jest-junit, and reads them once a person states the offset', () => {
    expect(failure(() => readJUnit([sample('jest')])).faults).toEqual([
      { path: '/0/testsuites/0/@timestamp', code: 'naive_time', message: expect.stringContaining('states no offset') },
    ]);
    expect(readJUnit([sample('jest')], { assumeOffset: 'Z' })).toMatchObject({
      value: { total: 3, failed: 1 },
      observed: { from: at('2026-11-21T13:00:00Z') },
    });
  });

  it('adds up several files, whatever their order', () => {
    const files = [sample('node-test'), sample('surefire'), sample('pytest'), sample('go'), sample('googletest')];
    const whole = readJUnit(files);
    expect(whole.value).toMatchObject({ total: 23, passed: 9, failed: 6, errors: 2, skipped: 6 });
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (order) => {
        expect(readJUnit(order)).toEqual(whole);
      }),
    );
  });
});

describe('readJUnit, what counts', () => {
  it('counts every attempt that a report lists: a failed one beside its passed repetition stays a failure', () => {
    const report = xml('<testsuite tests="2" failures="1"><testcase name="a"><failure/></testcase><testcase name="a"/></testsuite>');
    expect(readJUnit([report]).value).toMatchObject({ total: 2, passed: 1, failed: 1, failures: ['a'] });
  });

  it('counts a suite that failed to start as an error', () => {
    expect(readJUnit([xml('<testsuite name="s"><testcase name="a"/><error message="could not load"/></testsuite>')]).value).toMatchObject({
      total: 2,
      errors: 1,
      failures: ['s'],
    });
  });

  it('records a run in which all was skipped as it was', () => {
    expect(readJUnit([xml('<testsuite tests="1" skipped="1"><testcase name="a"><skipped/></testcase></testsuite>')]).value).toMatchObject({
      total: 1,
      passed: 0,
      skipped: 1,
    });
  });

  it.each([
    ['hides a failure', '<testsuite tests="1" failures="1"><testcase name="a"/></testsuite>', '/0/testsuite/@failures'],
    ['hides an error', '<testsuite tests="1" errors="2"><testcase name="a"/></testsuite>', '/0/testsuite/@errors'],
    ['claims more tests', '<testsuite tests="9"><testcase name="a"/></testsuite>', '/0/testsuite/@tests'],
    [
      'claims fewer failures',
      '<testsuites failures="0"><testsuite failures="1"><testcase name="a"><failure/></testcase></testsuite><testcase name="b"><failure/></testcase></testsuites>',
      '/0/testsuites/@failures',
    ],
    [
      'claims tests it does not list',
      '<testsuites tests="3"><testsuite name="a" tests="3"/><testsuite name="b"><testcase name="x"/></testsuite></testsuites>',
      '/0/testsuites/0/@tests',
    ],
    ['has a status without its failure', '<testsuite><testcase name="a" status="failed"/></testsuite>', '/0/testsuite/0/@status'],
  ])('refuses a report whose attribute %s', (_, text, path) => {
    const error = failure(() => readJUnit([xml(text)]));
    expect(error.code).toBe('REPORT_UNREADABLE');
    expect(error.faults.map((fault) => [fault.path, fault.code])).toContainEqual([path, 'contradiction']);
  });

  it('lists all faults of all files at once', () => {
    const error = failure(() =>
      readJUnit([
        xml('<testsuite tests="x" timestamp="yesterday"><testcase time="-1"/></testsuite>', 'a.xml'),
        xml('<html></html>', 'b.xml'),
      ]),
    );
    expect(error.faults.map((fault) => fault.path)).toEqual([
      '/0/testsuite/@timestamp',
      '/0/testsuite/0/@name',
      '/0/testsuite/0/@time',
      '/0/testsuite/@tests',
      '/1',
    ]);
    expect(error.faults[4]?.message).toMatch(/^b\.xml: is an HTML page/);
  });
});

describe('readJUnit, what is odd', () => {
  it('reads reports into which control characters were copied, and says so', () => {
    const { value, warnings } = readJUnit([
      xml('<testsuite><testcase name="a"><failure message="\u001b[31mred\u001b[0m">&#27;[31m&#x1B;</failure></testcase></testsuite>'),
    ]);
    expect([value.failed, warnings]).toMatchObject([1, [{ path: '/0', code: 'odd_character' }]]);
  });

  it('takes counts that speak of the last rerun alone, and none that claim more than there is', () => {
    const cases = '<testcase name="a"/><testcase name="b"><failure/><rerunFailure/></testcase>';
    expect(readJUnit([xml(`<testsuite tests="1" failures="1">${cases}</testsuite>`)]).value).toMatchObject({ total: 2, failed: 1 });
    expect(failure(() => readJUnit([xml(`<testsuite tests="3">${cases}</testsuite>`)])).faults).toMatchObject([{ code: 'contradiction' }]);
  });

  it('keeps the first thousand names of failures, however many there are', () => {
    const cases = Array.from(
      { length: 5000 },
      (_, index) => `<testcase name="${String(index).padStart(5, '0')}"><failure/></testcase>`,
    ).reverse();
    const { value } = readJUnit([xml(`<testsuite>${cases.join('')}</testsuite>`)]);
    expect([value.failed, value.failures.length, value.failures[0], value.failures[999]]).toEqual([5000, 1000, '00000', '00999']);
  });
});

describe('readJUnit, what is refused', () => {
  it.each([
    ['no file', []],
    ['an empty root', [xml('<testsuites/>')]],
    ['a name that poisons objects', [xml('<testsuite __proto__="1"><__proto__/></testsuite>')]],
    ['a suite that states 0', [xml('<testsuites tests="0"><testsuite tests="0"/></testsuites>')]],
    ['one empty file among full ones', [xml('<testsuite><testcase name="a"/></testsuite>'), xml('<testsuite/>')]],
  ])('refuses %s as REPORT_EMPTY', (_, files) => {
    expect(failure(() => readJUnit(files)).code).toBe('REPORT_EMPTY');
  });

  const bomb = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('')}]><testsuite><testcase name="&lol9;"/></testsuite>`;
  it.each([
    ['nothing', '', 'is empty'],
    ['truncated XML', '<testsuites><testsuite><testcase name="a"', 'cut off'],
    ['an unclosed suite', '<testsuite><testcase name="a"/>', 'cut off'],
    ['an unclosed CDATA', '<testsuite><testcase name="a"><system-out><![CDATA[x', 'cut off'],
    ['an HTML page', '<!DOCTYPE html><html><body>502</body></html>', 'HTML'],
    ['an HTML page without a document type', '<html><body/></html>', 'HTML'],
    ['JSON', '{"numTotalTests": 1}', 'is JSON'],
    ['TAP', 'TAP version 13\nok 1', 'is TAP'],
    ['another XML', '<coverage line-rate="1"/>', 'root element'],
    ['an entity bomb', bomb, 'declaration'],
    [
      'an external entity',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&e;"/></testsuite>',
      'declaration',
    ],
    ['a document type in the middle', '<testsuite><!DOCTYPE x [<!ENTITY e "v">]><testcase name="&e;"/></testsuite>', 'declaration'],
    ['two roots', '<testsuite><testcase name="a"/></testsuite><testsuite/>', 'one root'],
    ['log lines after the root', '<testsuite><testcase name="a"/></testsuite>\nnpm notice', 'mixed with log lines'],
    ['text right after the root', '<testsuite/> done', 'no text behind it'],
    ['nesting without end', `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`, 'nests deeper'],
  ])('refuses %s', (_, text, message) => {
    const error = failure(() => readJUnit([xml(text)]));
    expect(error).toMatchObject({ code: 'REPORT_UNREADABLE', status: 400 });
    expect(error.message).toContain(message);
  });

  it('refuses bytes that are not UTF-8 and files beyond the limit', () => {
    expect(failure(() => readJUnit([{ name: 'x', bytes: Uint8Array.of(0x3c, 0xff, 0xfe) }])).message).toContain('UTF-8');
    expect(failure(() => readJUnit([xml('<testsuite/>')], { maxBytes: 5 }))).toMatchObject({ code: 'REPORT_TOO_LARGE', status: 413 });
  });

  it('never throws anything but a coded error, whatever the text', () => {
    const fragments = fc.constantFrom(
      '<testsuites>',
      '</testsuites>',
      '<testsuite tests="1">',
      '</testsuite>',
      '<testcase name="a"/>',
      '<testcase',
      '<failure>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '<!DOCTYPE',
      '<?xml',
      '&amp;',
      '&#0;',
      '"',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragments, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
        try {
          expect(readJUnit([xml(parts.join(''))]).value.total).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(EvidenceError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
