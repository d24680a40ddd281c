import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: data to `out`, everything said about it to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Empties the screen of `out`, where it is one. */
  clear(): void;
  /** Columns of `out`; undefined where it is not a terminal. */
  readonly outColumns: number | undefined;
  readonly errIsTerminal: boolean;
  readonly errColumns: number;
  /** Plain where colours are not wanted (`NO_COLOR`) or nobody would see them. */
  styleOut(style: Style, text: string): string;
  styleErr(style: Style, text: string): string;
}

const usualColumns = 80;

export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  return {
    out: (text) => {
      stdout.write(text);
    },
    err: (text) => {
      stderr.write(text);
    },
    clear: () => {
      if (stdout.isTTY) stdout.write('\u001b[H\u001b[2J\u001b[3J');
    },
    outColumns: stdout.isTTY ? stdout.columns || usualColumns : undefined,
    errIsTerminal: stderr.isTTY === true,
    errColumns: stderr.columns || usualColumns,
    styleOut: (style, text) => styleText(style, text, { stream: stdout }),
    styleErr: (style, text) => styleText(style, text, { stream: stderr }),
  };
}
