import { letter, type Rendered } from './layout.ts';

export function staffInvited(data: {
  readonly vendorName: string;
  readonly role: string;
  readonly invitationToken: string;
}): Rendered {
  return letter(`${data.vendorName} invites you to its team`, [
    `You are invited to work for ${data.vendorName} as ${data.role}.`,
    `Log in and accept with this invitation code:\n${data.invitationToken}`,
    'Whoever has the code can use it: do not pass it on. If you expect no invitation, ignore it.',
  ]);
}
