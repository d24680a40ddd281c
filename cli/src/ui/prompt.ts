import { exitCodes, Failure, interruption, usageFailure } from '../failure.ts';

/** Asks a person; where there is none, says which flag answers instead. */
export interface Prompt {
  text(question: string, flag: string): Promise<string>;
  password(question: string, flag: string): Promise<string>;
  /** Destructive work goes on only after its subject's name was typed. */
  confirmName(question: string, name: string): Promise<void>;
}

export function terminalPrompt(): Prompt {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const ask = async (kind: 'text' | 'password', message: string, flag: string) => {
    if (!isInteractive) throw usageFailure(`${message}: nobody is here to ask.`, `Use ${flag}.`);
    // Prompts are loaded only where somebody is asked: most commands are not.
    const clack = await import('@clack/prompts');
    const answer = await clack[kind]({ message, output: process.stderr });
    if (clack.isCancel(answer)) throw interruption();
    return answer ?? '';
  };
  return {
    text: (question, flag) => ask('text', question, flag),
    password: (question, flag) => ask('password', question, flag),
    async confirmName(question, name) {
      const typed = await ask('text', `${question} Type ${name} to go on`, '--yes');
      if (typed.trim() === name) return;
      throw new Failure(`"${typed}" is not ${name}: nothing was changed.`, {
        code: 'NOT_CONFIRMED',
        exit: exitCodes.interrupted,
      });
    },
  };
}

const longestSecret = 4096;

/** A secret from standard input, without the line break that `echo` and editors add. */
export async function readSecret(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.length > longestSecret)
      throw usageFailure('The password on standard input is too long.');
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw usageFailure('There is no password on standard input.');
  return secret;
}
