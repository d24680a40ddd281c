import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = resolve(import.meta.dirname, '../../java');
const cache = resolve(import.meta.dirname, '../../../../.cache/mongo-test-server');
const fetchTimeoutMs = 180_000;
const pollMs = 50;
/** A build that was killed leaves its mark behind; after this long nobody is at it any more. */
const abandonedAfterMs = fetchTimeoutMs + 60_000;

/**
 * The class path of the test server, built once for each state of its sources: Maven fetches the
 * server, javac compiles its start. Other processes that need it meanwhile wait.
 */
export async function testServerClassPath(): Promise<string> {
  const target = join(cache, await digestOfSources());
  await mkdir(cache, { recursive: true });
  const mark = `${target}.building`;
  const deadline = performance.now() + abandonedAfterMs;
  while (!(await exists(target))) {
    if (await take(mark)) {
      try {
        if (!(await exists(target))) await build(target);
      } finally {
        await rm(mark, { recursive: true, force: true });
      }
    } else if (performance.now() > deadline) {
      throw new Error(`Another process has been building ${target} for too long: delete ${mark}.`);
    } else await delay(pollMs);
  }
  return [target, join(target, 'lib', '*')].join(':');
}

async function build(target: string): Promise<void> {
  const folder = await mkdtemp(join(cache, 'incoming-'));
  try {
    await tool('mvn', [
      ...['--quiet', '--batch-mode', '--file', join(sources, 'pom.xml')],
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      ...['-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'lib')}`],
    ]);
    await tool('javac', [
      ...['-cp', join(folder, 'lib', '*'), '-d', folder],
      join(sources, 'Main.java'),
    ]);
    await rename(folder, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function tool(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, [...args], { timeout: fetchTimeoutMs });
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as Record<string, string>;
    if (code === 'ENOENT') {
      throw new Error(
        `The tests of the document store need ${command}, which is not on PATH. ` +
          'Run `npm test`, which says how to get it, or set MONGODB_URL to a MongoDB server.',
      );
    }
    const said = `${stdout}${stderr}`.trim().split('\n').slice(-8).join('\n');
    throw new Error(
      `${command} could not make the test server of the document store:\n${said}\n` +
        'Maven needs its repository once. Or set MONGODB_URL to a MongoDB server.',
      { cause: error },
    );
  }
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['Main.java', 'pom.xml']) hash.update(await readFile(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Whether this process is the one to build; a mark that was left by a killed one is taken over. */
async function take(mark: string): Promise<boolean> {
  try {
    await mkdir(mark);
    return true;
  } catch {
    const made = await stat(mark).catch(() => undefined);
    if (made && Date.now() - made.mtimeMs > abandonedAfterMs) {
      await rm(mark, { recursive: true, force: true });
    }
    return false;
  }
}
