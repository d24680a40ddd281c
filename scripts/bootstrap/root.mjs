import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The Node release that every program of the project runs on. */
export const NODE_MAJOR = 24;

/** @param {...string} parts */
export const fromRoot = (...parts) => join(ROOT, ...parts);
