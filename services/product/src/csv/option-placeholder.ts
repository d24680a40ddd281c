import type { Row } from './cells.ts';

export const PLACEHOLDER = { name: 'Title', value: 'Default Title' } as const;

/** The format cannot leave options out: a product in one form only has this one instead. */
export function isPlaceholder(row: Row): boolean {
  const name = row.cell('Option1 Name').toLowerCase();
  return (
    ['', PLACEHOLDER.name.toLowerCase()].includes(name) &&
    row.cell('Option1 Value').toLowerCase() === PLACEHOLDER.value.toLowerCase() &&
    row.cell('Option2 Name') === '' &&
    row.cell('Option3 Name') === ''
  );
}
