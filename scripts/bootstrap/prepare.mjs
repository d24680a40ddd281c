import { generate, staleWorkspaces } from './generate.mjs';
import { checkNodeStarts, nodeToRun } from './node-runtime.mjs';
import { checkPlatform } from './platform.mjs';
import { isTreeReady, makeTree } from './tree.mjs';
import { inTurn } from './turn.mjs';

/**
 * Makes a checkout ready to run: packages, Node, generated files. Nothing to do is the usual
 * case and costs a hash of the lockfile. Answers with the Node to run the project on.
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>}
 */
export async function prepare(say = (line) => process.stderr.write(`${line}\n`)) {
  checkPlatform(process);
  if (!isReady()) {
    await inTurn(() => {
      // Whoever had the turn before may have done it all.
      if (!isTreeReady()) {
        makeTree(say);
        checkNodeStarts();
      }
      generate(say);
    }, say);
  }
  return nodeToRun();
}

const isReady = () => isTreeReady() && staleWorkspaces().length === 0;
