import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';

const leastDistinct = 5;

/** Length is checked by the route; this refuses what length does not help. */
export function checkPassword(
  password: string,
  owner: { email: string; name: string },
): Result<void, Refusal> {
  const folded = password.toLowerCase();
  const own = [owner.email, owner.name.toLowerCase()].includes(folded);
  if (own || new Set(folded).size < leastDistinct) {
    return refuse(
      'PASSWORD_TOO_WEAK',
      `Choose a password of at least ${leastDistinct} different characters that is not your name or e-mail address.`,
    );
  }
  return ok();
}
