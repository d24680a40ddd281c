import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { showCoupon } from '../../operations/coupons.ts';
import { couponProperties } from '../../ui/coupon-view.ts';

export default class CouponShow extends ApiCommand {
  static override summary = 'Show a coupon, and how often it was used';
  static override examples = ['<%= config.bin %> <%= command.id %> WINTERTABLE --as operator'];
  static override args = { coupon: requiredArg('Its code or id') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CouponShow);
    const api = await this.api(flags);
    const coupon = await showCoupon(api, args.coupon);
    this.showProperties(couponProperties(coupon, await this.moments(api)));
    return coupon;
  }
}
