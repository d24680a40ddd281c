import { vendorApproved, type vendorReopened, vendorSuspended } from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';
import {
  type OpenTestDocuments,
  startTestService,
  type TestRequest,
  type TestService,
} from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import type { Product } from '../src/domain/product.ts';
import { productService } from '../src/index.ts';
import { type ProductDocuments, productCollection } from '../src/store/products.ts';

export interface TestVendor {
  readonly id: VendorId;
  readonly slug: string;
  readonly token: string;
}

/** The product service with an operator and as many vendors as a test wants. */
export interface ProductHarness extends TestService {
  readonly operator: string;
  /** What is stored, past the service, in whichever store. */
  readonly products: ProductDocuments;
  vendor(options?: { approved?: boolean; name?: string; slug?: string }): Promise<TestVendor>;
  vendorEvent(
    contract: typeof vendorApproved | typeof vendorReopened | typeof vendorSuspended,
    vendor: TestVendor,
    version: number,
  ): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  create(vendor: TestVendor, body?: object): Promise<any>;
  post(path: string, token: string, body?: unknown, more?: TestRequest): Reply;
  importCsv(vendor: TestVendor, file: string | Buffer): Reply;
}

type Reply = ReturnType<TestService['request']>;

export const mug = {
  title: 'Speckled mug',
  descriptionHtml: '<p>Thrown &amp; fired.</p>',
  type: 'Mugs',
  tags: ['ceramic'],
  options: ['Glaze'],
  variants: ['Oat', 'Moss'].map((glaze) => ({
    optionValues: [glaze],
    sku: `MUG-${glaze.toUpperCase()}`,
    price: { amountMinor: 3400, currency: 'EUR' },
    grams: 380,
  })),
  images: [{ src: '/media/demo/p-mug-640.webp', alt: 'A speckled mug' }],
};

let openDocuments: OpenTestDocuments | undefined;

/** Where products are kept, and whether that is PostgreSQL, for the tests of this file. */
export function keepDocumentsIn(open: OpenTestDocuments): void {
  openDocuments = open;
}
export const isOnPostgres = (): boolean => openDocuments === undefined;

export async function startProduct(): Promise<ProductHarness> {
  const it = await startTestService(productService, {
    postgresUrl: inject('postgresUrl'),
    ...(openDocuments ? { documents: openDocuments } : {}),
  });
  const operator = await it.tokens.operator();
  const identity = { name: 'Kiln & Co', country: 'PT', contactEmail: 'hello@kiln.example.test' };

  const post: ProductHarness['post'] = (path, token, body, more = {}) =>
    it.request('POST', `/v1/products${path}`, {
      token,
      ...(body === undefined ? {} : { body }),
      ...more,
    });

  return {
    ...it,
    operator,
    products: it.documents<Product>(productCollection),
    post,
    async vendor({ approved = true, name = identity.name, slug } = {}) {
      const id = newId<'Vendor'>();
      const vendor = { id, slug: slug ?? `v-${id.slice(-12)}`, token: await it.tokens.staff(id) };
      if (approved) {
        const payload = { ...identity, name, vendorId: id, slug: vendor.slug };
        await it.deliver(vendorApproved, payload, { aggregateId: id, aggregateVersion: 1 });
      }
      return vendor;
    },
    async vendorEvent(contract, { id, slug }, version) {
      const payload = { ...identity, vendorId: id, slug };
      const reason = contract === vendorSuspended ? { reason: 'Orders unshipped.' } : {};
      await it.deliver(contract as typeof vendorSuspended, { ...payload, ...reason } as never, {
        aggregateId: id,
        aggregateVersion: version,
      });
    },
    async create(vendor, body = mug) {
      const reply = await post('', vendor.token, body);
      if (reply.status !== 201) throw new Error(reply.text);
      return reply.body;
    },
    importCsv: (vendor, file) =>
      it.request('POST', '/v1/products/import', {
        token: vendor.token,
        raw: file,
        headers: { 'content-type': 'text/csv' },
        idempotencyKey: null,
      }),
  };
}

/** Submits and approves, which publishes. */
export async function publish(it: ProductHarness, vendor: TestVendor, productId: string) {
  const submitted = await it.post(`/${productId}/submit`, vendor.token);
  if (submitted.status !== 200) throw new Error(submitted.text);
  const approved = await it.post(`/${productId}/approve`, it.operator);
  if (approved.status !== 200) throw new Error(approved.text);
  return approved.body;
}
