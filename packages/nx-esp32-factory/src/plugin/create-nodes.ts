import { dirname, join } from 'node:path';
import type {
  CreateNodesContextV2,
  CreateNodesResult,
  CreateNodesResultV2,
  CreateNodesV2,
  ProjectConfiguration,
} from '@nx/devkit';
import { patternReason } from '../cache/glob';
import { type CachePolicy, policyOfSource, readPolicySource } from '../cache/policy';
import { type AppSecrets, secretsOf } from '../cache/shared';
import { outputPathOf } from '../config/output-path';
import type { Source } from '../config/source';
import { isConfigName, variantOf } from '../config/variant';
import { imageTarget } from './image-target';
import { type ProjectNames, projectNames } from './project-name';
import { warnOfShared } from './shared';
import { flashTarget, inspectTarget, verifyTarget } from './uses-of-image';

/** Options of the plugin in nx.json. */
export interface FactoryPluginOptions {
  /** Name of the target that makes the image; "factory-image" unless given. */
  readonly imageTargetName?: string;
  /** Name of the target that flashes it; "factory-flash" unless given. */
  readonly flashTargetName?: string;
  /** Name of the target that verifies it; "factory-verify" unless given. */
  readonly verifyTargetName?: string;
  /** Name of the target that shows what is in it; "factory-inspect" unless given. */
  readonly inspectTargetName?: string;
}

/**
 * A project with a factory.config.json gets the targets. Each variant has its own, "factory-image:variant", because in
 * Nx inputs, outputs and cache belong to targets, not to configurations.
 */
export const createNodesV2: CreateNodesV2<FactoryPluginOptions> = [
  '**/factory*.config.json',
  async (files, options, context) => {
    const configs = files
      .filter(isConfigName)
      .map((config) => ({ config, root: dirname(config), variant: variantOf(config) }))
      .sort(byVariantFirst);
    const names = projectNames([...new Set(configs.map(({ root }) => root))], context.workspaceRoot);
    const projects = { names, variants: variantsOf(configs) };
    const seen: AppSecrets[] = [];
    const results = await nodesOfEach(configs, (file) => {
      const source = readPolicySource(join(context.workspaceRoot, file.config));
      seen.push({ ...file, ...secretsOf(source) });
      return nodesOf(file, source, projects, options, context);
    });
    warnOfShared(seen, results);
    return results;
  },
];

/** A config file and its folder, from the root of the workspace. */
interface ConfigFile {
  readonly config: string;
  readonly root: string;
  readonly variant: string | undefined;
}

/** In the graph, Nx 21 reads "app:factory-image:blue" as the first that matches: the target, or a configuration. */
function byVariantFirst(a: ConfigFile, b: ConfigFile): number {
  return Number(a.variant === undefined) - Number(b.variant === undefined);
}

/** The variants of each project. */
function variantsOf(configs: readonly ConfigFile[]): ReadonlyMap<string, readonly string[]> {
  const variants = new Map<string, string[]>();
  for (const { root, variant } of configs) {
    if (variant !== undefined) variants.set(root, [...(variants.get(root) ?? []), variant]);
  }
  return variants;
}

interface Projects {
  readonly names: ProjectNames;
  readonly variants: ReadonlyMap<string, readonly string[]>;
}

/** The current name of the export; Nx 20 to 22 look for createNodesV2. */
export const createNodes = createNodesV2;

/**
 * Does what createNodesFromFiles of @nx/devkit does, which may not be installed, and takes longer to load than the nodes of
 * 500 apps. Nx recognises its AggregateCreateNodesError by the name.
 */
async function nodesOfEach(
  files: readonly ConfigFile[],
  nodes: (file: ConfigFile) => CreateNodesResult,
): Promise<CreateNodesResultV2> {
  const results: [string, CreateNodesResult][] = [];
  const errors: [string, Error][] = [];
  for (const file of files) {
    try {
      results.push([file.config, nodes(file)]);
    } catch (error) {
      errors.push([file.config, error as Error]);
    }
  }
  if (errors.length === 0) return results;
  throw Object.assign(new Error('Failed to create nodes'), {
    name: 'AggregateCreateNodesError',
    errors,
    partialResults: results,
  });
}

function nodesOf(
  { config, root, variant }: ConfigFile,
  source: Source | undefined,
  { names: { nameOf, unnamed }, variants }: Projects,
  options: FactoryPluginOptions | undefined,
  { workspaceRoot }: CreateNodesContextV2,
): CreateNodesResult {
  const named = (name: string) => (variant === undefined ? name : `${name}:${variant}`);
  const imageTargetName = named(options?.imageTargetName ?? 'factory-image');
  const flashTargetName = named(options?.flashTargetName ?? 'factory-flash');
  const verifyTargetName = named(options?.verifyTargetName ?? 'factory-verify');
  const inspectTargetName = named(options?.inspectTargetName ?? 'factory-inspect');
  const projectName = nameOf.get(root) ?? root;
  const outputPath = outputPathOf(root, variant);
  const rejected = ['production', ...(variants.get(root) ?? [])].filter((name) => name !== variant);
  const configurations = Object.fromEntries(rejected.map((name) => [name, {}]));
  const common = { config, outputPath, projectName, configurations };
  const policy = policyOf(source, outputPath);
  const project: Omit<ProjectConfiguration, 'root'> = {
    ...(unnamed.has(root) ? { name: projectName } : {}),
    targets: {
      [imageTargetName]: imageTarget({ ...common, targetName: imageTargetName, workspaceRoot, policy }),
      [flashTargetName]: flashTarget({ ...common, targetName: flashTargetName, imageTargetName }),
      [verifyTargetName]: verifyTarget({ ...common, targetName: verifyTargetName, imageTargetName }),
      [inspectTargetName]: inspectTarget({ ...common, targetName: inspectTargetName, imageTargetName }),
    },
  };
  return { projects: { [root]: project } };
}

/** The policy of a config; an output folder that Nx would take for a pattern is not cached either. */
function policyOf(source: Source | undefined, outputPath: string): CachePolicy {
  const policy = policyOfSource(source);
  const reason = policy.cache ? patternReason(outputPath) : undefined;
  return reason === undefined ? policy : { cache: false, reason, cause: 'off' };
}
