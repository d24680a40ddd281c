import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { decimalFlag, momentFlag, requiredArg } from '../../inputs.ts';
import { createCoupon } from '../../operations/coupons.ts';
import { discountOf } from '../../ui/coupon-view.ts';

export default class CouponCreate extends ApiCommand {
  static override summary = "Make a coupon: a vendor's for its own lines, an operator's for all";
  static override examples = [
    '<%= config.bin %> <%= command.id %> WINTERTABLE --percent 10 --vendor-pays 40 --minimum 50.00 --as operator',
    '<%= config.bin %> <%= command.id %> FIRSTFIRING --amount 8.00 --per-shopper 1 --ends 2027-01-01 --as kiln',
  ];
  static override args = { code: requiredArg('What shoppers type') };
  static override flags = {
    percent: decimalFlag('Takes this percentage off', '10'),
    amount: Flags.string({ summary: 'Takes this amount off', helpValue: '8.00' }),
    'free-shipping': Flags.boolean({ summary: 'Takes the shipping off' }),
    currency: Flags.string({ summary: 'Of amounts', default: 'EUR', helpValue: 'EUR' }),
    minimum: Flags.string({ summary: 'Works from this amount of goods', helpValue: '50.00' }),
    'vendor-pays': decimalFlag("The vendors' percentage of a marketplace's coupon", '40'),
    starts: momentFlag('When it begins to work'),
    ends: momentFlag('When it ends'),
    limit: Flags.integer({ summary: 'How often it may be used', min: 1 }),
    'per-shopper': Flags.integer({ summary: 'How often by each shopper', min: 1, max: 1_000 }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CouponCreate);
    const { percent, amount, currency, minimum } = flags;
    const coupon = await createCoupon(await this.api(flags), {
      ...{ code: args.code, percent, amount, currency, minimum },
      freeShipping: flags['free-shipping'],
      vendorPays: flags['vendor-pays'],
      startsAt: flags.starts,
      endsAt: flags.ends,
      usageLimit: flags.limit,
      perShopperLimit: flags['per-shopper'],
    });
    this.tell(`${coupon.code} gives ${discountOf(coupon)}.`);
    return coupon;
  }
}
