import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { createMeter, createPostgresDocuments } from '../../src/index.ts';
import { type Article, articles, documentsContract } from '../../src/testing/contracts/index.ts';
import { createTestDatabase } from '../../src/testing/index.ts';

const migrationsDir = fileURLToPath(new URL('./articles-migrations', import.meta.url));

documentsContract('PostgreSQL', async () => {
  const database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'product', migrationsDir },
  ]);
  const db = database.forService('product');
  return {
    documents: createPostgresDocuments<Article>(db, articles, createMeter()),
    db,
    async emitted() {
      const { rows } = await database.admin('SELECT aggregate_id FROM product.outbox ORDER BY seq');
      return rows.map((row) => row.aggregate_id as string);
    },
    close: () => database.drop(),
  };
});
