import type { Problem } from '@mkt/contracts';
import { type ExitCode, exitCodes, Failure } from './failure.ts';

/** Next steps for refusals that have one which the refusal itself does not name. */
const nextSteps: Readonly<Record<string, string>> = {
  CHECKLIST_INCOMPLETE: 'See what is missing: mkt vendor checklist VENDOR',
  CLOCK_FIXED: 'Only an installation for development lets its clock be moved: mkt dev',
  CURRENCY_REQUIRED: 'Name one: --currency EUR',
  INVALID_CREDENTIALS:
    'Check the address and the password, or open an account: mkt login --register',
  NOT_STAFF: 'Log in as somebody who works for this vendor: mkt login --vendor SLUG',
  RATE_LIMITED: 'Wait a moment, then run this again.',
  STOCK_LEVEL_NOT_FOUND: 'List what there is: mkt stock list',
  TERMS_OUTDATED: 'Leave "terms" out of the file to accept the version in force.',
};

const loginNext = (profile: string) =>
  `Log in: mkt login${profile === 'default' ? '' : ` --as ${profile}`}`;

/** The failure that a problem document of the marketplace stands for. */
export function problemFailure(problem: Problem, profile: string): Failure {
  const { status, code, detail, errors = [], instance } = problem;
  const isOurs = status === 500;
  const reference = isOurs && instance ? [`reference: ${instance}`] : [];
  return new Failure(detail, {
    code,
    exit: exitOf(status, code),
    next: nextSteps[code] ?? nextByStatus(status, profile),
    details: [...errors.map(({ path, message }) => `${path}: ${message}`), ...reference],
  });
}

function exitOf(status: number, code: string): ExitCode {
  if (code.startsWith('BUDGET_')) return exitCodes.budgetRefused;
  if (code.startsWith('QUOTA_')) return exitCodes.quotaExhausted;
  switch (status) {
    case 401:
    case 403:
      return exitCodes.notAuthorized;
    case 429:
      return exitCodes.quotaExhausted;
    case 502:
    case 503:
    case 504:
      return exitCodes.noUpstream;
    default:
      return exitCodes.failed;
  }
}

function nextByStatus(status: number, profile: string): string | undefined {
  switch (status) {
    case 401:
      return loginNext(profile);
    case 403:
      return 'Use a profile that may do this: --as PROFILE (mkt login --as PROFILE makes one)';
    case 412:
      return 'Somebody changed it meanwhile: look again, then repeat the change.';
    case 500:
      return 'Report it with the reference above.';
    case 502:
    case 503:
    case 504:
      return 'Try again shortly.';
    default:
      return undefined;
  }
}

/** Asked for without credentials, before anything was sent. */
export function notLoggedIn(url: string, profile: string): Failure {
  return new Failure(`The profile "${profile}" is not logged in at ${url}.`, {
    code: 'NOT_LOGGED_IN',
    exit: exitCodes.notAuthorized,
    next: loginNext(profile),
  });
}

export function sessionEnded(profile: string, cause: unknown): Failure {
  return new Failure(`The session of the profile "${profile}" has ended.`, {
    code: 'SESSION_ENDED',
    exit: exitCodes.notAuthorized,
    next: loginNext(profile),
    cause,
  });
}
