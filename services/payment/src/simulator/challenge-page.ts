import { randomBytes } from 'node:crypto';
import { type CurrencyCode, formatMoney } from '@mkt/kernel';
import type { SimulatedPayment } from './store.ts';

/** The page on which a shopper plays their bank's confirmation. No script from elsewhere runs. */
export function challengePage(payment: SimulatedPayment): {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
} {
  const nonce = randomBytes(16).toString('base64');
  const amount = formatMoney({
    amountMinor: payment.amountMinor,
    currency: payment.currency as CurrencyCode,
  });
  const open = payment.status === 'requiresAction';
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Confirm the payment</title>
<h1>Confirm the payment of ${amount}</h1>
<p>This is the payment simulator's stand-in for a bank's 3-D Secure page. No money moves.</p>
<p id="state" role="status">${open ? 'Your decision is awaited.' : 'This challenge is over.'}</p>
<button type="button" value="approve"${open ? '' : ' disabled'}>Approve</button>
<button type="button" value="deny"${open ? '' : ' disabled'}>Deny</button>
<script nonce="${nonce}">
  const buttons = document.querySelectorAll('button');
  for (const button of buttons) button.addEventListener('click', async () => {
    const reply = await fetch(location.pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ outcome: button.value }),
    });
    document.getElementById('state').textContent = reply.ok
      ? 'Done: you can go back to the shop.'
      : 'That did not work: try again.';
    if (reply.ok) for (const each of buttons) each.disabled = true;
  });
</script>
</html>
`;
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; connect-src 'self'`,
    },
  };
}
