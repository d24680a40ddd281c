export interface OutgoingMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A way for mail out. Fails with a `DeliveryError`. */
export interface MailTransport {
  readonly name: 'local' | 'smtp';
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
}
