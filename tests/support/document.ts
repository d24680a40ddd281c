/** A fenced block of a document. */
export interface Block {
  /** The words after the backticks. */
  readonly info: string;
  readonly text: string;
}

export function blocksOf(document: string): Block[] {
  const fenced = document.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm);
  return [...fenced].map(([, info = '', text = '']) => ({ info, text }));
}

/** `…` stands for anything in its line, and alone in a line for any lines. */
export function patternOf(expected: string): RegExp {
  const lines = expected.trimEnd().split('\n');
  const source = lines.map((line) =>
    line === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escaped).join('.*')}\\n`,
  );
  return new RegExp(`^${source.join('')}$`);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
