// Writes `compiled/`, all that follows from the limits catalogue. `npm run check` compares.
import { writeCompiled } from '../compile/write.ts';

writeCompiled();
