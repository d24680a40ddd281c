import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { endCoupon } from '../../operations/coupons.ts';

export default class CouponEnd extends ApiCommand {
  static override summary = 'Stop a coupon from working; orders that used it keep it';
  static override examples = ['<%= config.bin %> <%= command.id %> WINTERTABLE --as operator'];
  static override args = { coupon: requiredArg('Its code or id') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CouponEnd);
    const coupon = await endCoupon(await this.api(flags), args.coupon);
    this.tell(`${coupon.code} does not work any more; it was used ${coupon.used} times.`);
    return coupon;
  }
}
