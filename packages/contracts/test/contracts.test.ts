import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  defineEvent,
  type EventContract,
  earlierVersion,
  eventContracts,
  peerOperations,
  readPayload,
} from '../src/index.ts';

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

describe('earlier versions', () => {
  const split = defineEvent({
    type: 'sample.named',
    version: 2,
    payload: z.strictObject({ given: z.string(), family: z.string() }),
    sample: { given: 'Ada', family: 'Marsh' },
    earlier: [
      earlierVersion({
        version: 1,
        payload: z.strictObject({ name: z.string() }),
        sample: { name: 'Ada Marsh' },
        upgrade({ name }) {
          const [given = '', family = ''] = name.split(' ');
          return { given, family };
        },
      }),
    ],
  });

  test('are read as the shape of now, and may have grown', () => {
    const older = readPayload(split, { version: 1, payload: { name: 'Ada Marsh', age: 7 } });
    const current = readPayload(split, { version: 2, payload: split.sample });
    expect(older).toEqual(current);
    expect(current).toEqual({ payload: split.sample });
  });

  test('that nobody told of are not read', () => {
    expect(readPayload(split, { version: 3, payload: split.sample })).toBeUndefined();
  });

  test('differ from one another, and each sample can still be read', () => {
    for (const contract of [split, ...eventContracts.values()] as readonly EventContract[]) {
      const { earlier = [] } = contract;
      const versions = [contract.version, ...earlier.map(({ version }) => version)];
      expect(new Set(versions).size).toBe(versions.length);
      for (const { version, sample } of earlier) {
        expect(readPayload(contract, { version, payload: sample })).toBeDefined();
      }
    }
  });
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
