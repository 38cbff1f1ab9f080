// Tells what happens as it happens, and remembers it for `--json`. Decides nothing but whether a step came out as told.
import type { Clock, Measured, Reason, Verdict } from '@promotable/contracts';
import { measuredLine, painter, reasonLine } from './lines.ts';
import { type Expected, inWords, isAsExpected, NotAsTold, type StoryStep } from './story-step.ts';
import { storyLayer } from './settings.ts';

export interface Told extends Pick<StoryStep, 'release' | 'stage' | 'verdict'> {
  readonly reasons: readonly Reason[];
  readonly warnings?: readonly Reason[];
  readonly outcome?: string;
  /** What the line says besides verdict, outcome and figures. */
  readonly text?: string;
  readonly measured?: Measured | null;
  readonly decisionId?: string | null;
  /** Monotonic time when it began, milliseconds. */
  readonly since: number;
}

export interface Narrator {
  /** Begins an act. */
  act(step: number, title: string): void;
  /** A line about a release, or about nothing in particular. */
  say(subject: string, text: string): void;
  /** What a release waits for, while it waits. */
  held(release: string, stage: string, reasons: readonly Reason[]): void;
  /** Text without a frame. */
  print(text: string): void;
  /** A step of the story: its line, and what is expected of it. @throws NotAsTold */
  tell(step: Told, expected: Expected): void;
  readonly steps: readonly StoryStep[];
}

export interface NarratorOptions {
  readonly write: (text: string) => void;
  readonly clock: Clock;
  readonly colours: boolean;
}

const width = 9;

export function createNarrator({ write, clock, colours }: NarratorOptions): Narrator {
  const paint = painter(colours);
  const startedAt = clock.monotonic();
  const steps: StoryStep[] = [];
  let act = 0;
  /** Every line names the layer that its figures are judged by. */
  const line = (subject: string, text: string) => {
    const elapsed = ((clock.monotonic() - startedAt) / 1000).toFixed(1).padStart(6);
    write(`${paint(`${elapsed} s  ${storyLayer}`, 'dim')}  ${subject.padEnd(width)}${text}\n`);
  };
  const failed = (subject: string, expected: string, seen: string) =>
    line(subject, paint(` FAILED  expected ${expected}; seen ${seen} `, 'failed'));
  /** Verdict and figures, then a line per reason; the first reason speaks for itself where there are no figures. */
  const tellLines = (subject: string, verdict: Verdict | null, figures: readonly string[], reasons: readonly Reason[]) => {
    const shown = figures.filter((text) => text !== '');
    const [first = '', ...others] = [...(shown.length > 0 ? [shown.join(' · ')] : []), ...reasons.map(reasonLine)];
    line(subject, `${verdict === null ? '' : `${paint(verdict.toUpperCase(), verdict)}  `}${first}`);
    for (const text of others) line('', `      ${text}`);
  };

  return {
    steps,
    act(step, title) {
      act = step;
      write(`\n${paint(step > 5 ? title : `${step}. ${title}`, 'bold')}\n`);
    },
    say: line,
    held: (release, stage, reasons) => tellLines(subjectOf(release, stage), 'hold', [], reasons),
    print: (text) => write(`${text}\n`),
    tell(
      { release, stage, verdict, reasons, warnings = [], outcome = null, text = '', measured = null, decisionId = null, since },
      expected,
    ) {
      const codes = reasons.map(({ code }) => code);
      const seen = { verdict, reasons: codes, outcome };
      const asTold = isAsExpected(seen, expected);
      steps.push({
        step: act,
        release,
        stage,
        ...seen,
        seconds: Math.round(clock.monotonic() - since) / 1000,
        asTold,
        measured,
        decisionId,
      });
      const subject = subjectOf(release, stage);
      tellLines(subject, verdict, [text, ...(measured === null ? [] : [measuredLine(measured)])], [...reasons, ...warnings]);
      if (asTold) return;
      failed(subject, inWords(expected), inWords(seen));
      throw new NotAsTold(`${subject}: expected ${inWords(expected)}, seen ${inWords(seen)}`);
    },
  };
}

function subjectOf(release: string | null, stage: string | null): string {
  return [release, stage === null || !/^\d+$/.test(stage) ? stage : `${stage} %`].filter((part) => part !== null).join(' ');
}
