import type { AfterMode, BeforeMode } from '../../flash';

/** Options of the target. */
export interface FactoryFlashOptions {
  /** The config file, from the root of the workspace. */
  readonly config?: string;
  /** Output folder of factory-image, from the root of the workspace. */
  readonly outputPath?: string;
  readonly port?: string;
  readonly baud?: number;
  readonly chip?: string;
  readonly before?: BeforeMode;
  readonly after?: AfterMode;
  readonly noStub?: boolean;
  readonly connectAttempts?: number;
  readonly esptool?: string;
  readonly dryRun?: boolean;
  readonly verify?: boolean;
  readonly burnEfuse?: boolean;
  readonly confirm?: string;
}
