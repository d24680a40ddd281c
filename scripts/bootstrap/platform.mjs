import { Problem } from './problem.mjs';

const SUPPORTED = new Map([
  ['linux-x64', true],
  ['linux-arm64', true],
  ['darwin-arm64', true],
  ['darwin-x64', true],
]);

/**
 * Stops where nothing further could work, before anything has been downloaded.
 * @param {{ platform: string, arch: string }} machine
 */
export function checkPlatform({ platform, arch }) {
  if (SUPPORTED.has(`${platform}-${arch}`)) return;
  throw new Problem(
    `This machine is ${platform} on ${arch}; Linux and macOS on x64 and arm64 are supported.`,
    platform === 'win32'
      ? 'Use a Linux distribution under WSL 2, and clone the repository inside it.'
      : 'Use one of these machines, or a container of one.',
  );
}
