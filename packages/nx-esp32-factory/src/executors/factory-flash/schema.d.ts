import type { AfterMode, BeforeMode } from '../../flash';
import type { PathOptions } from '../paths';

/** Options of the target. */
export interface FactoryFlashOptions extends PathOptions {
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
