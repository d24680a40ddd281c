/** A file as it is judged, by its path from the repository's root. */
export interface LintFile {
  readonly path: string;
  readonly text: string;
}

/** What a month of it takes of an allowance, where it is about an allowance. */
export interface MonthlyCost {
  readonly limitId: string;
  readonly quantity: number;
  readonly allowance: number;
  /** What the part beyond the allowance costs on the cheapest paid plan; null where not sold. */
  readonly usd: number | null;
  /** The arithmetic. */
  readonly because: string;
}

export interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
  readonly cost?: MonthlyCost;
  /** The id of the clause that it breaks, and its words. */
  readonly clause?: { readonly id: string; readonly text: string };
}

export type Found = Omit<Finding, 'rule' | 'file'>;

export interface LintRule {
  readonly name: string;
  /** One sentence: what is wrong with it. */
  readonly why: string;
  readonly appliesTo: (path: string) => boolean;
  /** `day` says which limits and clauses hold. */
  readonly find: (file: LintFile, day: string) => readonly Found[];
}

/** Programs that run in production: not tests, and not what only tests use. */
export const isProgram = (path: string): boolean =>
  /^(packages|services)\/[^/]+\/(src|scripts)\/|^(marketplace|cli|manifests|stacks)\//.test(path) &&
  /\.(ts|mjs|js)$/.test(path) &&
  !/\.test\.ts$|\/(test|testing|fixtures|node_modules|dist)\/|\/testing\.ts$/.test(path);

/** Programs that run for months. A command line and a local server end with those who use them. */
export const isDeployed = (path: string): boolean =>
  isProgram(path) && !/^(cli|manifests|packages\/embedded-postgres)\//.test(path);

export const isRendered = (path: string): boolean => /^argocd\/rendered\/.*\.ya?ml$/.test(path);
