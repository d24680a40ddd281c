import { serviceNames } from '@mkt/topology';
import { Flags } from '@oclif/core';
import { ApiCommand } from './api-command.ts';

export const serviceFlag = (summary = 'Only this service') =>
  Flags.string({ summary, options: serviceNames, helpValue: 'SERVICE' });

/** A command that asks several services, of which some may not answer. */
export abstract class OperationsCommand extends ApiCommand {
  protected tellSilent(silent: readonly string[]): void {
    if (silent.length > 0) this.tell(`No answer from: ${silent.join(', ')}.`);
  }
}
