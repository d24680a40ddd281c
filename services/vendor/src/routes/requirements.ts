import { text, version } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type Database, platformScope, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { statedRequirements } from '../domain/checklist.ts';
import { readPolicy, replacePolicy, type StoredPolicy } from '../store/checklist.ts';

const policyFields = {
  required: z
    .array(z.enum(statedRequirements))
    .max(statedRequirements.length)
    .refine((names) => new Set(names).size === names.length, 'must not repeat a requirement'),
  termsVersion: text(40),
  minimumProducts: z.int().min(0).max(10_000),
};
const policyReply = z.strictObject({ ...policyFields, version });

export function requirementRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/vendors/requirements',
      summary: 'What is asked of every vendor',
      access: 'operator',
      reply: { status: 200, schema: policyReply },
      handle: async () => ok(versioned(policyView(await readPolicy(db)))),
    }),
    route({
      method: 'PUT',
      path: '/v1/vendors/requirements',
      summary: 'Change what is asked of every vendor; needs the version that was read, as If-Match',
      access: 'operator',
      body: z.strictObject(policyFields),
      reply: { status: 200, schema: policyReply },
      handle: async ({ body, ifMatch, mutate }) => {
        if (ifMatch === undefined) {
          return refuse('IF_MATCH_REQUIRED', 'Send the version of the requirements as If-Match.');
        }
        return mutate(platformScope, async (tx) => {
          const policy = await replacePolicy(tx, body, ifMatch);
          return policy
            ? ok(versioned(policyView(policy)))
            : refuse('VERSION_CONFLICT', 'The requirements were changed meanwhile.');
        });
      },
    }),
  ];
}

function policyView(policy: StoredPolicy): z.output<typeof policyReply> {
  const { termsVersion, minimumProducts, version: current } = policy;
  return { required: [...policy.required], termsVersion, minimumProducts, version: current };
}
