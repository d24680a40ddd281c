import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { momentFlag, requiredArg } from '../../inputs.ts';
import { editCoupon } from '../../operations/coupons.ts';

export default class CouponEdit extends ApiCommand {
  static override summary = "Change a coupon's end or limit, or let it work again";
  static override examples = [
    '<%= config.bin %> <%= command.id %> WINTERTABLE --ends 2027-03-01 --as operator',
    '<%= config.bin %> <%= command.id %> WINTERTABLE --resume --as operator',
  ];
  static override args = { coupon: requiredArg('Its code or id') };
  static override flags = {
    ends: momentFlag('When it ends'),
    limit: Flags.integer({ summary: 'How often it may be used', min: 1 }),
    resume: Flags.boolean({ summary: 'Let it work again' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CouponEdit);
    const { ends: endsAt, limit: usageLimit, resume } = flags;
    const change = { endsAt, usageLimit, active: resume ? true : undefined };
    const coupon = await editCoupon(await this.api(flags), args.coupon, change);
    this.tell(`${coupon.code} is changed.`);
    return coupon;
  }
}
