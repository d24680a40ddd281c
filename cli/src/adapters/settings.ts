import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { usageFailure } from '../failure.ts';
import { codeOf } from './system-error.ts';

/** What a settings file may say. Flags and the environment (`MKT_*`) come before it. */
export interface FileSettings {
  readonly url?: string;
  /** The profile to act as. */
  readonly as?: string;
}

export interface Settings {
  readonly url: string;
  readonly profile: string;
}

export const defaultUrl = 'http://127.0.0.1:8080';
const projectFile = 'mkt.config.json';

export interface SettingsSources {
  /** Flags, or where they are missing the environment. */
  readonly given: { readonly url?: string | undefined; readonly as?: string | undefined };
  readonly workingDir: string;
  readonly configDir: string;
}

/** Flag > environment > project file (the nearest one upwards) > user file > default. */
export async function readSettings(sources: SettingsSources): Promise<Settings> {
  const { given, workingDir, configDir } = sources;
  const isComplete = given.url !== undefined && given.as !== undefined;
  const files: readonly FileSettings[] = isComplete
    ? []
    : [await readProjectFile(workingDir), await readFileSettings(join(configDir, 'config.json'))];
  const [project, user] = files;
  return {
    url: normalUrl(given.url ?? project?.url ?? user?.url ?? defaultUrl),
    profile: given.as ?? project?.as ?? user?.as ?? 'default',
  };
}

async function readProjectFile(workingDir: string): Promise<FileSettings> {
  for (let folder = workingDir; ; folder = dirname(folder)) {
    const found = await readFileSettings(join(folder, projectFile), true);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return {};
  }
}

async function readFileSettings(path: string): Promise<FileSettings>;
async function readFileSettings(path: string, orNone: true): Promise<FileSettings | undefined>;
async function readFileSettings(path: string, orNone = false): Promise<FileSettings | undefined> {
  let text: string;
  try {
    // Small, and read by every command: a pool of threads for it takes longer than the file.
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return orNone ? undefined : {};
    throw usageFailure(`${path} cannot be read (${codeOf(error) ?? 'unknown error'}).`);
  }
  return parseSettings(path, text);
}

function parseSettings(path: string, text: string): FileSettings {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw usageFailure(`${path} is not JSON.`, `Write it so: { "url": "${defaultUrl}" }`);
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const wrong = entries.find(
    ([name, value]) => !['url', 'as'].includes(name) || typeof value !== 'string',
  );
  if (wrong) {
    throw usageFailure(
      `${path}: "${wrong[0]}" is not a setting, or not a text.`,
      'There are "url" and "as".',
    );
  }
  return parsed as FileSettings;
}

/** The origin alone names a server, however its address was written. */
function normalUrl(given: string): string {
  const url = URL.parse(given.includes('://') ? given : `http://${given}`);
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw usageFailure(`"${given}" is not an http(s) address.`, `Write it so: ${defaultUrl}`);
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}
