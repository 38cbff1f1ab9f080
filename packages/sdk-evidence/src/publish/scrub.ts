import type { Fault } from '@promotable/contracts';
import { z } from 'zod';
import { redactText } from '../redact/redact-text.ts';

const maxText = 500;
const maxFaults = 200;

/** Takes secrets out of what a server wrote: the very token that was sent, which a server or a proxy may echo, and whatever looks like one. */
export type Scrub = (text: string) => string;

export function scrubOf(token: string): Scrub {
  return (text) => {
    const clean = redactText(text.replaceAll(token, '[redacted:token]')).text;
    return clean.length > maxText ? `${clean.slice(0, maxText)}…` : clean;
  };
}

const ServerFault = z.object({ path: z.string(), code: z.string(), message: z.string() });

/** The faults that a server lists; what is not of their shape is left out. */
export function scrubFaults(faults: unknown, scrub: Scrub): Fault[] {
  if (!Array.isArray(faults)) return [];
  return faults.slice(0, maxFaults).flatMap((fault) => {
    const parsed = ServerFault.safeParse(fault);
    return parsed.success ? [{ path: scrub(parsed.data.path), code: scrub(parsed.data.code), message: scrub(parsed.data.message) }] : [];
  });
}
