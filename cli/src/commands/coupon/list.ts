import { ApiCommand } from '../../api-command.ts';
import { limitFlag } from '../../inputs.ts';
import { listCoupons } from '../../operations/coupons.ts';
import { couponColumns } from '../../ui/coupon-view.ts';
import { moreLine } from '../../ui/format.ts';

export default class CouponList extends ApiCommand {
  static override summary = 'List the coupons of your vendor; all of them, for operators';
  static override examples = ['<%= config.bin %> <%= command.id %> --as kiln'];
  static override flags = { limit: limitFlag('coupons') };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(CouponList);
    const api = await this.api(flags);
    const found = await listCoupons(api, flags.limit);
    const columns = couponColumns(await this.moments(api));
    this.showTable(found.items, columns, 'There are no coupons to show.');
    if (found.hasMore) this.tell(moreLine(flags.limit));
    return found;
  }
}
