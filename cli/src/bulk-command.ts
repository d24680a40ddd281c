import { ApiCommand, type ConnectionFlags } from './api-command.ts';
import { exitCodes } from './failure.ts';
import { type BulkInput, type BulkOutcome, changeProducts } from './operations/products.ts';
import { counted } from './ui/text.ts';

/** A command that moves many products on, and says of each that could not be moved why. */
export abstract class BulkCommand extends ApiCommand {
  protected async change(
    flags: ConnectionFlags,
    input: BulkInput,
    done: string,
  ): Promise<BulkOutcome> {
    const outcome = await changeProducts(await this.api(flags), input);
    const { changed, unchanged, refused } = outcome;
    if (refused.length > 0) {
      this.showTable(
        refused,
        [
          { title: 'PRODUCT', value: ({ productId }) => productId },
          { title: 'CODE', value: ({ code }) => code },
          { title: 'WHY', value: ({ detail }) => detail, flexible: true },
        ],
        '',
      );
      process.exitCode = exitCodes.failed;
    }
    this.tell(
      `${counted(changed, 'product')} ${done}, ${unchanged} were already, ${refused.length} refused.`,
    );
    return outcome;
  }
}
