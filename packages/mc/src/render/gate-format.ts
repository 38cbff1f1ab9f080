// A gate's answer for the places where pipelines show results.
import type { Reason, Verdict } from '@promotable/contracts';
import { printable } from './printable.ts';

/** Where an answer is to be shown. */
export const gateFormats = ['text', 'github', 'markdown', 'junit'] as const;
export type GateFormat = (typeof gateFormats)[number];

/** What is shown of an answer. */
export interface ShownAnswer {
  readonly verdict: Verdict;
  readonly service: string;
  readonly release: string;
  readonly environment: string;
  readonly stage: string;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  readonly decisionId: string | null;
}

/**
 * Workflow commands of GitHub: one annotation for each reason and warning, and one for the verdict.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function githubCommands(answer: ShownAnswer): string {
  const { verdict, reasons, warnings } = answer;
  const kind = { pass: 'notice', fail: 'error', hold: 'warning' }[verdict];
  const lines = [
    command(kind, `Gate ${verdict}`, titleOf(answer)),
    ...reasons.map(({ code, message, fix }) => command(kind, code, fix === '' ? message : `${message} ${fix}`)),
    ...warnings.map(({ code, message }) => command('warning', code, message)),
  ];
  return `${lines.join('\n')}\n`;
}

function command(kind: string, title: string, text: string): string {
  const data = printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = printable(title).replaceAll('%', '%25').replaceAll('\n', '%0A').replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${kind} title=${property}::${data}`;
}

/** A heading and a table, for a job's summary or a comment. */
export function markdown(answer: ShownAnswer): string {
  const { verdict, reasons, warnings, decisionId } = answer;
  const row = (what: string, { code, message, fix }: Reason) => `| ${what} | \`${code}\` | ${cell(message)} | ${cell(fix)} |`;
  const rows = [...reasons.map((reason) => row(verdict, reason)), ...warnings.map((warning) => row('warning', warning))];
  return [
    `### Gate: ${verdict}`,
    '',
    cell(titleOf(answer)),
    ...(rows.length === 0 ? [] : ['', '| | code | what | what to do |', '| --- | --- | --- | --- |', ...rows]),
    ...(decisionId === null ? [] : ['', `Decision \`${decisionId}\`: \`mc decision explain ${decisionId}\``]),
    '',
  ].join('\n');
}

/** Text of others inside a cell: no markup, no further cell. */
function cell(text: string): string {
  return printable(text)
    .replaceAll('\n', ' ')
    .replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}

/** One test case for the question: a fail is a failure, a hold is an error, for it is no statement about the release. */
export function junit(answer: ShownAnswer): string {
  const { verdict, reasons, service, environment, stage } = answer;
  const [failures, errors] = [verdict === 'fail' ? 1 : 0, verdict === 'hold' ? 1 : 0];
  const text = reasons.map(({ code, message, fix }) => `${code}: ${message}${fix === '' ? '' : ` ${fix}`}`).join('\n');
  const kind = verdict === 'fail' ? 'failure' : 'error';
  const body =
    verdict === 'pass'
      ? ''
      : `<${kind} type="${xml(reasons[0]?.code ?? verdict)}" message="${xml(titleOf(answer))}">${xml(text)}</${kind}>`;
  const name = `${service} ${answer.release} in ${environment} at ${stage}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="1" failures="${failures}" errors="${errors}">`,
    `<testsuite name="promotable gate" tests="1" failures="${failures}" errors="${errors}" skipped="0">`,
    `<testcase classname="gate.rollout" name="${xml(name)}">${body}</testcase>`,
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function xml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function titleOf({ verdict, service, release, environment, stage }: ShownAnswer): string {
  return `${service} ${release} in ${environment} at ${stage}: ${verdict}`;
}
