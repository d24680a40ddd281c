import { letter, type Rendered } from './layout.ts';

export function welcome({ name }: { readonly name: string }): Rendered {
  return letter('Welcome to the marketplace', [
    `Hello ${name},`,
    'Your account is ready. Orders, addresses and reviews are kept in it from now on.',
    'If you did not open this account, answer this mail and we will close it.',
  ]);
}
