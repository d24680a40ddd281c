import { Flags } from '@oclif/core';
import type { Api } from './adapters/api.ts';
import { type ApiClient, createApiClient } from './adapters/api-client.ts';
import { type Credentials, fileCredentials, noCredentials } from './adapters/credentials.ts';
import { readSettings, type Settings } from './adapters/settings.ts';
import { httpTransport, type Transport } from './adapters/transport.ts';
import { MktCommand } from './mkt-command.ts';

export interface ConnectionFlags {
  readonly url?: string | undefined;
  readonly as?: string | undefined;
}

export interface Connection {
  readonly api: ApiClient;
  /** Without a session, whoever is logged in. */
  readonly guest: ApiClient;
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly transport: Transport;
}

/** A command that talks to a marketplace, as one of the profiles that are logged in there. */
export abstract class ApiCommand extends MktCommand {
  static override baseFlags = {
    ...MktCommand.baseFlags,
    url: Flags.string({
      summary: 'Address of the marketplace',
      env: 'MKT_URL',
      helpGroup: 'GLOBAL',
      helpValue: 'URL',
    }),
    as: Flags.string({
      summary: 'Profile to act as: one shell can be operator, vendor and shopper',
      env: 'MKT_PROFILE',
      helpGroup: 'GLOBAL',
      helpValue: 'PROFILE',
    }),
  };

  /** `anonymous` where the marketplace answers to everybody. */
  protected async connect(
    { url, as }: ConnectionFlags,
    { anonymous = false } = {},
  ): Promise<Connection> {
    const { configDir } = this.config;
    const settings = await readSettings({
      given: { url, as },
      workingDir: process.cwd(),
      configDir,
    });
    const credentials = fileCredentials({ configDir, ...settings });
    const transport = httpTransport({ url: settings.url, say: (line) => this.tell(line) });
    const api = createApiClient({ ...settings, transport, credentials, anonymous });
    const nobody = { credentials: noCredentials, anonymous: true };
    const guest = createApiClient({ ...settings, transport, ...nobody });
    return { api, guest, settings, credentials, transport };
  }

  protected async api(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags)).api;
  }

  protected async publicApi(flags: ConnectionFlags): Promise<Api> {
    return (await this.connect(flags, { anonymous: true })).api;
  }
}
