import { Config, run } from '@oclif/core';
import manifest from '../package.json' with { type: 'json' };
import { reportBug } from './adapters/bug-report.ts';
import { usageFailure } from './failure.ts';
import { failureJson, failureOfError, plannedExit, renderFailure } from './ui/render-failure.ts';
import { processTerminal } from './ui/terminal.ts';
import { commandWords, unknownCommand } from './unknown-command.ts';

/** Runs the command line and says how it ended by the exit code of the process. */
export async function main(argv: readonly string[], dir: string): Promise<void> {
  const config = await Config.load({ root: dir, pjson: manifest as never });
  try {
    const unknown = unknownCommand(argv, config);
    if (unknown) throw usageFailure(unknown.message, unknown.next);
    await run([...argv], config);
  } catch (error) {
    await endWith(error, argv, config);
  }
}

async function endWith(error: unknown, argv: readonly string[], config: Config): Promise<void> {
  const exit = plannedExit(error);
  if (exit !== undefined) {
    process.exitCode = exit;
    return;
  }
  const command = commandWords(argv, config);
  const failure =
    failureOfError(error, command) ?? reportBug(error, { configDir: config.configDir, command });
  const terminal = processTerminal();
  if (argv.includes('--json')) terminal.out(`${JSON.stringify(failureJson(failure), null, 2)}\n`);
  else renderFailure(terminal, failure);
  process.exitCode = failure.exit;
}
