/** What a template makes of its data. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A paragraph, or the rows of a table whose last column is set to the right. */
export type Block = string | { readonly rows: readonly (readonly string[])[] };

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function textOf(block: Block): string {
  if (typeof block === 'string') return block;
  return block.rows.map((cells) => `  ${cells.join('  ')}`).join('\n');
}

function cellOf(cell: string, at: number, cells: readonly string[]): string {
  const last = at > 0 && at === cells.length - 1;
  const style = last ? 'padding:4px 0;text-align:right' : 'padding:4px 16px 4px 0';
  return `<td style="${style}">${escapeHtml(cell)}</td>`;
}

function htmlOf(block: Block): string {
  if (typeof block === 'string') {
    return `<p>${escapeHtml(block).replaceAll('\n', '<br>')}</p>`;
  }
  const rows = block.rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`).join('');
  return `<table style="border-collapse:collapse">${rows}</table>`;
}

/** A subject is one header line: a line break in a title must not start another header. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** The same content twice, so that the two parts of a mail cannot say different things. */
export function letter(subject: string, blocks: readonly Block[]): Rendered {
  const title = oneLine(subject);
  return {
    subject: title,
    text: `${blocks.map(textOf).join('\n\n')}\n`,
    html:
      `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
      `<title>${escapeHtml(title)}</title></head>` +
      `<body style="font:16px/1.5 sans-serif;color:#222;max-width:36em;margin:0 auto;padding:24px">` +
      `${blocks.map(htmlOf).join('')}</body></html>`,
  };
}
