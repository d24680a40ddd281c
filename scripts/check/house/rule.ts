/** A place where a rule is broken. */
export type Finding = { readonly line: number; readonly what: string };

/** A rule of this repository that no general tool has. */
export type HouseRule = {
  readonly name: string;
  /** The sentence that a person reads when it fails. */
  readonly why: string;
  readonly appliesTo: (path: string) => boolean;
  readonly find: (text: string, path: string) => readonly Finding[];
};

export const isSource = (path: string): boolean => /\.(ts|mjs|js)$/.test(path);

export const isTest = (path: string): boolean =>
  isSource(path) && (/\.test\.ts$/.test(path) || /(^|\/)(test|tests|testing)\//.test(path));

/** The rules' own samples break the rules, as they must. */
export const isOwnSample = (path: string): boolean => path.startsWith('scripts/check/house/');

/** Finds every line that the pattern matches; `what` says it in words. */
export function linesMatching(
  text: string,
  pattern: RegExp,
  what: (match: RegExpExecArray) => string | undefined,
): readonly Finding[] {
  return text.split('\n').flatMap((line, index) => {
    const match = pattern.exec(line);
    const said = match === null ? undefined : what(match);
    return said === undefined ? [] : [{ line: index + 1, what: said }];
  });
}
