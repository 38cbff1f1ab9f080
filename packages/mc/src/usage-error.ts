import type { Fault } from '@promotable/contracts';
import type { Command, CommanderError } from 'commander';
import { McError } from './mc-error.ts';

/** What the parser refuses, as one of our errors: it stops at the first option that is missing, we name them all. */
export function usageError({ code, message }: CommanderError, command: Command): McError {
  const faults = code === 'commander.missingMandatoryOptionValue' ? missingOptions(command) : [];
  const text = faults.length > 1 ? 'required options are not specified' : message.replace(/^error: /, '');
  return new McError('USAGE', `${text} (\`${pathOf(command)} --help\` shows options and examples)`, { faults });
}

function missingOptions(command: Command): Fault[] {
  return command.options
    .filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined)
    .map(({ flags, long }) => ({ path: long ?? flags, code: 'required', message: 'is required' }));
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
