import { fileURLToPath } from 'node:url';

/** The demonstration's pictures. */
export const demoImagesDir = fileURLToPath(new URL('../demo/images/', import.meta.url));
