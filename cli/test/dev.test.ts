import { afterAll, beforeAll, expect, it } from 'vitest';
import { ended, type InstalledCli, installCli } from './installed-cli.ts';

let cli: InstalledCli;
beforeAll(async () => {
  cli = await installCli();
});
afterAll(() => cli.remove());

/** A marketplace that says what it was asked for, and takes as long to stop as it is told to. */
const pretended = (stop: string) => `
  export async function runDev(options) {
    const { print, ...rest } = options;
    const alive = setInterval(() => {}, 1000);
    let end;
    const stopped = new Promise((resolve) => { end = resolve; });
    print('options ' + JSON.stringify(rest));
    return { url: 'http://127.0.0.1:1', stopped, async stop() { ${stop}; clearInterval(alive); end(); } };
  }
`;

async function started(args: readonly string[]) {
  const child = cli.start(['dev', ...args]);
  const done = ended(child);
  const output = child.stdout;
  if (!output) throw new Error('The output is not piped');
  const first = await new Promise<string>((resolve) => {
    output.once('data', (chunk: Buffer) => resolve(chunk.toString()));
  });
  return { child, done, first };
}

it('starts the marketplace with what the flags say and stops it cleanly on Ctrl-C', async () => {
  await cli.pretend(pretended(''));
  const { child, done, first } = await started(['--data', 'shop', '--port', '9001', '--empty']);
  expect(JSON.parse(first.replace('options ', ''))).toEqual({
    dataDir: `${cli.root}/shop`,
    port: 9001,
    host: '127.0.0.1',
    empty: true,
    shape: 'embedded',
  });
  child.kill('SIGINT');
  await expect(done).resolves.toMatchObject({ code: 0, stderr: 'Stopping.\nStopped.\n' });
});

it('with --json writes the address when it answers', async () => {
  await cli.pretend(pretended(''));
  const { child, done, first } = await started(['--json']);
  expect(JSON.parse(first)).toEqual({ version: 1, data: { url: 'http://127.0.0.1:1' } });
  child.kill('SIGTERM');
  await expect(done).resolves.toMatchObject({ code: 0 });
});

it('does not take the echo of a signal for impatience', async () => {
  await cli.pretend(
    pretended(
      "const told = new Promise((r) => process.once('SIGUSR2', r)); print('stopping'); await told",
    ),
  );
  const { child, done } = await started([]);
  const stopping = new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGINT');
  await stopping;
  child.kill('SIGINT');
  child.kill('SIGTERM');
  child.kill('SIGUSR2');
  await expect(done).resolves.toMatchObject({ code: 0 });
});

it('says what to do where the marketplace cannot start', async () => {
  await cli.pretend(`
    export async function runDev() {
      throw Object.assign(new Error('Something else listens on 127.0.0.1:8080 already.'), {
        code: 'PORT_TAKEN', next: 'Choose another port: ./mkt dev --port 8081',
      });
    }
  `);
  await expect(cli.run(['dev'])).resolves.toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error: Something else listens on 127.0.0.1:8080 already.\n' +
      '  next: Choose another port: ./mkt dev --port 8081\n',
  });
  const { code, stdout } = await cli.run(['dev', '--json']);
  expect({ code, error: JSON.parse(stdout).error.code }).toEqual({ code: 1, error: 'PORT_TAKEN' });
});

it('fails where the database ends by itself', async () => {
  await cli.pretend(`
    export const runDev = async () => ({ url: 'http://a', stop: async () => {}, stopped: Promise.resolve() });
  `);
  await expect(cli.run(['dev'])).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ended by itself'),
  });
});
