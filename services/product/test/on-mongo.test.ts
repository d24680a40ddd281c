import { testDocumentsInMongo } from '@mkt/mongo/testing';
import { describe } from 'vitest';
import { productCollection } from '../src/store/products.ts';
import { keepDocumentsIn } from './harness.ts';

// Everything that the service promises, once more with its products in MongoDB.
keepDocumentsIn(testDocumentsInMongo([productCollection]));

describe('with products in MongoDB', () => {
  describe('managing', async () => void (await import('./managing.test.ts')));
  describe('showing', async () => void (await import('./showing.test.ts')));
  describe('media', async () => void (await import('./media.test.ts')));
  describe('csv', async () => void (await import('./csv.test.ts')));
});
