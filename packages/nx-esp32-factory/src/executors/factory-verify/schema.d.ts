import type { FindingFormat } from '../../inspect';
import type { Level } from '../../verify';
import type { PathOptions } from '../paths';

/** Options of the target. */
export interface FactoryVerifyOptions extends PathOptions {
  readonly level?: Level;
  readonly passcodeFrom?: string;
  readonly nvsKey?: string;
  readonly port?: string;
  readonly esptool?: string;
  readonly sdkPython?: string;
  readonly format?: FindingFormat;
}
