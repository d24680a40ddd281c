import { Failure, usageFailure } from '../failure.ts';

type Step =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'place'; readonly at: number }
  | { readonly kind: 'where'; readonly name: string; readonly value: string }
  | { readonly kind: 'each' };

const step = /^(?:\.?([A-Za-z_][\w-]*)|\[(\d{1,6})\]|\[([A-Za-z_][\w.-]*)=([^\]]*)\]|\[\])/;

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '') {
    const [all, name, place, field, value] = step.exec(rest) ?? [];
    if (all === undefined) {
      throw usageFailure(
        `"${path}" does not name a part of an answer.`,
        'Write it so: items[0].orderId, items[].number, items[slug=kiln-and-co].vendorId',
      );
    }
    if (name !== undefined) steps.push({ kind: 'name', name });
    else if (place !== undefined) steps.push({ kind: 'place', at: Number(place) });
    else if (field !== undefined) steps.push({ kind: 'where', name: field, value: value ?? '' });
    else steps.push({ kind: 'each' });
    rest = rest.slice(all.length);
  }
  return steps;
}

export type Picker = (answer: unknown) => readonly unknown[];

/**
 * Takes the parts of an answer that a path names: `a.b`, `a[0]`, `a[]` for each, and `a[name=value]`
 * for those of a list whose field is so. Nothing found is an error: a script must not go on with it.
 * Read before anything is sent, so that a slip in it changes nothing.
 */
export function pickerOf(path: string): Picker {
  const steps = stepsOf(path);
  return (answer) => picked(answer, steps, path);
}

function picked(answer: unknown, steps: readonly Step[], path: string): readonly unknown[] {
  let values: unknown[] = [answer];
  for (const one of steps) values = values.flatMap((value) => taken(value, one));
  const endsInList = steps.at(-1)?.kind === 'where';
  const found = endsInList ? values.flat() : values;
  if (found.length > 0) return found;
  throw new Failure(`The answer has no ${path}.`, {
    code: 'NOTHING_PICKED',
    next: 'Look at the whole of it: leave --pick out',
  });
}

function taken(value: unknown, one: Step): unknown[] {
  switch (one.kind) {
    case 'name': {
      const list = Array.isArray(value) ? value : [value];
      return list.flatMap((item) => (has(item, one.name) ? [item[one.name]] : []));
    }
    case 'place':
      return Array.isArray(value) && one.at < value.length ? [value[one.at]] : [];
    case 'where': {
      const list = Array.isArray(value) ? value : [];
      const matching = list.filter(
        (item) => has(item, one.name) && String(item[one.name]) === one.value,
      );
      return matching.length === 0 ? [] : [matching];
    }
    case 'each':
      return Array.isArray(value) ? value : [];
  }
}

function has(value: unknown, name: string): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

/** A text as it is, anything else as JSON: one line for each. */
export function lineOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
