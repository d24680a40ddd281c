import { address, country, email, slug, text } from '@mkt/contracts';
import { z } from 'zod';
import type { Api } from '../adapters/api.ts';
import { usageFailure } from '../failure.ts';
import type { Checklist, Vendor } from './shapes.ts';

/** What a vendor states for the checklist; each part may come later. */
export const checklistFile = z.strictObject({
  /** The version of the terms that is accepted; the one in force unless named. */
  terms: z.union([text(40), z.literal(true)]).default(true),
  /** Where the document is kept or what it is numbered. */
  identityDocument: text(200).optional(),
  bankAccount: z.strictObject({ iban: text(60), accountHolder: text(120) }).optional(),
  address: address.optional(),
});
export type ChecklistFile = z.output<typeof checklistFile>;

export const applicationFile = z.strictObject({
  name: text(120, 2),
  slug: slug.optional(),
  country,
  contactEmail: email,
  story: text(4_000).optional(),
  checklist: checklistFile.optional(),
});
export type ApplicationFile = z.output<typeof applicationFile>;

/** Reads a file by its schema, with every problem at once. */
export function parseFile<Schema extends z.ZodType>(
  schema: Schema,
  { path, content }: { readonly path: string; readonly content: string },
): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw usageFailure(`${path} is not JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path: place, message }) => `${place.join('.') || 'the file'}: ${message}`,
  );
  throw usageFailure(`${path} is not as it should be:\n  ${problems.join('\n  ')}`);
}

export interface ApplicationParts {
  readonly file?: { readonly path: string; readonly content: string } | undefined;
  readonly checklist?: { readonly path: string; readonly content: string } | undefined;
  /** What flags say, which comes before the file. */
  readonly given: Readonly<Record<string, string | undefined>>;
}

/** An application out of its file, a checklist's file and flags. */
export function readApplication({ file, checklist, given }: ApplicationParts): ApplicationFile {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const inFile = file === undefined ? {} : parseFile(applicationFile.partial(), file);
  const stated = checklist === undefined ? {} : { checklist: parseFile(checklistFile, checklist) };
  const content = JSON.stringify({ ...inFile, ...said, ...stated });
  return parseFile(applicationFile, { path: file?.path ?? 'The application', content });
}

export interface Applied {
  readonly vendor: Vendor;
  readonly checklist: Checklist;
}

export type Step = (what: string) => void;

/** Applies to sell and states what the checklist asks for, one statement after the other. */
export async function applyToSell(
  api: Api,
  { checklist = { terms: true }, ...application }: ApplicationFile,
  step: Step,
): Promise<Applied> {
  const vendor = await api.post<Vendor>('/v1/vendors', application);
  step(`applied as ${vendor.name} (${vendor.slug})`);
  return { vendor, checklist: await completeChecklist(api, vendor.vendorId, checklist, step) };
}

export async function completeChecklist(
  api: Api,
  vendorId: string,
  { terms, ...stated }: ChecklistFile,
  step: Step,
): Promise<Checklist> {
  const path = `/v1/vendors/${vendorId}/checklist`;
  let state = await api.get<Checklist>(path);
  const statements = { terms: terms === true ? state.termsVersion : terms, ...stated };
  for (const [requirement, value] of Object.entries(statements)) {
    if (value === undefined) continue;
    state = await api.put<Checklist>(`${path}/${requirement}`, { value });
    step(`stated ${requirement}`);
  }
  return state;
}
