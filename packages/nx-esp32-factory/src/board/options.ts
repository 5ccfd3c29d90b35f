import type { AfterMode, BeforeMode } from '../flash';

/** How to flash one board: options of the target and of the command. */
export interface BoardOptions {
  readonly port?: string | undefined;
  readonly baud?: number | undefined;
  readonly chip?: string | undefined;
  readonly before?: BeforeMode | undefined;
  readonly after?: AfterMode | undefined;
  readonly noStub?: boolean | undefined;
  readonly connectAttempts?: number | undefined;
  readonly esptool?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly verify?: boolean | undefined;
  readonly burnEfuse?: boolean | undefined;
  readonly confirm?: string | undefined;
  readonly withFirmware?: boolean | undefined;
  /** From the current folder. */
  readonly buildFolder?: string | undefined;
}

export interface BoardPaths {
  /** The config file, from the current folder. */
  readonly config: string;
  /** The output folder of its image, absolute. */
  readonly folder: string;
}
