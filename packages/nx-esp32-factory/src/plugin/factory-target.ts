/** Input of every target of one config. */
export interface FactoryTargetInput {
  /** The config file, from the root of the workspace. */
  readonly config: string;
  /** Folder of the outputs, from the root of the workspace. */
  readonly outputPath: string;
  /** Name of the project, for the help command. */
  readonly projectName: string;
  readonly targetName: string;
}
