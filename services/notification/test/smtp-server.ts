import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string[];
  readonly data: string;
}

export interface SmtpServer {
  readonly url: string;
  readonly received: ReceivedMail[];
  /** Answers the next recipients with these replies instead of accepting them. */
  refuseNext(...replies: string[]): void;
  close(): Promise<void>;
}

/** As much of a mail server (RFC 5321) as a client needs to hand mail over. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const received: ReceivedMail[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let mail = { from: '', to: [] as string[] };
    let data: string[] | undefined;
    let rest = '';
    const say = (line: string) => socket.write(`${line}\r\n`);

    function takeData(line: string, lines: string[]): void {
      if (line !== '.') {
        lines.push(line.startsWith('.') ? line.slice(1) : line);
        return;
      }
      received.push({ ...mail, data: lines.join('\r\n') });
      mail = { from: '', to: [] };
      data = undefined;
      say('250 taken');
    }

    function command(line: string): void {
      const verb = line.slice(0, 4).toUpperCase();
      const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
      if (verb === 'EHLO' || verb === 'HELO') say('250 test');
      else if (verb === 'MAIL') {
        mail = { from: address, to: [] };
        say('250 ok');
      } else if (verb === 'RCPT') {
        const refusal = refusals.shift();
        if (!refusal) mail.to.push(address);
        say(refusal ?? '250 ok');
      } else if (verb === 'DATA') {
        data = [];
        say('354 go on');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else if (verb === 'RSET') say('250 ok');
      else say('502 unknown');
    }

    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('utf8')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) data ? takeData(line, data) : command(line);
    });
    say('220 test');
  }

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    received,
    refuseNext: (...replies) => void refusals.push(...replies),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
