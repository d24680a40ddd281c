/** One thing that keeps manifests from being made or used: what, where, and what to do. */
export interface Problem {
  readonly what: string;
  /** `file`, `file:line`, or an object such as `sales/Deployment/order`. */
  readonly where: string;
  readonly remedy: string;
}

/** Nothing is written when it is thrown. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ what, where, remedy }) => `${where}: ${what} ${remedy}`).join('\n'));
    this.problems = problems;
  }
}

export function refuseIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ManifestError(problems);
}
