export { createDraw } from './draw.ts';
export { makeRenditions } from './make-renditions.ts';
