import { placesFor } from './lockfile.mjs';

/**
 * npm leaves packages for other machines out of the lockfile when the registry it was run against
 * does not carry them (mirrors often lack the rarer platforms), and `npm ci` then refuses the
 * lockfile everywhere. This adds them: the exact version is known from the package that asks, and
 * the machine from the name. They have no hash, because nobody here has seen their content.
 * @typedef {import('./lockfile.mjs').Lockfile} Lockfile
 * @typedef {import('./lockfile.mjs').LockedPackage} LockedPackage
 */

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/**
 * The optional packages that an entry of the lockfile asks for and that have no entry themselves.
 * @param {Lockfile} lockfile
 * @returns {{ path: string, entry: LockedPackage }[]}
 */
export function absentOptionals(lockfile) {
  return Object.entries(lockfile.packages).flatMap(([asker, asking]) => {
    const { optionalDependencies = {}, dev } = asking;
    return Object.entries(optionalDependencies)
      .filter(([name]) => !placesFor(asker, name).some((path) => path in lockfile.packages))
      .map(([name, version]) => ({
        path: `node_modules/${name}`,
        entry: describe(name, version, dev === true),
      }));
  });
}

/**
 * The lockfile with an entry for every optional package, sorted as npm sorts.
 * @param {Lockfile} lockfile
 * @returns {Lockfile}
 */
export function complete(lockfile) {
  const absent = absentOptionals(lockfile).map(({ path, entry }) => [path, entry]);
  const packages = [...Object.entries(lockfile.packages), ...absent];
  packages.sort(([one], [other]) => String(one).localeCompare(String(other), 'en'));
  return { ...lockfile, packages: Object.fromEntries(packages) };
}

/**
 * @param {string} name
 * @param {string} version
 * @param {boolean} dev
 * @returns {LockedPackage}
 */
function describe(name, version, dev) {
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`${name} is asked for as ${version}: only an exact version can be completed`);
  }
  const words = (name.split('/').at(-1) ?? name).split('-');
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((one) => words.includes(one) || words.includes(`${one}eabihf`));
  if (os.length === 0 && cpu.length === 0) {
    throw new Error(`${name} is in no registry reached from here, and its name tells no machine`);
  }
  const musl = words.some((word) => word.startsWith('musl'));
  const gnu = words.some((word) => word.startsWith('gnu'));
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(musl || gnu ? { libc: [musl ? 'musl' : 'glibc'] } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}
