import type { Reason } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import { githubCommands, junit, markdown, type ShownAnswer } from './gate-format.ts';

const evil: Reason = {
  ...{ code: 'P95_OVER_BUDGET', class: 'breach', params: {} },
  message: 'p95 is 900 ms | 100%\n::set-output name=x::<b>"owned"</b>',
  fix: '`rm` ]]>',
};
const question = { service: 'checkout', release: 'A', environment: 'production', stage: '20', warnings: [], decisionId: 'd-1' };
const fail: ShownAnswer = { ...question, verdict: 'fail', reasons: [evil] };
const hold: ShownAnswer = { ...fail, verdict: 'hold' };
const pass: ShownAnswer = { ...question, verdict: 'pass', reasons: [], warnings: [{ ...evil, code: 'NO_BASELINE' }] };

describe('for GitHub', () => {
  it('a fail is an error, a hold a warning, a pass a notice; each reason has its own line', () => {
    expect(githubCommands(fail).split('\n')[0]).toBe('::error title=Gate fail::checkout A in production at 20: fail');
    expect(githubCommands(hold).split('\n')[1]).toMatch(/^::warning title=P95_OVER_BUDGET::/);
    expect(githubCommands(pass).trimEnd().split('\n')).toEqual([
      '::notice title=Gate pass::checkout A in production at 20: pass',
      expect.stringMatching(/^::warning title=NO_BASELINE::p95/),
    ]);
  });

  it('text of others starts no command of its own', () => {
    for (const line of githubCommands(fail).trimEnd().split('\n')) expect(line).toMatch(/^::error title=/);
    expect(githubCommands(fail)).toContain('100%25%0A::set-output');
  });
});

describe('as Markdown', () => {
  it('is a table of reasons with the next command; text of others is no markup', () => {
    const lines = markdown(fail).split('\n');
    expect(lines[0]).toBe('### Gate: fail');
    expect(lines).toContain('Decision `d-1`: `mc decision explain d-1`');
    const row = lines.find((line) => line.startsWith('| fail'));
    expect(row).toContain('900 ms \\| 100%');
    expect(row).toContain('\\<b\\>');
    expect(markdown(pass)).toContain('| warning | `NO_BASELINE` |');
  });
});

describe('as JUnit', () => {
  it('a fail is a failure, a hold an error, a pass neither', () => {
    expect(junit(fail)).toContain('failures="1" errors="0"');
    expect(junit(fail)).toContain('<failure type="P95_OVER_BUDGET"');
    expect(junit(hold)).toContain('failures="0" errors="1"');
    expect(junit(pass)).not.toMatch(/<failure|<error/);
  });

  it('text of others is text', () => {
    expect(junit(fail)).toContain('&lt;b&gt;&quot;owned&quot;&lt;/b&gt;');
    expect(junit(fail)).not.toContain(']]>');
  });
});
