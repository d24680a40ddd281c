import { type Found, isRendered, type LintFile, type LintRule } from '../model.ts';
import {
  containersOf,
  documentsOf,
  imageOf,
  type PlacedContainer,
  type PlacedPod,
  podOf,
} from '../objects.ts';

const digest = /@sha256:[0-9a-f]{64}$/;

export const imageDigests: LintRule = {
  name: 'image-digest',
  why: 'A tag may name another image tomorrow: what was reviewed is not what runs.',
  appliesTo: isRendered,
  find: (file) =>
    eachContainer(file, (container) => {
      const { name, lineOf } = container;
      const image = imageOf(container);
      if (digest.test(image)) return [];
      return [
        {
          line: lineOf(['image']),
          what: `${name} has ${image === '' ? 'no image' : `the image ${image}, which has no digest`}`,
          remedy: 'Name it by its digest where it is stated: repository@sha256:…',
        },
      ];
    }),
};

export const requests: LintRule = {
  name: 'requests',
  why: 'What asks for nothing is placed anywhere and evicted first, and no budget counts it.',
  appliesTo: isRendered,
  find: (file) =>
    eachContainer(file, ({ value, name, lineOf }) => {
      const { requests: asked = {}, limits = {} } = (value['resources'] ?? {}) as {
        requests?: Record<string, unknown>;
        limits?: Record<string, unknown>;
      };
      const missing = [
        ...['cpu', 'memory'].filter((one) => !asked[one]).map((one) => `requests.${one}`),
        ...(limits['memory'] ? [] : ['limits.memory']),
      ];
      if (missing.length === 0) return [];
      return [
        {
          line: lineOf(['resources']),
          what: `${name} lacks ${missing.join(', ')}`,
          remedy: 'State them in the topology; a memory limit keeps it from taking the node along.',
        },
      ];
    }),
};

export const architectures: LintRule = {
  name: 'architecture',
  why: 'The node is arm64 or amd64: an image for the other starts and fails with "exec format error".',
  appliesTo: isRendered,
  find: (file) =>
    documentsOf(file).flatMap((object) => {
      const pod = podOf(object);
      if (!pod || namesArchitecture(pod)) return [];
      return [
        {
          line: pod.lineOf([]),
          what: `${pod.name} does not say on which architectures it can run`,
          remedy:
            'Give it a node affinity or selector on kubernetes.io/arch with those of its image.',
        },
      ];
    }),
};

const eachContainer = (
  file: LintFile,
  find: (container: PlacedContainer) => readonly Found[],
): readonly Found[] => documentsOf(file).flatMap(containersOf).flatMap(find);

interface NodeAffinity {
  requiredDuringSchedulingIgnoredDuringExecution?: {
    nodeSelectorTerms?: { matchExpressions?: { key?: string; values?: string[] }[] }[];
  };
}

/** Every term of the affinity must name it: the terms are alternatives. */
function namesArchitecture({ spec }: PlacedPod): boolean {
  const selector = (spec['nodeSelector'] ?? {}) as Record<string, string>;
  if (selector['kubernetes.io/arch']) return true;
  const { nodeAffinity = {} } = (spec['affinity'] ?? {}) as { nodeAffinity?: NodeAffinity };
  const terms =
    nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return (
    terms.length > 0 &&
    terms.every(({ matchExpressions = [] }) =>
      matchExpressions.some(
        ({ key, values = [] }) => key === 'kubernetes.io/arch' && values.length > 0,
      ),
    )
  );
}
