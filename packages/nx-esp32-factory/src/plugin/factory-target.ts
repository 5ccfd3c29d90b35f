/** What every target of one config has in common. */
export interface FactoryTargetInput {
  /** The config file, from the root of the workspace. */
  readonly config: string;
  /** Folder of the outputs, from the root of the workspace. */
  readonly outputPath: string;
  /** What the project and this target are called, for the example of the help. */
  readonly projectName: string;
  readonly targetName: string;
}
