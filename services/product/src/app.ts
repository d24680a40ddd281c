import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import type { Product } from './domain/product.ts';
import { createConsumers } from './events/consumers.ts';
import type { ProductContext } from './operations/context.ts';
import { exportPublished } from './peers/export-published.ts';
import { bulkRoutes } from './routes/bulk.ts';
import { csvRoutes } from './routes/csv.ts';
import { lifecycleRoutes } from './routes/lifecycle.ts';
import { mediaRoutes } from './routes/media.ts';
import { productRoutes } from './routes/products.ts';
import { readRoutes } from './routes/reads.ts';
import { createMediaFiles } from './store/media-files.ts';
import { productCollection } from './store/products.ts';
import { createRenditionFiles } from './store/rendition-files.ts';

export function buildApp({ db, clock, filesDir, documents }: ServiceRuntime): ServiceParts {
  const context: ProductContext = {
    db,
    clock,
    products: documents<Product>(productCollection),
    media: createMediaFiles(filesDir),
    renditions: createRenditionFiles(filesDir),
  };
  return {
    routes: [
      ...readRoutes(context),
      ...productRoutes(context),
      ...lifecycleRoutes(context),
      ...bulkRoutes(context),
      ...csvRoutes(context),
      ...mediaRoutes(context),
    ],
    peers: [exportPublished(context)],
    consumers: createConsumers(),
  };
}
