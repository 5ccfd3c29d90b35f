/** Options of the target. */
export interface FactoryInspectOptions {
  /** Folder of what factory-image made, from the root of the workspace. */
  readonly outputPath?: string;
  /** Another image to look at, from the root of the workspace. */
  readonly file?: string;
  /** Keys of an encrypted image: FILE, file:PATH or env:NAME; those beside the image unless given. */
  readonly key?: string;
  /** Partition of a flash dump. */
  readonly partition?: string;
  /** Write inspect.html beside the image; true unless said. */
  readonly html?: boolean;
  /** Print the findings only, in the form of a CI. */
  readonly format?: 'github' | 'sarif' | 'junit';
}
