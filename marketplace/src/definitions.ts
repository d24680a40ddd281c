import { cartService } from '@mkt/cart';
import { guardService } from '@mkt/guard';
import { inventoryService } from '@mkt/inventory';
import { notificationService } from '@mkt/notification';
import { orderService } from '@mkt/order';
import { paymentService } from '@mkt/payment';
import { payoutService } from '@mkt/payout';
import { pricingService } from '@mkt/pricing';
import { productService } from '@mkt/product';
import { reviewService } from '@mkt/review';
import { searchService } from '@mkt/search';
import type { ServiceDefinition } from '@mkt/service-kit';
import { shippingService } from '@mkt/shipping';
import { userService } from '@mkt/user';
import { vendorService } from '@mkt/vendor';

/** Every service behind the gateway, in start order: what is called starts before its callers. */
export const serviceDefinitions: readonly ServiceDefinition[] = [
  guardService,
  vendorService,
  userService,
  productService,
  pricingService,
  inventoryService,
  shippingService,
  paymentService,
  payoutService,
  cartService,
  orderService,
  searchService,
  reviewService,
  notificationService,
];
