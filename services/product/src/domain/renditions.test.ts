import { expect, test } from 'vitest';
import { nameOfRendition, renditionName, renditionsOf, typeOfRendition } from './renditions.ts';

test('a picture is made narrower in two types, and never wider', () => {
  expect(renditionsOf(2_000).map(nameOfRendition)).toEqual([
    '320.avif',
    '320.webp',
    '640.avif',
    '640.webp',
    '1280.avif',
    '1280.webp',
  ]);
  expect(renditionsOf(640).map(nameOfRendition)).toEqual(['320.avif', '320.webp']);
  expect(renditionsOf(320)).toEqual([]);
});

test('every one that is made may be asked for, with a type', () => {
  for (const one of renditionsOf(5_000)) {
    expect(nameOfRendition(one)).toMatch(renditionName);
    expect(typeOfRendition(nameOfRendition(one))).toBe(`image/${one.ending}`);
  }
});

test.each(['321.avif', '640.jpg', '640', '640.avif/..', '../640.avif', ''])(
  '%j is none',
  (name) => {
    expect(name).not.toMatch(renditionName);
    expect(typeOfRendition(name)).toBeUndefined();
  },
);
