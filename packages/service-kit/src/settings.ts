import { z } from 'zod';

export interface SettingNote {
  /** One sentence for whoever sets it. */
  readonly meaning: string;
  /** Never shown: a password, a key, or a URL that holds one. */
  readonly secret?: boolean;
}

/** Says of a setting what it means; `mkt config explain` shows it. */
export function setting<Schema extends z.ZodType>(schema: Schema, note: SettingNote): Schema {
  return schema.meta({ description: note.meaning, secret: note.secret ?? false });
}

/** A schema of settings: its keys are the variables' names. */
export type SettingsSchema = z.ZodObject;

export interface ExplainedSetting {
  readonly name: string;
  readonly meaning: string;
  readonly secret: boolean;
  /** As text, masked where it is secret; null where there is none. */
  readonly value: string | null;
  readonly from: 'environment' | 'default' | 'nowhere';
  /** What is wrong with it, where something is. */
  readonly problem: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting with its value, where that came from, and what it means. */
export function explainSettings(schema: SettingsSchema, env: Environment): ExplainedSetting[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const note = (field as z.ZodType).meta();
    const given = env[name];
    const parsed = z.safeParse(field, given);
    const text = given ?? (parsed.success ? textOf(parsed.data) : null);
    const secret = note?.secret === true;
    return {
      name,
      meaning: note?.description ?? '',
      secret,
      value: text !== null && secret ? masked(text) : text,
      from: given !== undefined ? 'environment' : text === null ? 'nowhere' : 'default',
      problem: parsed.success ? null : parsed.error.issues.map(({ message }) => message).join('; '),
    };
  });
}

/** Keeps of a URL what tells servers apart, and of everything else nothing. */
export function masked(text: string): string {
  // Up to the last @: a password may hold one that nobody escaped.
  const parts = /^([a-z][a-z0-9+]*:\/\/)(?:[^/?#]*@)?([^?#]*)/i.exec(text);
  return parts ? `${parts[1]}***@${parts[2]}` : '***';
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const yes = new Set(['true', 'yes', 'on', '1']);
const no = new Set(['false', 'no', 'off', '0']);

/** `true` or `false`, as people write them. */
export function flagText(byDefault: boolean) {
  return z
    .string()
    .refine((text) => yes.has(text.toLowerCase()) || no.has(text.toLowerCase()), {
      error: 'Write true or false.',
    })
    .transform((text) => yes.has(text.toLowerCase()))
    .default(byDefault);
}

/** A whole number; anything else is refused, never rounded. */
export function wholeText({ min, max }: { min: number; max: number }) {
  const error = `Write a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^-?\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

/** A URL with one of these schemes and a host. */
export function urlText(schemes: readonly string[], example: string) {
  const error = `Write a whole URL, such as ${example}`;
  return z.string().refine((text) => isUrlOf(text, schemes), { error });
}

function isUrlOf(text: string, schemes: readonly string[]): boolean {
  const url = URL.parse(text);
  if (!url || !schemes.includes(url.protocol.slice(0, -1))) return false;
  return url.hostname !== '' || url.searchParams.has('host');
}
