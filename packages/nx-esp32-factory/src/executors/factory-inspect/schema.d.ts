import type { PathOptions } from '../paths';

/** Options of the target. */
export interface FactoryInspectOptions extends Pick<PathOptions, 'outputPath'> {
  /** Another image to inspect, from the root of the workspace. */
  readonly file?: string;
  /** Keys of an encrypted image: FILE, file:PATH or env:NAME; those next to the image by default. */
  readonly key?: string;
  /** Partition of a flash dump. */
  readonly partition?: string;
  /** Write a page next to the output folder; true by default. */
  readonly html?: boolean;
  /** Print the findings only, in a format for CI. */
  readonly format?: 'github' | 'sarif' | 'junit';
}
