import type { FindingFormat } from '../../inspect';
import type { Level } from '../../verify';

/** Options of the target. */
export interface FactoryVerifyOptions {
  /** The config file, from the root of the workspace. */
  readonly config?: string;
  /** Output folder of factory-image, from the root of the workspace. */
  readonly outputPath?: string;
  readonly level?: Level;
  readonly passcodeFrom?: string;
  readonly nvsKey?: string;
  readonly port?: string;
  readonly esptool?: string;
  readonly format?: FindingFormat;
}
