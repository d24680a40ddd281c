/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {string} [resolved]
 * @property {boolean} [link]
 * @property {boolean} [optional]
 * @property {boolean} [dev]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, unknown>} [peerDependenciesMeta]
 * @property {string | string[]} [os]
 * @property {string | string[]} [cpu]
 * @property {string | string[]} [libc]
 *
 * @typedef {{ packages: Record<string, LockedPackage> }} Lockfile
 * @typedef {{ platform: string, arch: string, libc: string | undefined }} Machine
 */

/**
 * Packages that the lockfile has for this machine and that `node_modules` lacks or has in another
 * version, and packages that are there without being named. Empty: the tree is exactly the
 * lockfile's. npm records what it installed in `node_modules/.package-lock.json`.
 * @param {Lockfile} wanted
 * @param {Lockfile} installed
 * @param {Machine} machine
 * @returns {string[]}
 */
export function differences(wanted, installed, machine) {
  const needed = neededOn(machine, wanted);
  const wrong = Object.entries(wanted.packages).filter(([path, entry]) => {
    const actual = installed.packages[path];
    return actual === undefined ? needed.has(path) : !isSame(entry, actual);
  });
  const unknown = Object.keys(installed.packages).filter((path) => !(path in wanted.packages));
  return [...wrong.map(([path]) => path), ...unknown];
}

/**
 * Every package that is reached from the root and the workspaces without passing one that is for
 * another machine: such a one is left out together with what only it needs.
 * @param {Machine} machine
 * @param {Lockfile} lockfile
 * @returns {Set<string>}
 */
function neededOn(machine, { packages }) {
  /** @type {Set<string>} */
  const needed = new Set();
  const queue = Object.keys(packages).filter((path) => !path.includes('node_modules/'));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    for (const name of asks(packages[path])) {
      const found = placesFor(path, name).find((place) => place in packages);
      if (found === undefined || needed.has(found)) continue;
      if (!isFor(packages[found] ?? {}, machine)) continue;
      needed.add(found);
      queue.push(found);
    }
  }
  return needed;
}

/** @param {LockedPackage | undefined} entry */
function asks(entry = {}) {
  const optionalPeers = Object.keys(entry.peerDependenciesMeta ?? {});
  const peers = Object.keys(entry.peerDependencies ?? {});
  return [
    ...Object.keys(entry.dependencies ?? {}),
    ...Object.keys(entry.optionalDependencies ?? {}),
    // Recorded for the root and the workspaces alone.
    ...Object.keys(entry.devDependencies ?? {}),
    ...peers.filter((name) => !optionalPeers.includes(name)),
  ];
}

/**
 * Where Node looks for `name` when the package at `asker` imports it, nearest first.
 * @param {string} asker
 * @param {string} name
 */
export function placesFor(asker, name) {
  const found = [`node_modules/${name}`];
  const steps = asker === '' ? [] : asker.split('/');
  for (let length = 1; length <= steps.length; length += 1) {
    found.unshift(`${steps.slice(0, length).join('/')}/node_modules/${name}`);
  }
  return found;
}

/**
 * @param {LockedPackage} entry
 * @param {LockedPackage} actual
 */
const isSame = (entry, actual) =>
  entry.link === true
    ? actual.link === true
    : entry.version === actual.version && entry.integrity === actual.integrity;

/**
 * Whether npm installs the package on this machine: its `os`, `cpu` and `libc` fields list what
 * is allowed, or with `!` what is not.
 * @param {LockedPackage} entry
 * @param {Machine} machine
 */
export function isFor(entry, { platform, arch, libc }) {
  return (
    allows(entry.os, platform) &&
    allows(entry.cpu, arch) &&
    (entry.libc === undefined || (libc !== undefined && allows(entry.libc, libc)))
  );
}

/**
 * @param {string | string[] | undefined} list
 * @param {string} value
 */
function allows(list, value) {
  const items = list === undefined ? [] : [list].flat();
  if (items.includes(`!${value}`)) return false;
  const positive = items.filter((item) => !item.startsWith('!'));
  return positive.length === 0 || positive.includes('any') || positive.includes(value);
}
