import { ApiCommand, type Connection, type ConnectionFlags } from './api-command.ts';
import { ownVendor } from './operations/staff.ts';

/** A command about a vendor's people and keys: the vendor's that is named, or one's own. */
export abstract class StaffCommand extends ApiCommand {
  protected async connectFor(
    flags: ConnectionFlags & { readonly vendor?: string | undefined },
  ): Promise<{
    readonly api: Connection['api'];
    readonly vendorId: string;
    readonly isOwn: boolean;
  }> {
    const { api, credentials } = await this.connect(flags);
    const session = await credentials.read();
    const vendorId = await ownVendor(api, flags.vendor, session);
    return { api, vendorId, isOwn: session?.vendor?.vendorId === vendorId };
  }
}
