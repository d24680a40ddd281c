import { address, text } from '@mkt/contracts';
import { err, ok, type Result } from '@mkt/kernel';
import { z } from 'zod';
import type { Shown, StatedRequirement } from '../domain/checklist.ts';
import { parseIban } from '../domain/iban.ts';

const iban = z
  .string()
  .max(60)
  .transform((given, context) => {
    const parsed = parseIban(given);
    if (parsed) return parsed;
    context.addIssue({
      code: 'custom',
      message: 'must be an IBAN: its length or checksum is wrong',
    });
    return z.NEVER;
  });

const values = {
  /** The version of the terms that is accepted. */
  terms: text(40),
  /** Where the document is kept or what it is numbered; never a copy of it. */
  identityDocument: text(200),
  bankAccount: z.strictObject({ iban, accountHolder: text(120) }),
  address,
} as const;

export interface Stated {
  readonly shown: Shown;
  /** To be sealed. */
  readonly secret: string | null;
}

/** Reads what a vendor states for a requirement, by the schema of that requirement. */
export function readStatement(
  requirement: StatedRequirement,
  value: unknown,
): Result<Stated, z.ZodError> {
  switch (requirement) {
    case 'terms':
      return stated(values.terms, value, (version) => ({ kind: 'terms', version }));
    case 'identityDocument':
      return stated(values.identityDocument, value, (reference) => ({
        kind: 'identityDocument',
        reference,
      }));
    case 'address':
      return stated(values.address, value, (given) => ({ kind: 'address', address: given }));
    case 'bankAccount':
      return bankAccount(value);
  }
}

function stated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  shown: (parsed: z.output<Schema>) => Shown,
): Result<Stated, z.ZodError> {
  const parsed = schema.safeParse(value);
  return parsed.success ? ok({ shown: shown(parsed.data), secret: null }) : err(parsed.error);
}

function bankAccount(value: unknown): Result<Stated, z.ZodError> {
  const parsed = values.bankAccount.safeParse(value);
  if (!parsed.success) return err(parsed.error);
  const { iban: secret, accountHolder } = parsed.data;
  const country = secret.slice(0, 2);
  return ok({
    shown: { kind: 'bankAccount', country, last4: secret.slice(-4), accountHolder },
    secret,
  });
}
