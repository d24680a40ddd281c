// Installs the programs that tests need and npm does not bring. `npm test` does this by itself as
// root on Debian; elsewhere run this once with the rights to install packages.
import { orExplain } from './bootstrap/problem.mjs';
import { ensureSystemPackages } from './bootstrap/system-packages.mjs';

await orExplain(() => ensureSystemPackages());
