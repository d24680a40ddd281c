import { expectOk, request } from './http.ts';

export interface VendorRoute {
  readonly method: string;
  /** With `{name}` for each of its parameters. */
  readonly template: string;
}

/** Routes with a parameter that vendors' people may call and nobody wider, by the API's description. */
export async function vendorRoutesOf(url: string): Promise<VendorRoute[]> {
  const { paths } = await expectOk(request(url, 'GET', '/openapi.json'));
  const described = Object.entries<Record<string, { description: string }>>(paths);
  return described.flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { description }]) => isForVendors(description) && template.includes('{'))
      .map(([method]) => ({ method: method.toUpperCase(), template })),
  );
}

const isForVendors = (description: string): boolean =>
  description.includes('staff (') && !/public|shopper/.test(description);
