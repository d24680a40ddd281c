import { cp, mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromRoot } from '../../scripts/bootstrap/root.mjs';
import type { Engine } from './engine.ts';
import { outcomeOf, run } from './program.ts';

const release = 'bookworm';
const certificates = 'etc/ssl/certs/ca-certificates.crt';

/** Arguments of the build: none where the pinned images can be had, else images made here. */
export async function buildArgs(engine: Engine, dir: string): Promise<readonly string[]> {
  const pinned = await pinnedImages();
  const pulls = await Promise.all(
    pinned.map((image) => engine.outcome(['pull', image], { timeoutMs: 180_000 })),
  );
  if (pulls.every(({ code }) => code === 0)) return [];
  await importBuildImage(engine, join(dir, 'build-image'));
  await importRunImage(engine, join(dir, 'run-image'));
  return ['BUILD_IMAGE=mkt-build-image', 'RUN_IMAGE=mkt-run-image'];
}

async function pinnedImages(): Promise<readonly string[]> {
  const text = await readFile(fromRoot('Dockerfile'), 'utf8');
  return [...text.matchAll(/^ARG (?:BUILD|RUN)_IMAGE=(\S+)$/gm)].map(([, image = '']) => image);
}

/** A small Debian with the Node of the lockfile and the npm of this machine. */
async function importBuildImage(engine: Engine, root: string): Promise<void> {
  try {
    await run('debootstrap', ['--variant=minbase', release, root]);
  } finally {
    // Where it fails it leaves this behind, and removing the tree would go through all processes.
    await outcomeOf('umount', ['--lazy', join(root, 'proc')]);
  }
  await copyCertificates(root);
  await cp(process.execPath, join(root, 'usr/local/bin/node'));
  const npmCli = await realpath(await run('sh', ['-c', 'command -v npm']));
  const modules = join(root, 'usr/local/lib/node_modules');
  await mkdir(modules, { recursive: true });
  await cp(join(npmCli, '../..'), join(modules, 'npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  const trusted = `ENV NODE_EXTRA_CA_CERTS=/${certificates}`;
  await importTree(engine, root, { name: 'mkt-build-image', change: trusted });
}

/** What the pinned image has of Debian: the C library, certificates, time zones; and no shell. */
async function importRunImage(engine: Engine, root: string): Promise<void> {
  const packages = ['libc6', 'libgcc-s1', 'libstdc++6', 'tzdata', 'ca-certificates'];
  const downloads = `${root}-packages`;
  await mkdir(downloads, { recursive: true, mode: 0o755 });
  await run('apt-get', ['download', '-o', 'APT::Sandbox::User=root', ...packages], {
    cwd: downloads,
  });
  for (const name of await readdir(downloads)) {
    await run('dpkg-deb', ['--extract', join(downloads, name), root]);
  }
  for (const folder of ['usr/share/doc', 'usr/share/man', 'usr/sbin', 'usr/bin', 'sbin', 'etc']) {
    await rm(join(root, folder), { recursive: true, force: true });
  }
  await mkdir(join(root, 'tmp'), { recursive: true });
  await copyCertificates(root);
  await writeFile(join(root, 'etc/passwd'), 'nobody:x:65532:65532::/:/none\n');
  const path = 'ENV PATH=/usr/local/bin:/usr/bin:/bin';
  await importTree(engine, root, { name: 'mkt-run-image', change: path });
}

async function copyCertificates(root: string): Promise<void> {
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true });
  await cp(`/${certificates}`, join(root, certificates), { dereference: true });
}

async function importTree(
  engine: Engine,
  root: string,
  { name, change }: { readonly name: string; readonly change: string },
): Promise<void> {
  const archive = `${root}.tar`;
  await run('tar', ['--create', '--file', archive, '--directory', root, '--numeric-owner', '.']);
  await engine.docker('import', '--change', change, archive, name);
  await rm(archive);
  await rm(root, { recursive: true });
}
