import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventContracts, peerOperations } from '../src/index.ts';

describe('event contracts', () => {
  test.each([...eventContracts.values()].map((contract) => [contract.type, contract] as const))(
    'the sample of %s parses, and comes back the same from the wire',
    (_, contract) => {
      const parsed = contract.payload.parse(structuredClone(contract.sample));
      const overTheWire = contract.payload.parse(JSON.parse(JSON.stringify(parsed)));
      expect(overTheWire).toEqual(parsed);
    },
  );

  test.each([...eventContracts.values()].map((contract) => [contract.type, contract] as const))(
    'the payload of %s refuses a field that it does not know',
    (_, contract) => {
      const sample = { ...(contract.sample as object), surprise: 1 };
      expect(contract.payload.safeParse(sample).success).toBe(false);
    },
  );
});

describe('peer contracts', () => {
  test.each([...peerOperations.values()].map((operation) => [operation.name, operation] as const))(
    '%s names its service and can be described as JSON Schema',
    (name, operation) => {
      expect(name).toMatch(/^[a-z]+\.[a-zA-Z]+$/);
      for (const schema of [operation.request, operation.reply]) {
        expect(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).toHaveProperty(
          'type',
        );
      }
    },
  );
});
