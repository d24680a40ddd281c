import { createTransport } from 'nodemailer';
import { DeliveryError } from '../domain/retry.ts';
import type { MailTransport } from './transport.ts';

export interface SmtpOptions {
  readonly url: string;
  readonly from: string;
  readonly mailDomain: string;
  readonly timeoutMs: number;
}

/** The replies of a mail server quote addresses, so no more than its codes is kept. */
function deliveryErrorOf(error: unknown): DeliveryError {
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown };
  if (typeof responseCode === 'number') {
    // 5yz is the server's final word; 4yz asks for another try.
    const permanent = responseCode >= 500 && code !== 'EAUTH';
    return new DeliveryError(`smtp ${responseCode}`, { permanent, cause: error });
  }
  return new DeliveryError(`smtp ${typeof code === 'string' ? code : 'failed'}`, { cause: error });
}

/**
 * At least once: a crash between the server's acceptance and our record of it sends again. The
 * Message-ID stays the same, by which mail programs show one of the two.
 */
export function createSmtpTransport(options: SmtpOptions): MailTransport {
  const { url, from, mailDomain, timeoutMs } = options;
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // A message is made of the data it is given: never of a file or an address that it names.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'smtp',
    async send({ id, to, subject, text, html }, signal) {
      try {
        await transport.sendMail({
          ...{ from, to: { name: '', address: to }, subject, text, html, signal },
          messageId: `<${id}@${mailDomain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw deliveryErrorOf(error);
      }
    },
  };
}
