/** Something the person at the keyboard can put right: what is wrong, and what to do next. */
export class Problem extends Error {
  /**
   * @param {string} what
   * @param {string} next
   */
  constructor(what, next) {
    super(what);
    this.name = 'Problem';
    this.next = next;
  }
}

/**
 * Runs a bootstrap program and turns a problem into two lines instead of a stack trace.
 * @param {() => void | Promise<void>} program
 */
export async function orExplain(program) {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`error: ${error.message}\n  next: ${error.next}\n`);
    process.exitCode = 1;
  }
}
