export type { DeclaredUse } from './facts.ts';
