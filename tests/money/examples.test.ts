import { describe, expect, test } from 'vitest';
import { readExamples } from './examples.ts';
import { reproduce } from './reproduce.ts';

describe('the worked examples come out to the cent', () => {
  test.each(readExamples())('$name', ({ input, expected }) => {
    expect(reproduce(input, expected.refunds)).toStrictEqual(expected);
  });
});
