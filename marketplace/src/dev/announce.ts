import { firstOperatorEmail } from '../first-operator.ts';
import { demoCredentials } from '../seed/credentials.ts';

/** Says where the marketplace answers and who can log in. */
export function announce(
  url: string,
  known: { readonly hasDemo: boolean; readonly passwordPath: string | undefined },
  print: (line: string) => void,
): void {
  print(`The marketplace answers at ${url}`);
  print(`API documentation       ${url}/docs`);
  if (known.hasDemo) {
    for (const { who, email, password } of demoCredentials) {
      print(`Demo ${who.padEnd(18)} ${email} / ${password}`);
    }
  }
  if (known.passwordPath) print(firstLogin(known.passwordPath));
}

const firstLogin = (passwordPath: string): string =>
  `First operator          ./mkt login --email ${firstOperatorEmail} --as operator ` +
  `--password-stdin < '${passwordPath}'`;
