import { letter, type Rendered } from './layout.ts';

export function vendorRejected(data: { readonly name: string; readonly reason: string }): Rendered {
  return letter(`The application of ${data.name} was not accepted`, [
    `We have reviewed the application of ${data.name} and cannot accept it as it is.`,
    `The reason: ${data.reason}`,
  ]);
}
