import type { Plugin } from 'esbuild';

/**
 * Parts of the framework that this command line never reaches, because its commands are listed, its
 * code is JavaScript and the launcher chose its Node: searching folders for commands and hooks,
 * reading other tools' settings, judging versions, its own diary.
 */
const unused: Readonly<Record<string, string>> = {
  typescript: '',
  debug: 'module.exports = () => Object.assign(() => {}, { enabled: false });',
  semver: 'exports.satisfies = () => true;',
  tinyglobby: 'exports.glob = async () => [];',
  lilconfig: 'exports.lilconfig = () => ({ search: async () => null });',
  'wsl-utils': 'exports.isWsl = false;',
  'get-package-type':
    'module.exports = async () => "commonjs"; module.exports.sync = () => "commonjs";',
};

export const unusedParts: Plugin = {
  name: 'unused parts',
  setup(build) {
    const names = new RegExp(`^(${Object.keys(unused).join('|')})$`);
    build.onResolve({ filter: names }, ({ path }) => ({ path, namespace: 'unused' }));
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({
      contents: unused[path] ?? '',
      loader: 'js',
    }));
    // Messages about files are English, like all others.
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};
