import { imageDigests, imageRepository } from '@mkt/topology';
import { Flags } from '@oclif/core';
import { githubImages, type ImageRegistry } from '../../adapters/image-registry.ts';
import { environment } from '../../config.ts';
import { exitCodes, Failure, usageFailure } from '../../failure.ts';
import { yesFlag } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { type PackageVersion, type PrunePlan, planPrune } from '../../operations/prune-images.ts';
import { terminalPrompt } from '../../ui/prompt.ts';

const [registryHost = '', ownOwner = '', ...ownName] = imageRepository.split('/');

export default class ImagesPrune extends MktCommand {
  static override summary = 'Delete old images from the registry';
  static override description =
    'Keeps the newest tagged ones, what environments run, their parts and signatures, and what is ' +
    "younger than a day. Deletes for good, and asks for the package's name. Reads GITHUB_TOKEN.";
  static override examples = [
    '<%= config.bin %> <%= command.id %> --keep 10 --dry-run',
    '<%= config.bin %> <%= command.id %> --keep 10 --yes',
  ];
  static override flags = {
    keep: Flags.integer({ summary: 'How many tagged images stay', default: 10, min: 1, max: 1000 }),
    package: Flags.string({ summary: 'Another package of the owner, or of another: OWNER/NAME' }),
    'dry-run': Flags.boolean({ summary: 'Only show what would be deleted', default: false }),
    yes: yesFlag(),
    'api-url': Flags.string({
      summary: "GitHub's REST API",
      default: 'https://api.github.com',
      env: 'GITHUB_API_URL',
    }),
    'registry-url': Flags.string({
      summary: 'Where the manifests are',
      default: `https://${registryHost}`,
      env: 'MKT_REGISTRY_URL',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ImagesPrune);
    const { owner, name } = packageOf(flags.package);
    const registry = githubImages({
      apiUrl: flags['api-url'],
      registryUrl: flags['registry-url'],
      owner,
      name,
      token: tokenOf(environment().GITHUB_TOKEN),
    });
    const running = Object.values(imageDigests).filter((digest) => !/^sha256:0+$/.test(digest));
    const rules = { keep: flags.keep, running: [...new Set(running)], now: new Date() };
    const plan = await planPrune(await registry.versions(), rules, registry.partsOf);
    this.showPlan(plan);
    const answer = {
      package: `${owner}/${name}`,
      dryRun: flags['dry-run'],
      kept: plan.kept.map(({ version, why }) => ({ ...version, why })),
      deleted: plan.deleted,
      missing: plan.missing,
    };
    if (flags['dry-run'] || plan.deleted.length === 0) return answer;
    if (!flags.yes) {
      const count = plan.deleted.length;
      await terminalPrompt().confirmName(`${count} images are deleted for good.`, name);
    }
    await this.remove(registry, plan.deleted);
    return answer;
  }

  private showPlan({ kept, deleted, missing }: PrunePlan): void {
    this.showTable<PackageVersion>(
      deleted,
      [
        { title: 'DELETED', value: ({ digest }) => digest },
        { title: 'CREATED', value: ({ createdAt }) => createdAt },
        { title: 'TAGS', value: ({ tags }) => tags.join(', ') },
      ],
      'Nothing is to be deleted.',
    );
    for (const digest of missing) {
      this.tell(`An environment names ${digest}, which is not in this package.`);
    }
    this.tell(`${deleted.length} to delete, ${kept.length} stay.`);
  }

  private async remove(registry: ImageRegistry, versions: readonly PackageVersion[]) {
    let done = 0;
    try {
      for (const { id } of versions) {
        await registry.remove(id);
        done += 1;
      }
    } catch (error) {
      this.tell(`${done} of ${versions.length} were deleted; run this again for the rest.`);
      throw error;
    }
    this.tell(`${done} deleted.`);
  }
}

function packageOf(given: string | undefined): { readonly owner: string; readonly name: string } {
  if (given === undefined) return { owner: ownOwner, name: ownName.join('/') };
  if (!/^\w[\w.-]*(\/\w[\w.-]*){0,3}$/.test(given)) {
    throw usageFailure(`"${given}" is not a package.`, 'Write it so: --package OWNER/NAME');
  }
  const [first = '', ...rest] = given.split('/');
  return rest.length === 0
    ? { owner: ownOwner, name: first }
    : { owner: first, name: rest.join('/') };
}

function tokenOf(token: string | undefined): string {
  if (token) return token;
  throw new Failure('GITHUB_TOKEN is not set, so nothing can be read or deleted.', {
    code: 'TOKEN_MISSING',
    exit: exitCodes.notAuthorized,
    next: 'Set it to a token with the right to delete packages, such as: gh auth token',
  });
}
