import { letter, type Rendered } from './layout.ts';

export function vendorApproved({ name }: { readonly name: string }): Rendered {
  return letter(`${name} is approved`, [
    `${name} may sell on the marketplace now.`,
    'Products that are published can be bought from this moment. New orders, low stock and ' +
      'cancellations will be sent to this address.',
  ]);
}
