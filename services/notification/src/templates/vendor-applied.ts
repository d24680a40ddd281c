import { letter, type Rendered } from './layout.ts';

export function vendorApplied({ name }: { readonly name: string }): Rendered {
  return letter(`We have received the application of ${name}`, [
    `Thank you for applying with ${name}.`,
    'The next step is the checklist in your vendor portal: when everything on it is done, ' +
      'send the application in and we will review it.',
  ]);
}
