/** Where the outputs of a config lie. */

/** At the root of the workspace: Nx's own outputs lie in dist and in projects, and are cached with what is in them. */
export const OUTPUT_ROOT = 'factory-output';

/**
 * The output folder of a config, from the root of the workspace. It is made of the root of its project ("root" for the
 * workspace's own) and its variant.
 */
export function outputPathOf(projectRoot: string, variant: string | undefined): string {
  const project = projectRoot === '.' || projectRoot === '' ? 'root' : projectRoot;
  return `${OUTPUT_ROOT}/${project}/${variant ?? 'default'}`;
}

/** The page of factory-inspect, next to the output folder: no cached file is in the folder of the page. */
export function inspectPageOf(outputPath: string): string {
  return `${outputPath}-inspect.html`;
}
