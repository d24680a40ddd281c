import { orderDelivered, orderPlaced } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { reviewService } from '../src/index.ts';

describe('the review service', () => {
  let reviews: TestService;
  beforeAll(async () => {
    reviews = await startTestService(reviewService, { postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => reviews.close());

  /** A bought line, delivered where asked. */
  async function bought({ delivered = true, productId = newId<'Product'>() } = {}) {
    const shopperId = newId<'User'>();
    const vendorId = newId<'Vendor'>();
    const lineId = newId<'OrderLine'>();
    const variantId = newId<'Variant'>();
    const sample = orderPlaced.payload.parse(structuredClone(orderPlaced.sample));
    const [order] = sample.orders;
    const [item] = order?.items ?? [];
    if (!order || !item) throw new Error('The sample has an order with an item');
    await reviews.deliver(orderPlaced, {
      ...sample,
      shopperId,
      orders: [
        { ...order, vendorId, items: [{ ...item, vendorId, lineId, productId, variantId }] },
      ],
    });
    const deliver = () =>
      reviews.deliver(orderDelivered, {
        orderId: newId<'Order'>(),
        groupId: newId<'OrderGroup'>(),
        number: 'M-1-1',
        vendorId,
        shopperId,
        lines: [{ lineId, productId, variantId, title: 'Mug', quantity: 1 }],
        whole: true,
        deliveredAt: reviews.clock.now().toISOString(),
      });
    if (delivered) await deliver();
    const token = await reviews.tokens.user(shopperId);
    return { shopperId, vendorId, lineId, productId, token, deliver };
  }

  const write = (token: string, lineId: string, rating = 5) =>
    reviews.request('POST', '/v1/reviews', {
      token,
      body: { lineId, rating, title: 'Good', body: 'It holds tea.' },
    });
  const shown = async (productId: string) =>
    (await reviews.request('GET', `/v1/reviews?productId=${productId}`)).body;

  test('refuses a line before it has arrived and takes it afterwards', async () => {
    const { token, lineId, deliver } = await bought({ delivered: false });
    const early = await write(token, lineId);
    expect([early.status, early.body.code]).toEqual([409, 'REVIEW_NOT_DELIVERED']);
    await deliver();
    expect((await write(token, lineId)).status).toBe(201);
  });

  test('takes one review of a line, however many are sent at once', async () => {
    const { token, lineId, productId } = await bought();
    const replies = await Promise.all([1, 2, 3, 4].map(() => write(token, lineId)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'REVIEW_EXISTS')).toHaveLength(3);
    expect((await shown(productId)).summary).toMatchObject({ count: 1, average: 5 });
  });

  test('refuses a line that somebody else bought', async () => {
    const { lineId } = await bought();
    const refused = await write(await reviews.tokens.user(), lineId);
    expect([refused.status, refused.body.code]).toEqual([404, 'LINE_NOT_FOUND']);
  });

  test('tells of the mean as reviews come, change, are hidden and shown again', async () => {
    const productId = newId<'Product'>();
    const first = await bought({ productId });
    const second = await bought({ productId });
    await write(first.token, first.lineId, 5);
    const { reviewId } = (await write(second.token, second.lineId, 2)).body;
    await reviews.request('PATCH', `/v1/reviews/${reviewId}`, {
      token: second.token,
      body: { rating: 4, title: 'Better', body: 'It grew on me.' },
    });
    const operator = await reviews.tokens.operator();
    const hide = { token: operator, body: { reason: 'Names a person' } };
    await reviews.request('POST', `/v1/reviews/${reviewId}/hide`, hide);
    await reviews.request('POST', `/v1/reviews/${reviewId}/hide`, hide);
    expect((await shown(productId)).items).toHaveLength(1);
    await reviews.request('POST', `/v1/reviews/${reviewId}/show`, { token: operator });
    const told = (await reviews.events('review.ratingChanged'))
      .filter((event) => event.aggregateId === productId)
      .map(({ payload }) => payload as { ratingAverage: number; ratingCount: number });
    expect(told.map(({ ratingAverage, ratingCount }) => [ratingAverage, ratingCount])).toEqual([
      [5, 1],
      [3.5, 2],
      [4.5, 2],
      [5, 1],
      [4.5, 2],
    ]);
  });

  test('lets the vendor of the product answer, and no other', async () => {
    const { token, lineId, productId, vendorId } = await bought();
    const { reviewId } = (await write(token, lineId)).body;
    const answer = async (vendor: string) =>
      reviews.request('POST', `/v1/reviews/${reviewId}/reply`, {
        token: await reviews.tokens.staff(vendor),
        body: { body: 'Thank you.' },
      });
    expect((await answer(newId<'Vendor'>())).status).toBe(404);
    expect((await answer(vendorId)).status).toBe(200);
    expect((await shown(productId)).items[0].reply).toMatchObject({ body: 'Thank you.' });
  });

  test('can be rewritten for thirty days by its writer alone', async () => {
    const { token, lineId } = await bought();
    const { reviewId } = (await write(token, lineId)).body;
    const rewrite = (as: string) =>
      reviews.request('PATCH', `/v1/reviews/${reviewId}`, {
        token: as,
        body: { rating: 1, title: 'No', body: 'It broke.' },
      });
    expect((await rewrite(await reviews.tokens.user())).status).toBe(404);
    await reviews.advance(31 * 86_400_000);
    expect((await rewrite(token)).body.code).toBe('REVIEW_TOO_OLD');
  });
});
