/** What a config says about its firmware: the section `firmware`, with paths for a FileReader. */
import { isAbsolute, relative } from 'node:path';
import type { Where } from 'nvs-core';

export interface NamedFirmware {
  readonly project?: string;
  readonly buildFolder?: string;
  readonly sdkconfig?: string;
  readonly sdkconfigDefaults?: readonly string[];
  readonly partitionTable?: string;
  readonly idfVersion?: string;
  /** The source location of a field of the section. */
  readonly where: (field: NamedField) => Where;
}

export type NamedField = Exclude<keyof NamedFirmware, 'where'>;

export interface NamedPaths {
  /** The absolute path of a path that is written at a field of the config. */
  readonly absolute: (path: readonly (string | number)[], written: string) => string;
  readonly where: (path: readonly (string | number)[]) => Where;
}

const PATHS = ['project', 'buildFolder', 'sdkconfig', 'partitionTable'] as const;

/** The section of a config, valid or not: a digest covers what an invalid one names, too. */
export function namedFirmware(section: unknown, { absolute, where }: NamedPaths): NamedFirmware {
  const fields = typeof section === 'object' && section !== null ? { ...(section as object) } : {};
  const written = fields as Readonly<Record<string, unknown>>;
  const pathOf = (path: readonly (string | number)[], text: string) =>
    displayed(absolute(['firmware', ...path], text));
  const paths = PATHS.flatMap((field) => {
    const text = written[field];
    return isPath(text) ? [[field, pathOf([field], text)] as const] : [];
  });
  const { sdkconfigDefaults, idfVersion } = written;
  return {
    ...Object.fromEntries(paths),
    ...(Array.isArray(sdkconfigDefaults)
      ? {
          sdkconfigDefaults: sdkconfigDefaults.flatMap((text, index) =>
            isPath(text) ? [pathOf(['sdkconfigDefaults', index], text)] : [],
          ),
        }
      : {}),
    ...(typeof idfVersion === 'string' ? { idfVersion } : {}),
    where: (field) => where(['firmware', field]),
  };
}

function isPath(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !text.includes('\0');
}

/** As messages show it: relative where that is possible, with "/". */
function displayed(path: string): string {
  const short = relative('.', path) || '.';
  return (isAbsolute(short) ? path : short).replaceAll('\\', '/');
}
