import { productChanged } from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import { noteProduct } from '../store/checklist.ts';

/** Keeps what the requirement of a minimum of products counts. */
export const countProduct: Consumer = consume(productChanged, (tx, { payload }) => {
  const { productId, vendorId, version, status } = payload;
  return noteProduct(tx, { productId, vendorId, version, status });
});
